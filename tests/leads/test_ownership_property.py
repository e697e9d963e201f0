"""Whatever happens in whatever order: at most one owner at a time, no overlap, every report kept, nothing rewritten."""

import sys
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arbitration import services
from arbitration.models import Collision, Ruling
from arbitration.services import Decision
from leads.models import Ownership, Registration
from tests import make
from trail.history import mistakes as rewritten

STEPS = st.lists(
    st.tuples(st.sampled_from(["report", "masked", "visit", "wait", "rule"]), st.integers(0, 3), st.integers(0, 1)),
    min_size=1, max_size=14,
)  # fmt: skip
NUMBERS = ("13912343333", "13912343444")


@pytest.mark.django_db
@settings(
    max_examples=250 if "--long" in sys.argv else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_ownership_never_overlaps_and_nothing_is_lost(steps):
    from django.db import transaction

    with transaction.atomic():
        play(steps)
        transaction.set_rollback(True)


def play(steps):
    estate = make.estate()
    people = (estate.xu, estate.anju, estate.hengxin)
    now, reports = make.at("2025-04-01 10:00"), 0
    for kind, who, which in steps:
        now += timedelta(minutes=7)
        number, here = NUMBERS[which], people[who % 3]
        if kind == "report":
            make.registered(here, now, number=number)
            reports += 1
        elif kind == "masked":
            make.registered(here, now, number=f"{number[:3]}****{number[-4:]}")
            reports += 1
        elif kind == "visit":
            make.arrived(estate, now, number=number, asked_for=here.user)
        elif kind == "wait":
            now += timedelta(days=who * 3)
        else:
            rule(estate, people[which], now)
        check()
    assert Registration.objects.count() == reports


def rule(estate, winner, now):
    for case in Collision.objects.unruled():
        decision = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=winner.user)
        services.decide_case(
            here=estate.general, case=case, seen_version=case.version, seen_proposal="", decision=decision, at=now
        )


def check():
    assert list(rewritten()) == []
    for customer in set(Ownership.objects.values_list("customer", flat=True)):
        rows = list(Ownership.objects.filter(customer=customer).order_by("since", "pk"))
        assert sum(row.until is None for row in rows) <= 1
        for before, after in pairwise(rows):
            assert before.until is not None
            assert before.until <= after.since
