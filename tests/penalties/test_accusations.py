"""举报 (D08-7.3, D11-M6, D21-M6): anybody may report, the burden of proof is theirs, and who reported stays protected."""

from datetime import timedelta

import pytest

from penalties import reads, services
from penalties.models import Accusation, Sanction
from penalties.services.accusing import prompt
from people.audit import in_words
from tests import make, procedure, sanctions
from tests.sanctions import established, report
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = make.MOMENT


def refused(code, act, **given):
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code, found.value.sentence


def filed(store, **more):
    return services.file_accusation(here=store.li, report=report(store.wang, **more), at=NOW)


def test_a_report_opens_a_case_for_those_who_handle_it_and_nobody_else_hears(store):
    """D08-7.3/T1: seen at 10:00, reported at 16:00: the duty is met."""
    seen = make.at("2025-03-07 10:00")
    made = services.file_accusation(
        here=store.li, report=report(store.wang, happened_at=seen, known_at=seen), at=make.at("2025-03-07 16:00")
    )
    assert (made.no[:3], prompt(made)) == ("JB-", True)
    told = Message.objects.filter(kind="accusation.filed").values_list("to", flat=True)
    assert set(told) == {str(store.manager.user.pk), str(store.general.user.pk)}
    assert [row.no for row in reads.accusations(store.li, NOW)] == [made.no]
    assert not reads.accusations(store.wang, NOW).exists()
    assert not reads.accusations(store.finance, NOW).exists()


def test_after_twenty_four_hours_it_is_late_but_taken(store):
    """D08-7.3: promptly is within 24 hours of finding out."""
    known = NOW - timedelta(hours=24)
    assert prompt(filed(store, known_at=known, happened_at=known))
    assert not prompt(filed(store, known_at=known - timedelta(seconds=1), happened_at=known - timedelta(days=1)))


def test_the_audit_log_and_messages_do_not_say_who_reported(store):
    made = established(store, store.li, store.wang)
    lines = Entry.objects.filter(subject=f"accusation:{made.no}")
    assert str(store.li.user.pk) not in set(lines.values_list("actor", flat=True))
    words = [line["who"] for line in in_words(lines)]
    assert "举报人（保护）" in words
    assert store.li.user.name not in words
    sent = Message.objects.filter(link=f"/accusations/{made.no}").exclude(to=str(store.li.user.pk))
    assert not [m for m in sent if store.li.user.name in str(m.facts) + m.sentence]


def test_the_sanction_that_comes_of_it_does_not_say_who_reported(store, signed_in):
    made = established(store, store.li, store.wang)
    plan = services.Plan(kind="warning", reason="属实")
    row = services.propose_from_accusation(here=store.manager, accusation=made, plan=plan, at=NOW)
    sanctions.noticed(store.manager, row)
    page = signed_in(store.wang).get(f"/penalties/{row.no}").content.decode()
    assert "确实带走了客户" in page
    assert store.li.user.name not in page
    assert signed_in(store.wang).get(f"/accusations/{made.no}").status_code == 404


def test_without_accepted_evidence_nothing_is_established(store):
    """D11-M6b, D21-M6b: whoever reports proves it."""
    made = filed(store)
    services.take_accusation(here=store.manager, accusation=made, at=NOW)
    given = {"here": store.manager, "accusation": made, "at": NOW}
    yes = services.Finding(established=True, reason="听说的")
    refused("unproven", services.find_accusation, finding=yes, **given)
    services.judge_evidence(number=2, accepted=False, reason="看不清是谁", **given)
    refused("unproven", services.find_accusation, finding=yes, **given)
    services.add_evidence(here=store.li, accusation=made, text="另有录音", at=make.at("2025-05-04 23:00"))
    services.judge_evidence(number=5, accepted=True, reason="录音清楚", **given)
    services.find_accusation(finding=yes, **given)


def test_evidence_comes_within_seven_days(store):
    made = filed(store)
    services.add_evidence(here=store.li, accusation=made, text="补一份", at=NOW + timedelta(days=7))
    late = {"here": store.li, "accusation": made, "text": "又一份", "at": NOW + timedelta(days=7, seconds=1)}
    refused("evidence_late", services.add_evidence, **late)
    refused("not_yours", services.add_evidence, here=store.zhao, accusation=made, text="我也有", at=NOW)


def test_dismissed_or_withdrawn_brings_no_sanction_unless_it_was_malicious(store):
    """D11-M6d/T2, D04-5.2a/T2: nothing against the accused; against who reported only where it was knowingly false."""
    plan = services.Plan(kind="warning", reason="诬告")
    for malicious in (False, True):
        made = filed(store)
        services.take_accusation(here=store.manager, accusation=made, at=NOW)
        finding = services.Finding(established=False, reason="记录相反", malicious=malicious)
        services.find_accusation(here=store.manager, accusation=made, finding=finding, at=NOW)
        given = {"here": store.manager, "accusation": Accusation.objects.get(pk=made.pk), "plan": plan, "at": NOW}
        if malicious:
            assert services.propose_from_accusation(**given).to == store.li.user
        else:
            refused("not_established", services.propose_from_accusation, **given)
    gone = filed(store)
    services.withdraw_accusation(here=store.li, accusation=gone, at=NOW)
    refused("not_established", services.propose_from_accusation, here=store.manager, accusation=gone, plan=plan, at=NOW)


def test_of_a_manager_only_the_general_manager_handles_it(store):
    other = sanctions.third(store)
    made = services.file_accusation(here=store.li, report=report(store.manager), at=NOW)
    assert [m.to for m in Message.objects.filter(kind="accusation.filed")] == [str(store.general.user.pk)]
    for here in (store.manager, other):
        assert not reads.accusations(here, NOW).exists()
        refused("not_yours", services.take_accusation, here=here, accusation=made, at=NOW)
    services.take_accusation(here=store.general, accusation=made, at=NOW)


def test_an_outside_agent_accuses_the_house_or_a_colleague_and_sees_no_other_agency(estate):
    """Right.ACCUSE is an agent's, too; a rival agency's people are not shown to them."""
    people = set(reads.accusable(estate.anju, NOW))
    assert estate.xu.user in people
    assert estate.hengxin.user not in people
    made = services.file_accusation(here=estate.anju, report=report(estate.xu), at=NOW)
    assert reads.handles(estate.manager, made, NOW)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"happened_at": NOW + timedelta(days=1)}, "times_wrong"),
        ({"known_at": NOW + timedelta(hours=1)}, "times_wrong"),
        ({"what": " "}, "what_missing"),
        ({"kind": "gossip"}, "kind_unknown"),
        ({"case": "ZD-250101-0001"}, "case_unknown"),
    ],
)
def test_what_cannot_be_reported(store, more, code):
    refused(code, services.file_accusation, here=store.li, report=report(store.wang, **more), at=NOW)


def test_nobody_reports_themself_and_who_may_not_report_may_not(store):
    refused("accuses_self", services.file_accusation, here=store.li, report=report(store.li), at=NOW)
    refused("not_yours", services.file_accusation, here=store.finance, report=report(store.li), at=NOW)


def test_a_case_that_was_ruled_on_and_an_accusation_about_it_bring_one_sanction(store):
    """G-31: an accusation names the case of its reporter; what the ruling proposed for the case stands for both."""
    case = procedure.contested(store)
    procedure.ruled(store, case, sanctions=[sanctions.against(store.wang)])
    made = services.file_accusation(here=store.li, report=report(store.wang, case=case.no), at=NOW)
    services.take_accusation(here=store.manager, accusation=made, at=NOW)
    services.judge_evidence(here=store.manager, accusation=made, number=2, accepted=True, reason="属实", at=NOW)
    services.find_accusation(here=store.manager, accusation=made, finding=services.Finding(True, "属实"), at=NOW)
    given = {"here": store.manager, "accusation": made, "plan": services.Plan(kind="warning", reason="属实"), "at": NOW}
    refused("punished_already", services.propose_from_accusation, **given)
    services.drop_sanction(here=store.manager, sanction=Sanction.objects.get(), reason="按举报办", at=NOW)
    assert services.propose_from_accusation(**given).case == case.no


def test_what_is_closed_stays_closed(store):
    made = established(store, store.li, store.wang)
    refused("accusation_closed", services.withdraw_accusation, here=store.li, accusation=made, at=NOW)
    again = {"here": store.manager, "accusation": made, "finding": services.Finding(False, "改主意"), "at": NOW}
    refused("accusation_closed", services.find_accusation, **again)
