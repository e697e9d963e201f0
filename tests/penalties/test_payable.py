"""What Finance may post, and says it posted (G-25, G31): within the guard, by a person, never by itself."""

from dataclasses import replace

import pytest

from arbitration import services as arbitration
from arbitration.shares import Key
from finance.models import Posting
from penalties import services
from penalties.models import Sanction
from penalties.payable import due, rewards
from tests import make, procedure, racing, sanctions
from tests.sanctions import FINAL, SIGNED, against, decided, established, kinds, noticed, released, ruled
from trail.refusals import Refusal

JULY = make.at("2025-07-02 09:00")


def refused(code, act, **given):
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code, found.value.sentence


def post(store, row, fen, at=FINAL, entry="FL-1"):
    return services.mark_posted(no=row.no, entry_no=entry, amount_fen=fen, at=at, by=store.finance.user)


def owed(store, at=FINAL):
    return [(one.rest_fen, one.deductible_fen) for one in due(store.project, at)]


@pytest.fixture
def pay(store):
    (row,) = ruled(store, against(store.wang, "compensation", 2_000_00, "D13-6.2"))
    sanctions.adopted(store)
    return released(store, row)


@pytest.mark.django_db
def test_nothing_is_due_before_it_is_released_and_then_it_is(store):
    (row,) = ruled(store, against(store.wang, "compensation", 100_00, "D13-6.2"))
    sanctions.adopted(store)
    sanctions.wage(store, store.wang, 8_000_00)
    decided(store, row)
    services.acknowledge_sanction(here=store.wang, sanction=row, at=SIGNED)
    assert due(store.project, FINAL) == []
    refused("not_due", services.mark_posted, no=row.no, entry_no="FL-1", amount_fen=1, at=FINAL, by=store.finance.user)
    services.release_sanction(here=store.manager, sanction=row, at=FINAL)
    (one,) = due(store.project, FINAL)
    assert (one.no, one.to, one.nature, one.clause) == (
        row.no,
        Key("person", store.wang.user.pk),
        "loss_compensation",
        "D13-6.2",
    )
    assert (one.rest_fen, one.deductible_fen, one.why) == (100_00, 100_00, "")
    assert one.policy_version.startswith("home-decoration@")
    assert not Posting.objects.filter(account__kind="deduction").exists()


@pytest.mark.django_db
def test_without_a_wage_or_a_minimum_wage_nothing_is_deductible_and_it_says_why(store, pay):
    (one,) = due(store.project, FINAL)
    assert (one.deductible_fen, one.why) == (0, "这个月的工资还没录入，不能扣")
    sanctions.wage(store, store.wang, 8_000_00)
    sanctions.adopted(store, city="")
    (one,) = due(store.project, FINAL)
    assert one.deductible_fen == 0
    assert "最低工资" in one.why
    refused("over_the_guard", post, store=store, row=pay, fen=1)


@pytest.mark.django_db
def test_the_rest_carries_over_to_the_next_month(store, pay):
    """A fifth of ¥8,000.00 is ¥1,600.00; the other ¥400.00 in July."""
    sanctions.wage(store, store.wang, 8_000_00)
    sanctions.wage(store, store.wang, 8_000_00, "202507")
    assert owed(store) == [(2_000_00, 1_600_00)]
    refused("over_the_guard", post, store=store, row=pay, fen=1_600_01)
    post(store, pay, 1_600_00)
    assert owed(store) == [(400_00, 0)]
    assert owed(store, JULY) == [(400_00, 400_00)]
    post(store, pay, 400_00, JULY, "FL-2")
    assert owed(store, JULY) == []
    assert kinds(pay)[-2:] == ["posted", "posted"]


@pytest.mark.django_db
def test_two_sanctions_share_the_room_of_one_wage(store):
    case = procedure.contested(store)
    both = [against(store.wang, "compensation", 1_000_00, "D13-6.2"), against(store.wang, "fine", 500_00, "D01-P.c4")]
    ruling = procedure.ruled(store, case, sanctions=both)
    sanctions.adopted(store, jurisdiction="shenzhen", city="shenzhen", fines_payable=True)
    sanctions.wage(store, store.wang, 6_000_00)
    for row in Sanction.objects.filter(act=ruling.no).order_by("pk"):
        released(store, row)
    assert owed(store) == [(1_000_00, 1_000_00), (500_00, 200_00)]


@pytest.mark.django_db
def test_a_fine_is_due_only_where_law_and_legal_owner_both_allow_it(store):
    (fine,) = ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))
    sanctions.wage(store, store.wang, 8_000_00)
    for code, field in (("guangdong", "guangzhou"), ("cn", "beijing")):
        refused("fines_not_allowed", sanctions.adopted, store=store, jurisdiction=code, city=field, fines_payable=True)
    sanctions.adopted(store, jurisdiction="shenzhen", city="shenzhen", fines_payable=True)
    released(store, fine)
    assert owed(store) == [(500_00, 500_00)]
    sanctions.adopted(store, jurisdiction="shenzhen", city="shenzhen", fines_payable=False)
    assert owed(store) == []
    refused("not_due", post, store=store, row=fine, fen=500_00)


@pytest.mark.django_db
def test_the_switch_for_fines_is_the_general_managers(store):
    given = {"jurisdiction": "shenzhen", "city": "shenzhen", "fines_payable": True, "at": FINAL}
    refused("legal_owner", services.set_rules, here=store.admin, **given)
    refused("not_yours", services.set_rules, here=store.manager, **given)
    refused("city_unknown", services.set_rules, here=store.admin, jurisdiction="cn", city="shenzhen", at=FINAL)


@pytest.mark.django_db
def test_what_was_posted_and_reversed_is_given_back(store, pay):
    sanctions.wage(store, store.wang, 8_000_00)
    post(store, pay, 1_600_00)
    refused("reverse_by_general", services.reverse_sanction, here=store.manager, sanction=pay, reason="弄错", at=FINAL)
    services.reverse_sanction(here=store.general, sanction=pay, reason="弄错", at=FINAL)
    assert owed(store) == [(-1_600_00, -1_600_00)]
    refused("over_the_guard", post, store=store, row=pay, fen=1_00)
    refused("over_the_guard", post, store=store, row=pay, fen=-1_600_01)
    post(store, pay, -1_600_00, entry="FL-2")
    assert owed(store) == []


@pytest.mark.django_db
def test_an_agencys_penalty_is_outside_the_guard_and_has_its_clause(estate):
    """What the contract provides is owed by the agency; no wage is entered, none is needed (trust.md §4.2)."""
    policy = arbitration.publish("channel-project@1", at=make.LONG_AGO)
    arbitration.put_in_force(project=estate.project, policy=policy, by="tests", at=make.LONG_AGO)
    made = established(estate, by=estate.xu, against=estate.anju)
    given = {"here": estate.manager, "accusation": made, "at": make.MOMENT}
    plan = services.Plan(kind="fine", reason="违约", amount_fen=500_00, against_agency=True)
    refused("clause_missing", services.propose_from_accusation, plan=plan, **given)
    row = services.propose_from_accusation(plan=replace(plan, clause="D11-M6d"), **given)
    assert (row.nature, row.organisation, row.to) == ("contract_penalty", estate.anju.organisation, None)
    noticed(estate.manager, row)
    refused("not_yours", services.answer_sanction, here=estate.hengxin, sanction=row, text="不是我们", at=FINAL)
    services.answer_sanction(here=estate.anju, sanction=row, text="我们认", at=sanctions.TOLD)
    services.decide_sanction(here=estate.general, sanction=row, reason="清楚", at=sanctions.TOLD)
    services.acknowledge_sanction(here=estate.anju, sanction=row, at=SIGNED)
    services.release_sanction(here=estate.manager, sanction=row, at=FINAL)
    (one,) = due(estate.project, FINAL)
    assert (one.to, one.deductible_fen) == (Key("organisation", estate.anju.organisation.pk), 500_00)


@pytest.mark.django_db
def test_a_bonus_is_due_once_it_is_approved(store):
    case = procedure.contested(store)
    given = {
        "here": store.manager, "to": store.li.user, "kind": "bonus", "case": case.no, "cooperation": "主动让出客户",
        "results": "本月签单第一", "amount_fen": 800_00, "at": make.MOMENT,
    }  # fmt: skip
    made = services.propose_reward(**given)
    assert rewards(store.project, make.MOMENT) == []
    services.approve_reward(here=store.general, reward=made, at=make.MOMENT)
    (one,) = rewards(store.project, make.MOMENT)
    assert (one.no, one.to, one.rest_fen, one.clause) == (made.no, Key("person", store.li.user.pk), 800_00, "D04-5.1")
    post(store, made, 800_00, make.MOMENT)
    assert rewards(store.project, make.MOMENT) == []
    refused("not_due", post, store=store, row=made, fen=800_00)


def test_of_several_postings_at_once_one_is_done(committed):
    store = make.store()
    sanctions.adopted(store)
    sanctions.wage(store, store.wang, 6_000_00)
    (row,) = ruled(store, against(store.wang, "compensation", 1_000_00, "D13-6.2"))
    released(store, row)
    came = racing.at_once(*[lambda n=n: post(store, row, 1_000_00, entry=f"FL-{n}") for n in range(4)])
    assert sorted(racing.refused_or(came, done="posted")) == ["not_due", "not_due", "not_due", "posted"]
    assert kinds(row).count("posted") == 1
