"""Two taps at the same instant: of two on «约到访» one is kept; of two that print one slip is made."""

import threading

from tests import make
from tests.racing import at_once, refused_or
from tests.visits.test_expected import REPORTED, expect
from visits import services
from visits.models import Expected


def _both(store):
    make.registered(store.li, REPORTED)
    acts = [lambda: expect(store.li, store.site)] * 2
    return sorted(refused_or(at_once(*acts), done="said"))


def test_race_without_the_lock_there_would_be_two(committed, monkeypatch):
    """The guard off: nobody waits for the customer's row, and both have looked before either writes."""
    store, looked = make.store(), threading.Barrier(2, timeout=60)
    from visits.services import expected

    number = expected.trail.next_number

    def next_number(series, at):
        if series == "YD":
            looked.wait()
        return number(series, at)

    monkeypatch.setattr(expected.claims, "lock_customer", lambda customer: customer)
    monkeypatch.setattr(expected.trail, "next_number", next_number)
    assert _both(store) == ["said", "said"]
    assert Expected.objects.count() == 2


def test_race_two_taps_at_once_are_one_expected_visit(committed):
    store = make.store()
    assert _both(store) == ["expected_already", "said"]
    assert Expected.objects.count() == 1


def test_race_four_desks_that_print_at_once_print_one_slip(committed):
    store = make.store()
    visit = make.arrived(store, make.MOMENT)
    acts = [lambda: services.issue_slip(here=store.desk, visit=visit, at=make.MOMENT)] * 4
    assert len({slip.code for slip in refused_or(at_once(*acts))}) == 1
