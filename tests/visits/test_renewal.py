"""A visit moves the end of a protection, where the terms say so and the owner had a hand in it (G-23)."""

from datetime import timedelta

import pytest

from leads.models import Ownership, ProtectionChange
from tests import make

pytestmark = pytest.mark.django_db
REPORTED = make.at("2025-04-25 10:00")


@pytest.fixture
def protected(store):
    make.terms(store.project, protection_days=7, extend_on=("visit",), extend_days=7, extend_limit=1)
    make.registered(store.li, REPORTED)
    return Ownership.objects.get()


def ends(held):
    held.refresh_from_db()
    return held.protected_until


def test_a_visit_to_the_owner_renews_once_and_says_which_visit_it_was(store, protected):
    before = ends(protected)
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user, invited_by=store.li.user)
    assert ends(protected) == before + timedelta(days=3)  # 28 April and seven whole days after it
    change = ProtectionChange.objects.get()
    assert (change.why, change.source, change.was) == ("visit", visit.no, before)


def test_a_stand_in_receives_for_the_owner(store, protected):
    before = ends(protected)
    make.arrived(store, make.MOMENT, hand_to=store.wang.user)
    assert ends(protected) > before


def test_who_asks_for_somebody_else_renews_nothing_of_the_owners(store, protected):
    before = ends(protected)
    make.terms(
        store.project, routing=("asked_for",), protection_days=7, extend_on=("visit",), extend_days=7, extend_limit=1
    )
    make.arrived(store, make.MOMENT, asked_for=store.wang.user)
    assert ends(protected) == before


def test_the_first_visit_begins_the_second_stage(store):
    make.terms(store.project, protection_days=7, deal_days=30)
    make.registered(store.li, REPORTED)
    held = Ownership.objects.get()
    assert held.stage == "visit"
    make.arrived(store, make.MOMENT, asked_for=store.li.user)
    held.refresh_from_db()
    assert (held.stage, held.protected_until) == ("deal", make.at("2025-05-29 00:00"))
