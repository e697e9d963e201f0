"""Steps of the procedure taken at the same instant: each is taken once, and who comes second is told."""

import threading

from arbitration import services
from arbitration.models import Appeal, CaseEvent, Collision, Settlement
from arbitration.services import settling
from tests import make, procedure
from tests.racing import at_once, refused_or

LATER, OVER = make.at("2025-04-28 15:00"), make.at("2025-05-01 10:00")


def answer(here, settlement):
    return services.answer_terms(here=here, settlement=settlement, agrees=True, at=LATER)


def of_three(store):
    """李强 has written terms; 王芳 and 赵磊 have yet to confirm."""
    case = procedure.contested(store, store.zhao)
    agreement = procedure.terms((store.li, 4_000), (store.wang, 3_000), (store.zhao, 3_000))
    return services.write_terms(here=store.li, case=case, agreement=agreement, at=make.MOMENT)


def test_without_the_lock_two_who_confirm_at_once_leave_the_terms_open(committed, monkeypatch):
    """Each sees the other's yes missing."""
    store = make.store()
    settlement = of_three(store)
    barrier, count = threading.Barrier(2, timeout=60), settling.answered

    def both_look(row, sides):
        found = count(row, sides)
        if row.confirmations.count() == 2:  # 李强's, and one's own: the last look before it is settled
            barrier.wait()
        return found

    monkeypatch.setattr(settling, "lock", lambda case: Collision.objects.get(pk=case.pk))
    monkeypatch.setattr(settling, "answered", both_look)
    at_once(lambda: answer(store.wang, settlement), lambda: answer(store.zhao, settlement))
    assert settlement.confirmations.count() == 3
    assert Settlement.objects.get().state == "open"


def test_two_parties_who_confirm_at_once_settle_it_once(committed):
    store = make.store()
    settlement = of_three(store)
    came_to = at_once(lambda: answer(store.wang, settlement), lambda: answer(store.zhao, settlement))
    assert refused_or(came_to, "done") == ["done", "done"]
    assert Settlement.objects.get().state == "confirmed"
    assert CaseEvent.objects.filter(type="negotiation").count() == 1


def test_of_a_yes_and_taking_back_at_once_one_wins(committed):
    store = make.store()
    settlement = procedure.written(store, procedure.contested(store))
    came_to = at_once(
        lambda: answer(store.wang, settlement),
        lambda: services.withdraw_terms(here=store.li, settlement=settlement, at=LATER),
    )
    assert sorted(refused_or(came_to, "done")) == ["done", "terms_closed"]
    confirmed = Settlement.objects.get().state == "confirmed"
    assert CaseEvent.objects.filter(type="negotiation").exists() == confirmed


def appeal(here, ruling):
    return services.open_appeal(here=here, ruling=ruling, reason="我先报备的", at=LATER)


def decide(store, one, accepts):
    return services.decide_appeal(here=store.general, appeal=one, accepts=accepts, reason="看过记录", at=OVER)


def test_of_two_taps_one_appeals_and_of_three_who_end_it_one_does(committed):
    store = make.store()
    ruling = procedure.ruled(store, procedure.contested(store))
    taps = at_once(*[lambda: appeal(store.li, ruling)] * 2, lambda: appeal(store.wang, ruling))
    assert sorted(refused_or(taps, "done")) == ["appealed_already", "done", "done"]
    one = Appeal.objects.get(by=store.li.user)
    ends = at_once(
        lambda: decide(store, one, True), lambda: decide(store, one, False),
        lambda: services.withdraw_appeal(here=store.li, appeal=one, at=OVER),
    )  # fmt: skip
    assert sorted(refused_or(ends, "done")) == ["appeal_closed", "appeal_closed", "done"]
    accepted = Appeal.objects.get(pk=one.pk).state == "accepted"
    assert (Collision.objects.get().state == "escalated") == accepted
