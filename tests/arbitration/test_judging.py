"""Judging evidence: whoever rules says of each thing whether it is taken, the engine is told, and nothing is agreed on before."""

import pytest

from arbitration import services
from arbitration.cases.judgement import brought
from arbitration.cases.proposals import propose
from arbitration.models import Attachment, CaseEvent, Collision, Ruling
from tests import agencies, make
from tests.arbitration.test_deciding_pages import contested, given
from tests.arbitration.test_rulings import decide, to_wang
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    """李强 reported first, 王芳 next, and the customer came asking for 王芳; 李强 brings a call list, of which D09 says nothing."""
    found = contested(store, store.wang)
    agencies.call(store.li, found, "13805510001", "2025-04-01 11:00")
    found.refresh_from_db()
    return found


def listed(case):
    return CaseEvent.objects.get(collision=case, type="call_list")


def judge(here, case, ref=None, accepted=True, reason="核对过原件", at=make.MOMENT):
    return services.judge_evidence(
        here=here, case=case, about=ref or f"e{listed(case).pk}", accepted=accepted, reason=reason, at=at
    )


def told(case, at=make.MOMENT):
    """The `evidence` events of the case file."""
    return [event for event in propose(case, at).file.case["events"] if event["type"] == "evidence"]


def attached(here, case, event=None):
    return Attachment.objects.create(
        collision=case, by=here.user, kind="message", says="四月一号的聊天", name="file-1.png", media_type="image/png", size=10,
        sha256=b"0" * 32, state="submitted", staged_at=make.MOMENT, submitted_at=make.MOMENT, event=event,
    )  # fmt: skip


def test_a_judgement_is_told_to_the_engine_as_whose_evidence_it_is(store, case):
    judge(store.manager, case)
    proposal = propose(case, make.MOMENT)
    (event,) = told(case)
    assert (event["about"], event["accepted"]) == (f"e{listed(case).pk}", True)
    assert proposal.file.tokens.user(event["by"]) == store.li.user.pk


def test_a_later_judgement_replaces_an_earlier_one(store, case):
    judge(store.manager, case, at=make.at("2025-04-28 15:00"))
    judge(store.manager, case, accepted=False, reason="通话对不上", at=make.at("2025-04-28 16:00"))
    assert [event["accepted"] for event in told(case, make.at("2025-04-28 17:00"))] == [False]
    assert [event["accepted"] for event in told(case, make.at("2025-04-28 15:30"))] == [True]


def test_of_a_refuted_call_list_d07_gives_no_share(estate):
    """D07-8.3: a list that was not taken as evidence is none."""
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    mine = CaseEvent.objects.filter(type="call_list").order_by("pk")[0]
    at = make.at("2025-04-18 10:00")
    assert not [row for row in brought(case, propose(case, at).findings()) if row.open]  # the engine tested them all
    services.judge_evidence(
        here=estate.manager, case=case, about=f"e{mine.pk}", accepted=False, reason="清单是伪造的", at=at
    )
    proposal = propose(Collision.objects.get(), make.at(agencies.RIPE))
    assert {proposal.names[who]: bp for who, bp in proposal.ruling["shares"].items()} == {"恒信公司": 10_000}


def test_a_file_that_bears_on_an_event_is_evidence_about_it_from_its_submission_on(store, case):
    """D11-M6b asks when it was filed and whether it was accepted."""
    file = attached(store.li, case, event=listed(case))
    (event,) = told(case)
    assert (event["id"], event["about"], event["kind"]) == (f"f{file.pk}", f"e{listed(case).pk}", "message")
    assert "accepted" not in event
    judge(store.manager, case, f"f{file.pk}", accepted=False)
    assert [row["accepted"] for row in told(case)] == [False]


def test_a_file_by_itself_has_to_be_judged_and_is_no_event(store, case):
    file = attached(store.wang, case)
    assert f"f{file.pk}" in [row.ref for row in brought(case) if row.open]
    judge(store.manager, case, f"f{file.pk}")
    assert told(case) == []
    assert f"f{file.pk}" not in [row.ref for row in brought(case) if row.open]


def test_what_the_site_recorded_was_looked_at_by_the_site(store, case):
    visit = case.customer.visits.get()
    CaseEvent.objects.create(
        collision=case, type="statement", by=store.manager.user, at=make.MOMENT,
        payload={"customer": str(case.customer_id), "kind": "asks_for", "people": [store.wang.user.pk]},
    )  # fmt: skip
    assert visit.no
    assert [row.ref for row in brought(case) if row.open] == [f"e{listed(case).pk}"]


def test_nothing_is_agreed_on_before_all_evidence_is_judged(store, case):
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, Ruling.Kind.AGREED)
    assert (refused.value.code, refused.value.status) == ("gate_judged", 409)
    judge(store.manager, case)
    assert decide(store.manager, case, Ruling.Kind.AGREED)


def test_to_rule_otherwise_does_not_wait_for_it(store, case):
    assert decide(store.manager, case, **to_wang(store))


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [("li", "not_yours_to_rule", 404), ("finance", "not_yours_to_rule", 404), ("party", "recused", 403)],
)
def test_only_who_may_rule_judges(store, case, who, code, status):
    here = make.person("wang", "王芳", "manager", store.project) if who == "party" else getattr(store, who)
    with pytest.raises(Refusal) as refused:
        judge(here, case)
    assert (refused.value.code, refused.value.status) == (code, status)
    assert not CaseEvent.objects.filter(type="evidence").exists()


def test_nothing_else_is_judged_and_not_without_a_reason(store, case):
    for ref, reason, code in (
        ("e0", "看过", "no_such_evidence"), ("x", "看过", "no_such_evidence"), (None, " ", "reason_missing"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            judge(store.manager, case, ref, reason=reason)
        assert refused.value.code == code


def test_a_case_that_is_ruled_is_judged_no_more(store, case):
    decide(store.manager, case, **to_wang(store))
    with pytest.raises(Refusal) as refused:
        judge(store.manager, case)
    assert (refused.value.code, refused.value.status) == ("case_ruled", 409)


# on the page


def post(client, case, **form):
    return client.post(f"/cases/{case.no}/judge", form)


def test_on_the_page_it_waits_with_two_buttons_and_then_says_who_found_what(store, case, signed_in):
    client, ref = signed_in(store.manager), f"e{listed(case).pk}"
    page = client.get(f"/cases/{case.no}").content.decode()
    assert "待认定" in page
    assert 'value="agreed"' not in page  # a gate that is shut has no button
    assert post(client, case, about=ref, accepted="no", why="不是本人号码").status_code == 302
    page = client.get(f"/cases/{case.no}").content.decode()
    assert "待认定" not in page
    assert "不是本人号码" in page
    assert 'value="agreed"' in page
    entry = Entry.objects.get(action="collision.judge")
    assert entry.detail == {"about": ref, "accepted": False}


def test_without_a_reason_the_form_comes_back_in_its_place(store, case, signed_in):
    page = post(signed_in(store.manager), case, about=f"e{listed(case).pk}", accepted="yes", why="")
    assert page.status_code == 422
    assert "has-err" in page.content.decode()


def test_the_parties_are_offered_nothing_to_judge_and_read_no_reason_of_the_other_before_the_ruling(
    store, case, signed_in
):
    judge(store.manager, case, reason="只给李强看的")
    assert "/judge" not in signed_in(store.li).get(f"/cases/{case.no}").content.decode()
    other = signed_in(store.wang).get(f"/cases/{case.no}").content.decode()
    assert "只给李强看的" not in other
    assert "采信" in other
    assert post(signed_in(store.li), case, about="e1", accepted="yes", why="我自己").status_code == 404


def test_the_checks_on_the_check_page_are_those_of_the_page(store, case, signed_in):
    client = signed_in(store.manager)
    judge(store.manager, case)
    case.refresh_from_db()
    form = given(case, "otherwise", owner=store.wang.user.pk)
    checked = client.post(f"/cases/{case.no}/check", form)
    shown = client.get(f"/cases/{case.no}")
    assert [(c.name, c.ok) for c in checked.context["checks"]] == [(c.name, c.ok) for c in shown.context["checks"]]
    assert [c.name for c in checked.context["checks"]] == ["judged", "heard", "ripe", "conflict", "authority"]
