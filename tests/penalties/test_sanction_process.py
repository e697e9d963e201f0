"""The way of a sanction (trust.md §4.2, G32): told, answered, decided by a second person, signed for or not, appealed, released."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from arbitration import services as arbitration
from arbitration.models import Ruling
from penalties import services
from penalties.models import Sanction, SanctionStep
from penalties.payable import due
from penalties.reads import paused
from people.roles import Role
from tests import make, procedure, sanctions
from tests.sanctions import FINAL, HEARD, SIGNED, TOLD, against, decided, kinds, noticed, ruled
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits.models import Place

pytestmark = pytest.mark.django_db


def refused(code, act, **given):
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code, found.value.sentence


@pytest.fixture
def row(store):
    return ruled(store, against(store.wang))[0]


def test_a_ruling_proposes_and_nothing_else_happens(store, row):
    assert (kinds(row), row.nature, row.policy.partition("@")[0]) == (["proposed"], "non_monetary", "home-decoration")
    assert row.no.startswith("CF-250428-")
    assert not Message.objects.to(store.wang.user.pk).filter(kind__startswith="sanction.").exists()
    asked = Message.objects.filter(kind="sanction.proposed", to_do=True).values_list("to", flat=True)
    assert set(asked) == {str(store.manager.user.pk), str(store.general.user.pk)}


def test_the_whole_way_step_by_step(store, row):
    noticed(store.manager, row)
    services.answer_sanction(here=store.wang, sanction=row, text="客户先找的我", at=TOLD + timedelta(hours=1))
    services.decide_sanction(here=store.general, sanction=row, reason="仍属抢单", at=TOLD + timedelta(hours=2))
    services.acknowledge_sanction(here=store.wang, sanction=row, at=TOLD + timedelta(hours=3))
    assert kinds(row) == ["proposed", "noticed", "answered", "decided", "acknowledged"]
    assert [step.by for step in row.steps.order_by("number")] == [
        store.manager.user, store.manager.user, store.wang.user, store.general.user, store.wang.user,
    ]  # fmt: skip
    lines = Entry.objects.filter(subject=f"sanction:{row.no}").order_by("pk").values_list("action", flat=True)
    assert list(lines) == [f"sanction.{kind}" for kind in kinds(row)]
    assert not Message.objects.filter(kind__startswith="sanction.", to_do=True, done_at=None).exists()


def test_the_term_to_answer_is_five_working_days_after_the_day_of_the_notice(store, row):
    """From Monday 28 April over the May holiday: 29, 30 April, 6, 7, 8 May are worked; the term ends with the 8th."""
    step = services.notice_sanction(here=store.manager, sanction=row, fact="私下联系", evidence="通话", at=TOLD)
    assert step.due_at == make.at("2025-05-09 00:00")
    early = {"here": store.general, "sanction": row, "reason": "事实清楚"}
    refused("unheard", services.decide_sanction, at=make.at("2025-05-08 23:59"), **early)
    refused("answer_late", services.answer_sanction, here=store.wang, sanction=row, text="晚了", at=step.due_at)
    services.decide_sanction(at=step.due_at, **early)


def test_who_answered_may_be_decided_on_at_once(store, row):
    noticed(store.manager, row)
    services.answer_sanction(here=store.wang, sanction=row, text="是我不对", at=TOLD)
    services.decide_sanction(here=store.general, sanction=row, reason="从轻", at=TOLD)
    assert kinds(row)[-1] == "decided"


@pytest.mark.parametrize(("fact", "evidence", "field"), [("", "通话", "fact"), ("私下联系", " ", "evidence")])
def test_a_notice_says_fact_and_evidence(store, row, fact, evidence, field):
    with pytest.raises(Refusal) as found:
        services.notice_sanction(here=store.manager, sanction=row, fact=fact, evidence=evidence, at=TOLD)
    assert found.value.field == field


def test_who_proposed_it_does_not_decide_and_neither_does_a_party(store):
    """G32: a second person. 陈光 ruled; 周林 is a manager and a claimant in the case; 何静 is neither."""
    party = sanctions.third(store, name="周林")
    ruled(store, against(store.zhao), others=(party,), by=store.general)
    one = noticed(store.manager, Sanction.objects.get())
    given = {"sanction": one, "reason": "事实清楚", "at": HEARD}
    refused("second_person", services.decide_sanction, here=store.general, **given)
    refused("second_person", services.decide_sanction, here=party, **given)
    refused("not_yours", services.decide_sanction, here=store.finance, **given)
    refused("not_yours", services.decide_sanction, here=store.wang, **given)
    services.decide_sanction(here=store.manager, **given)


def test_about_a_manager_only_the_general_manager_decides(store):
    """Not the subordinate, not a colleague of the same rank."""
    other = sanctions.third(store)
    (one,) = ruled(store, against(store.manager), by=store.general)
    assert one.by == store.general.user
    noticed(other, one)
    refused("second_person", services.decide_sanction, here=other, sanction=one, reason="清楚", at=HEARD)
    refused("second_person", services.decide_sanction, here=store.general, sanction=one, reason="清楚", at=HEARD)
    second = sanctions.third(store, Role.GENERAL_MANAGER, "罗总")
    services.decide_sanction(here=second, sanction=one, reason="清楚", at=HEARD)


def test_a_dismissal_is_decided_by_the_general_manager_and_closes_no_account(store):
    other = sanctions.third(store)
    (one,) = ruled(store, against(store.wang, "dismissal", clause="D01-P.b2"))
    noticed(other, one)
    refused("second_person", services.decide_sanction, here=other, sanction=one, reason="清楚", at=HEARD)
    services.decide_sanction(here=store.general, sanction=one, reason="清楚", at=HEARD)
    store.wang.user.refresh_from_db()
    assert store.wang.user.is_active
    assert store.wang.user.memberships.filter(until=None).exists()


def test_an_amount_outside_the_range_is_refused(store):
    """G-17: D01-P.a from ¥500.00 to ¥1,000.00; entering ¥1,000.00 is accepted, too."""
    (fine,) = ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))
    assert (fine.minimum_fen, fine.maximum_fen, fine.nature) == (500_00, 1_000_00, "fine")
    noticed(store.manager, fine)
    given = {"here": store.general, "sanction": fine, "reason": "清楚", "at": HEARD}
    for amount in (499_99, 1_000_01):
        refused("amount_outside", services.decide_sanction, amount_fen=amount, **given)
    assert services.decide_sanction(amount_fen=1_000_00, **given).amount_fen == 1_000_00


def test_a_superior_is_not_punished_for_others_alone(store):
    """D01-P.c5 (连带): the notice says what they did wrong themselves, else it is refused."""
    (fine,) = ruled(store, against(store.manager, "fine", 200_00, "D01-P.c5"), by=store.general)
    other = sanctions.third(store)
    given = {"here": other, "sanction": fine, "fact": "下属没谈成", "evidence": "案卷", "at": TOLD}
    refused("own_fault_missing", services.notice_sanction, **given)
    services.notice_sanction(own_fault="没有组织双方协商", **given)


def test_a_refusal_to_sign_is_recorded_and_holds_nothing_up(store, row):
    decided(store, row)
    refused("not_yours", services.record_refusal, here=store.wang, sanction=row, text="不签", at=SIGNED)
    services.record_refusal(here=store.manager, sanction=row, text="5 月 12 日，沈洁在场，拒签", at=SIGNED)
    refused("step_not_now", services.acknowledge_sanction, here=store.wang, sanction=row, at=SIGNED)
    assert kinds(row)[-1] == "refused_to_sign"


def test_an_appeal_goes_to_who_did_not_decide_and_may_lower_or_end_it(store):
    (pay,) = ruled(store, against(store.wang, "compensation", 900_00, "D13-6.2"))
    second = sanctions.third(store, Role.GENERAL_MANAGER, "罗总")
    decided(store, pay)
    services.acknowledge_sanction(here=store.wang, sanction=pay, at=SIGNED)
    services.appeal_sanction(here=store.wang, sanction=pay, reason="损失算多了", at=SIGNED)
    refused("step_not_now", services.release_sanction, here=store.manager, sanction=pay, at=FINAL)
    given = {"sanction": pay, "accepts": False, "reason": "减半", "at": SIGNED}
    refused("second_person", services.decide_sanction_appeal, here=store.general, amount_fen=450_00, **given)
    refused("amount_outside", services.decide_sanction_appeal, here=second, amount_fen=900_01, **given)
    services.decide_sanction_appeal(here=second, amount_fen=450_00, **given)
    refused("step_not_now", services.appeal_sanction, here=store.wang, sanction=pay, reason="再来", at=SIGNED)
    services.release_sanction(here=store.manager, sanction=pay, at=SIGNED + timedelta(hours=1))
    assert [one.rest_fen for one in due(store.project, FINAL)] == [450_00]


def test_an_appeal_is_in_time_for_fifteen_days(store, row):
    decided(store, row)
    until = row.steps.get(kind="decided").due_at
    assert until == make.at("2025-05-28 00:00")
    refused("appeal_late", services.appeal_sanction, here=store.wang, sanction=row, reason="不服", at=until)
    services.appeal_sanction(here=store.wang, sanction=row, reason="不服", at=until - timedelta(seconds=1))
    services.decide_sanction_appeal(here=store.general, sanction=row, accepts=True, reason="证据不足", at=until)
    assert kinds(row)[-2:] == ["appeal_decided", "reversed"]


def test_nothing_goes_on_while_the_ruling_is_under_appeal(store):
    """G-27, by arbitration's own signal and list: told, decided, released, posted only afterwards."""
    (pay,) = ruled(store, against(store.zhao, "compensation", 100_00, "D13-6.2"))
    appeal = arbitration.open_appeal(here=store.li, ruling=Ruling.objects.get(), reason="不服", at=make.MOMENT)
    assert Message.objects.to(store.zhao.user.pk).filter(kind="sanction.paused").exists()
    given = {"here": store.manager, "sanction": pay, "fact": "私下联系", "evidence": "通话", "at": TOLD}
    refused("paused", services.notice_sanction, **given)
    arbitration.decide_appeal(here=store.general, appeal=appeal, accepts=False, reason="维持", at=TOLD)
    assert not paused(pay)
    services.notice_sanction(**given)


def test_another_ruling_ends_what_the_earlier_one_proposed(store):
    case = procedure.contested(store)
    fines = [against(store.zhao), against(store.sun)]
    ruling = procedure.ruled(store, case, sanctions=fines)
    told, untold = Sanction.objects.filter(act=ruling.no).order_by("pk")
    decided(store, told)
    case.refresh_from_db()
    arbitration.reopen(here=store.general, case=case, reason="有新证据", at=HEARD)
    procedure.ruled(store, case, by=store.general, when=HEARD)
    assert (kinds(told)[-1], kinds(untold)[-1]) == ("reversed", "dropped")
    assert Message.objects.to(store.zhao.user.pk).filter(kind="sanction.result").exists()
    assert not Message.objects.to(store.sun.user.pk).filter(kind__startswith="sanction.").exists()


def test_a_suspension_reaches_the_rotation_from_the_next_day(store):
    """D17-1.h3: at least three days, from 00:00 of the day after the decision; reversed, what is left of it falls away."""
    (stop,) = ruled(store, against(store.wang, "suspension"))
    assert stop.days == 3
    decided(store, stop)
    place = Place.objects.get(user=store.wang.user)
    assert (place.suspended_since, place.suspended_until) == (make.at("2025-05-13 00:00"), make.at("2025-05-16 00:00"))
    noon = make.at("2025-05-14 12:00")
    services.reverse_sanction(here=store.manager, sanction=stop, reason="弄错人了", at=noon)
    place.refresh_from_db()
    assert place.suspended_until == noon


def test_the_database_refuses_two_days_of_suspension(store):
    given = {"project": store.project, "to": store.wang.user, "nature": "non_monetary", "by": store.manager.user}
    with pytest.raises(IntegrityError, match="sanction_suspends_for_three_days"), transaction.atomic():
        Sanction.objects.create(
            no="CF-1", kind="suspension", days=2, clause="", act="x", reason="x", at=make.MOMENT, **given
        )


def test_the_database_takes_no_step_twice(store, row):
    given = {"sanction": row, "number": 2, "by": store.manager.user, "at": TOLD}
    SanctionStep.objects.create(kind="noticed", **given)
    with pytest.raises(IntegrityError, match="sanction_step_once"), transaction.atomic():
        SanctionStep.objects.create(kind="dropped", **given)


def test_a_fine_is_only_recorded_and_may_become_something_lawful_before_the_notice(store):
    fine, other = ruled(
        store, against(store.wang, "fine", 500_00, "D01-P.a"), against(store.li, "fine", 500_00, "D01-P.a")
    )
    decided(store, fine)
    services.acknowledge_sanction(here=store.wang, sanction=fine, at=SIGNED)
    refused("record_only", services.release_sanction, here=store.manager, sanction=fine, at=FINAL)
    refused(
        "not_convertible", services.convert_sanction, here=store.manager, sanction=fine, instead="warning", at=FINAL
    )
    made = services.convert_sanction(here=store.manager, sanction=other, instead="variable_pay", at=TOLD)
    assert (made.nature, made.amount_fen, made.clause, made.replaces) == ("variable_pay", 500_00, "D01-P.a", other)
    assert kinds(other) == ["proposed", "dropped"]


def test_variable_pay_needs_rules_that_were_discussed_and_made_known(store):
    (fine,) = ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))
    pay = services.convert_sanction(here=store.manager, sanction=fine, instead="variable_pay", at=TOLD)
    noticed(store.manager, pay)
    services.decide_sanction(here=store.general, sanction=pay, reason="清楚", at=HEARD)
    services.acknowledge_sanction(here=store.wang, sanction=pay, at=SIGNED)
    refused("rules_not_adopted", services.release_sanction, here=store.manager, sanction=pay, at=FINAL)
    sanctions.adopted(store)
    services.release_sanction(here=store.manager, sanction=pay, at=FINAL)


def test_the_converted_suspension_has_three_days_or_more(store):
    (fine,) = ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))
    given = {"here": store.manager, "sanction": fine, "instead": "suspension", "at": TOLD}
    refused("too_few_days", services.convert_sanction, days=2, **given)
    assert services.convert_sanction(days=None, **given).days == 3


def test_it_is_released_only_after_the_term_to_appeal_and_a_signature_or_its_refusal(store):
    (pay,) = ruled(store, against(store.wang, "compensation", 100_00, "D13-6.2"))
    decided(store, pay)
    refused("step_not_now", services.release_sanction, here=store.manager, sanction=pay, at=FINAL)
    services.acknowledge_sanction(here=store.wang, sanction=pay, at=SIGNED)
    refused("appeal_runs", services.release_sanction, here=store.manager, sanction=pay, at=SIGNED)
    services.release_sanction(here=store.manager, sanction=pay, at=FINAL)
    assert Message.objects.to(store.finance.user.pk).filter(kind="sanction.payable", to_do=True).exists()


def test_who_it_is_about_cannot_handle_it(store):
    (one,) = ruled(store, against(store.manager), by=store.general)
    refused("not_yours", services.drop_sanction, here=store.manager, sanction=one, reason="算了", at=TOLD)
