"""Two people open a case by hand for the same matter at the same instant: there is one case, and both have opened it."""

import threading

import pytest
from django.db import IntegrityError

from arbitration import services
from arbitration.models import Collision, Statement, Subject
from arbitration.services import Claimed, by_hand, opening
from tests import make
from tests.racing import at_once, mistakes, refused_or

OTHER = "13700000001"


@pytest.fixture(params=["customer", "slot"])
def both(request, committed):
    """Two who open a case, about one customer or about one slot."""
    store = make.store()
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-01 11:00"), number=OTHER, name="赵秀英")
    if request.param == "customer":
        about, claims = make.customer(), [[Claimed(store.li.user), Claimed(store.wang.user)]] * 2
    else:
        about = services.add_subject(here=store.manager, kind="media_slot", name="3 号灯箱", at=make.MOMENT)
        claims = [[Claimed(store.li.user, make.customer())], [Claimed(store.wang.user, make.customer(OTHER))]]

    def opens(here, claimed):
        return lambda: services.open_by_hand(
            here=here, matter=request.param, about=about, claimed=claimed, reason="两边都要", at=make.MOMENT
        )

    return [opens(here, claimed) for here, claimed in zip((store.manager, store.general), claims, strict=True)]


def test_with_the_guards_off_one_ends_in_an_error_of_the_database(both, monkeypatch):
    looked, number = threading.Barrier(2, timeout=20), by_hand.trail.next_number

    def both_have_looked(*given, **more):
        looked.wait()
        return number(*given, **more)

    monkeypatch.setattr(by_hand.trail, "next_number", both_have_looked)
    monkeypatch.setattr(opening.claims, "lock_customer", lambda customer: customer)
    monkeypatch.setattr(Subject.objects, "select_for_update", Subject.objects.all)
    (mistake,) = mistakes(at_once(*both))
    assert isinstance(mistake, IntegrityError)
    assert Collision.objects.count() == Statement.objects.count() == 1


def test_both_open_the_same_case(both):
    first, second = refused_or(at_once(*both))
    assert first == second == Collision.objects.get()
    assert sorted(first.claims.values_list("letter", flat=True)) == ["A", "B"]
    assert first.statements.count() == 2
