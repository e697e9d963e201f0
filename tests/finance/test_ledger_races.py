"""Two at once: nothing is booked, settled or taken back twice. Each race is shown first with the deal's lock off."""

import threading

import pytest

from arbitration.models import Collision
from finance.models import Account, Entry
from finance.services import book_deal, settle_deal
from finance.services import standing as standings
from leads.models import Deal
from leads.services import Change, change_deal
from tests import ledger, make
from tests.arbitration.test_collisions import signed
from tests.racing import at_once, refused_or

pytestmark = pytest.mark.usefixtures("committed")
TEN = make.at("2025-04-28 10:00")
WHOLE = 6_000_01


def unlocked(monkeypatch, module):
    """Nobody waits for the deal, and each has looked before the other writes."""
    both = threading.Barrier(2, timeout=30)

    def look(deal):
        found = standings.standing(deal)
        both.wait()
        return found

    monkeypatch.setattr(f"finance.services.{module}.lock", lambda deal: Deal.objects.get(pk=deal.pk))
    monkeypatch.setattr(f"finance.services.{module}.standing", look)


def brought():
    """An agency's deal that nobody contests: ¥6,000.01 wait for Party A."""
    estate = make.estate()
    make.registered(estate.anju, make.at("2025-04-01 10:00"))
    return estate, signed(estate, estate.anju, commission=WHOLE)


def settle(estate, deal, slip):
    return lambda: settle_deal(here=estate.finance, deal=deal, amount_fen=WHOLE, slip=slip, at=TEN)


def on(kind):
    return sum(line.amount_fen for line in ledger.lines() if line.account.kind == kind)


def test_without_the_lock_party_a_would_have_paid_twice(monkeypatch):
    estate, deal = brought()
    unlocked(monkeypatch, "settling")
    refused_or(at_once(settle(estate, deal, "FP-1"), settle(estate, deal, "FP-2")))
    assert (on(Account.Kind.PAYABLE), on(Account.Kind.ACCRUED)) == (2 * WHOLE, -WHOLE)


def test_of_two_who_enter_the_whole_payment_one_is_told_that_nothing_waits():
    estate, deal = brought()
    told = refused_or(at_once(settle(estate, deal, "FP-1"), settle(estate, deal, "FP-2")), done="done")
    assert sorted(told) == ["done", "nothing_to_settle"]
    assert (on(Account.Kind.PAYABLE), on(Account.Kind.ACCRUED)) == (WHOLE, 0)


def held():
    """A deal that a case kept waiting, which does not stand any more."""
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    deal = signed(store, store.wang, commission=WHOLE)
    Collision.objects.update(state="moot")
    return store, deal


def book(deal):
    return lambda: book_deal(deal=deal, at=TEN)


def test_without_the_lock_a_deal_would_be_booked_twice(monkeypatch):
    _store, deal = held()
    unlocked(monkeypatch, "booking")
    refused_or(at_once(book(deal), book(deal)), done="done")
    assert Entry.objects.filter(deal=deal, book="commission").count() == 2


def test_a_deal_that_two_book_at_once_is_booked_once():
    store, deal = held()
    refused_or(at_once(book(deal), book(deal)), done="done")
    assert ledger.splits(deal) == [(store.wang.user, WHOLE)]


def test_a_cancellation_and_a_payment_at_once_leave_nothing_and_owe_nothing():
    """Whoever comes first: the payment is reversed with the rest, or it finds nothing to settle."""
    estate, deal = brought()

    def cancel():
        change_deal(here=estate.manager, deal=deal, change=Change("cancel"), reason="客户退房", at=TEN)

    told = refused_or(at_once(cancel, settle(estate, deal, "FP-1")), done="done")
    assert told[0] == "done"
    assert told[1] in ("done", "nothing_to_settle")
    assert ledger.sums(deal) == {}
    assert (on(Account.Kind.PAYABLE), on(Account.Kind.ACCRUED)) == (0, 0)
