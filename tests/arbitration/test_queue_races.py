"""Two claim one case at the same instant: one has it, the other is told who."""

import threading

import pytest

from arbitration import services
from arbitration.models import Collision
from arbitration.services import queueing
from tests import make
from tests.racing import at_once, refused_or


@pytest.fixture
def case(committed):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    return store, Collision.objects.get()


def claim(store, case):
    return [
        lambda here=here: services.take_case(here=here, case=case, at=make.MOMENT).taken_by_id
        for here in (store.manager, store.general)
    ]


def test_with_the_guard_off_both_believe_they_have_it(case, monkeypatch):
    looked = threading.Barrier(2, timeout=20)

    def unlocked(found):
        row = Collision.objects.get(pk=found.pk)
        looked.wait()
        return row

    monkeypatch.setattr(queueing, "lock", unlocked)
    assert refused_or(at_once(*claim(*case)), "mine") == ["mine", "mine"]


def test_one_has_it_and_the_other_is_told(case):
    assert sorted(refused_or(at_once(*claim(*case)), "mine")) == ["mine", "taken"]
