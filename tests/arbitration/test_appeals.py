"""申诉 (G-27): once a party, within seven days, to the next level; payments and sanctions by the ruling wait meanwhile."""

import pytest

from arbitration import services
from arbitration.appeals import deciders, pending
from arbitration.models import Claim, Collision, Ruling
from arbitration.services import Sanction
from finance import reads
from finance.exports import TABLES, Ask
from tests import make, procedure
from tests.arbitration.test_collisions import signed
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
# 何静 rules on Monday, 28 April 2025 at 14:05: the seven days are 29 April to 5 May.
LAST, OVER = make.at("2025-05-05 23:59:59"), make.at("2025-05-06 00:00:00")


@pytest.fixture
def case(store):
    return procedure.contested(store)


@pytest.fixture
def ruling(store, case):
    """王芳 gets the customer and all of the commission."""
    signed(store, store.wang, commission=6_000_00)
    return procedure.ruled(store, case)


def appeal(here, ruling, when=LAST, reason="我先报备的"):
    return services.open_appeal(here=here, ruling=ruling, reason=reason, at=when)


def decide(here, one, accepts, when=OVER, reason="看过记录"):
    return services.decide_appeal(here=here, appeal=one, accepts=accepts, reason=reason, at=when)


def refusal(act, *args, **given):
    with pytest.raises(Refusal) as refused:
        act(*args, **given)
    return refused.value.code, refused.value.status


def test_a_party_appeals_in_the_last_second_and_not_in_the_next(store, ruling):
    assert refusal(appeal, store.li, ruling, OVER) == ("appeal_late", 409)
    assert appeal(store.li, ruling, LAST).no.startswith("SS-")


def test_too_late_says_until_when(store, ruling):
    with pytest.raises(Refusal) as refused:
        appeal(store.li, ruling, OVER)
    assert "2025-05-06 00:00" in str(refused.value.sentence)


def test_each_party_appeals_once(store, ruling):
    one = appeal(store.li, ruling)
    assert refusal(appeal, store.li, ruling) == ("appealed_already", 409)
    services.withdraw_appeal(here=store.li, appeal=one, at=LAST)
    assert refusal(appeal, store.li, ruling) == ("appealed_already", 409)
    assert appeal(store.wang, ruling)


def test_only_a_party_appeals_and_says_why(store, ruling):
    assert refusal(appeal, store.zhao, ruling) == ("not_a_party", 404)
    assert refusal(appeal, store.li, ruling, reason=" ") == ("reason_missing", 422)


def test_the_next_level_is_asked_and_the_other_side_hears_of_it(store, ruling):
    appeal(store.li, ruling)
    assert Message.objects.to(store.general.user.pk).waiting().filter(kind="collision.appeal").count() == 1
    assert Message.objects.to(store.wang.user.pk).filter(kind="collision.appealed").count() == 1
    assert not Message.objects.to(store.manager.user.pk).filter(kind="collision.appeal").exists()


def test_the_next_level_upholds_the_ruling_with_its_reason(store, ruling):
    one = decide(store.general, appeal(store.li, ruling), accepts=False)
    assert (one.state, one.decided_by, one.decided_why) == ("upheld", store.general.user, "看过记录")
    assert Collision.objects.get().state == "ruled"
    assert not Message.objects.to(store.general.user.pk).waiting().filter(kind="collision.appeal").exists()


def test_heard_anew_the_ruling_stays_in_force_until_another_supersedes_it(store, case, ruling):
    decide(store.general, appeal(store.li, ruling), accepts=True)
    assert (Collision.objects.get().state, Ruling.objects.get().superseded_by) == ("escalated", None)
    assert "总经理" in services.recused(store.manager, Collision.objects.get())
    new = procedure.ruled(store, case, by=store.general, when=make.at("2025-05-07 10:00"))
    ruling.refresh_from_db()
    assert ruling.superseded_by == new.no


def test_a_ruling_is_not_appealed_while_its_case_is_heard_anew_but_the_new_one_is(store, case, ruling):
    decide(store.general, appeal(store.li, ruling, make.at("2025-04-29 10:00")), True, make.at("2025-04-30 10:00"))
    assert refusal(appeal, store.wang, ruling) == ("heard_anew", 409)
    new = procedure.ruled(store, case, by=store.general, when=make.at("2025-04-30 11:00"))
    assert refusal(appeal, store.wang, ruling) == ("superseded", 409)
    assert appeal(store.li, new)


def test_whoever_else_appealed_is_answered_alike_when_the_case_is_heard_anew(store, ruling):
    first, second = appeal(store.li, ruling), appeal(store.wang, ruling)
    decide(store.general, first, accepts=True)
    second.refresh_from_db()
    assert (second.state, second.decided_by) == ("accepted", store.general.user)


def test_the_one_who_ruled_does_not_decide_on_the_appeal(store, ruling):
    assert refusal(decide, store.manager, appeal(store.li, ruling), True) == ("recused", 403)


def test_a_general_managers_own_ruling_goes_to_another_one(store, case):
    """G-47: nobody is judge of their own ruling where there is somebody else; nor do they hear the case anew."""
    second = make.person("second", "方总", "general_manager", store.project)
    one = appeal(store.li, procedure.ruled(store, case, by=store.general))
    assert deciders(one.ruling, LAST) == [second.user]
    assert refusal(decide, store.general, one, True) == ("recused", 403)
    decide(second, one, accepts=True)
    assert "另一位总经理" in services.recused(store.general, Collision.objects.get())
    assert services.rulers(Collision.objects.get(), OVER) == [second.user]


def test_where_there_is_only_one_general_manager_they_decide_on_their_own_ruling(store, case):
    """Decision 0015: there is no other level; the page says so."""
    one = appeal(store.li, procedure.ruled(store, case, by=store.general))
    assert deciders(one.ruling, LAST) == [store.general.user]
    assert decide(store.general, one, accepts=False).state == "upheld"


def test_a_general_manager_who_is_a_party_decides_on_no_appeal(store, ruling):
    make.person("general", "陈光", "salesperson", store.project)
    one = appeal(store.li, ruling)
    Claim.objects.create(collision=ruling.collision, user=store.general.user, letter="C", ground="x", joined_at=OVER)
    assert deciders(one.ruling, OVER) == []
    assert refusal(decide, store.general, one, False) == ("recused", 403)


def test_what_was_decided_is_not_decided_again_nor_taken_back(store, ruling):
    one = decide(store.general, appeal(store.li, ruling), accepts=False)
    assert refusal(decide, store.general, one, True) == ("appeal_closed", 409)
    assert refusal(services.withdraw_appeal, here=store.li, appeal=one, at=OVER) == ("appeal_closed", 409)


def test_while_an_appeal_waits_the_case_is_not_reopened_beside_it(store, case, ruling):
    appeal(store.li, ruling)
    reopen = {"here": store.general, "case": case, "reason": "另有新情况", "at": OVER}
    assert refusal(services.reopen, **reopen) == ("appeal_first", 409)


# what waits meanwhile


def paid(store):
    """Of the month: each line's amount, and whether it waits."""
    return [(line.amount_fen, line.paused) for line in reads.lines(store.project, "202504")]


def exported(store):
    table = TABLES["splits"](Ask(store.project, "202504", store.finance.user))
    return [list(row[-3:-1]) for row in table.records]


def test_splits_by_the_ruling_are_not_payable_while_the_appeal_waits(store, ruling):
    assert (paid(store), exported(store)) == ([(6_000_00, False)], [["可付", "6000.00"]])
    one = appeal(store.li, ruling)
    assert (paid(store), exported(store)) == ([(6_000_00, True)], [["申诉中，暂停支付", "0.00"]])
    (wang,) = reads.holders(store.project, "202504")
    assert (wang.name, wang.sums.commission, wang.sums.paused) == ("王芳", 6_000_00, 6_000_00)
    decide(store.general, one, accepts=False)
    assert paid(store) == [(6_000_00, False)]


def test_they_go_on_waiting_while_the_case_is_heard_anew(store, case, ruling):
    decide(store.general, appeal(store.li, ruling), accepts=True)
    assert paid(store) == [(6_000_00, True)]
    procedure.ruled(store, case, by=store.general, when=make.at("2025-05-07 10:00"))
    assert not pending().exists()


def test_whoever_pays_hears_that_splits_wait_and_that_they_do_not_any_more(store, ruling):
    one = appeal(store.li, ruling)
    services.withdraw_appeal(here=store.li, appeal=one, at=LAST)
    told = Message.objects.to(store.finance.user.pk).filter(kind__startswith="split.").order_by("pk")
    assert [kind for kind in told.values_list("kind", flat=True) if kind != "split.booked"] == [
        "split.paused",
        "split.resumed",
    ]


def test_sanctions_by_the_ruling_are_marked_and_who_is_no_party_hears_of_it(store, case, signed_in):
    fines = [Sanction(to=who.user, kind="warning", reason="没带好队伍") for who in (store.manager, store.wang)]
    ruling = procedure.ruled(store, case, sanctions=fines)
    page = signed_in(store.general)
    assert "申诉中" not in page.get("/penalties").content.decode()
    appeal(store.li, ruling)
    assert page.get("/penalties").content.decode().count("申诉中，先停") == 2
    assert Message.objects.filter(kind="sanction.paused").values_list("to", flat=True).get() == str(
        store.manager.user.pk
    )
