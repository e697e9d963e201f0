"""The job that ends protections and whoever looks meanwhile arrive at one story, in whatever order they come."""

import sys
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import claims, services
from leads.models import Offer, Ownership
from tests import make
from trail.history import mistakes as rewritten
from trail.refusals import Refusal

START = make.at("2025-04-01 10:00")
ACTS = ["report", "visit", "extend", "claim", "release", "accept", "decline", "nothing"]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.sampled_from([1, 9, 25, 70, 200]), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=150 if "--long" in sys.argv else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_job_and_read_time_give_the_same_story(steps):
    told = []
    for job in ("always", "sometimes", "never"):
        with transaction.atomic():
            told.append(play(steps, job))
            transaction.set_rollback(True)
    assert told[0] == told[1] == told[2]


def play(steps, job):
    """The same acts at the same times; the job runs every time, where the step says so, or not before the end."""
    estate = make.estate()
    people, now = (
        (estate.xu, estate.anju, estate.hengxin, make.person("e_zhu", "朱明", "salesperson", estate.project)),
        START,
    )
    make.registered(estate.xu, now)
    for act, who, hours, ran in steps:
        now += timedelta(hours=hours, minutes=7)
        if job == "always" or (job == "sometimes" and ran):
            services.expire_due(at=now - timedelta(minutes=3))
        with suppress(Refusal):
            do(act, estate, people[who], now)
    services.expire_due(at=now + timedelta(days=30))
    return check()


def do(act, estate, here, now):
    customer = make.customer()
    if act == "report":
        make.registered(here, now, company="甲公司")
    elif act == "visit":
        make.arrived(estate, now, asked_for=here.user)
    elif act == "extend":
        services.extend_on(project=estate.project, customer=customer, user=here.user, why="visit", source="x", at=now)
    elif act == "claim":
        services.claim_from_pool(here=here, customer=customer, at=now)
    elif act == "release":
        services.release_to_pool(here=here, customer=customer, reason="不跟了", at=now)
    elif act in ("accept", "decline"):
        offer = offered(estate, customer, now)
        if offer:
            services.answer_offer(here=here, offer=offer, accept=act == "accept", at=now)


def offered(estate, customer, now):
    """What somebody who opens their page sees, whether the job has been there or not."""
    claims.in_force(estate.project, claims.lock_customer(customer), now)
    return Offer.objects.filter(customer=customer, answer=None).first()


def check():
    """At most one owner at any time, no hole in the history; and the story as anybody can read it."""
    assert list(rewritten()) == []
    rows = list(Ownership.objects.order_by("since", "pk").select_related("user"))
    for before, after in pairwise(rows):
        assert before.until == after.since, "between two owners somebody must have lost the customer"
    return (
        [(row.user and row.user.username, row.holder, row.reason, row.since, row.until, row.ended_for) for row in rows],
        [(o.to.username, o.at, o.until, o.answer) for o in Offer.objects.order_by("at", "pk").select_related("to")],
    )
