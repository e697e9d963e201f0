"""The public pool, what is about to run out, a transfer that waits and one that is done, and a signed agreement."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from arbitration.models import Collision
from config.demo.cast import MANAGERS, House
from leads import services
from leads.models import Ownership, Transfer
from leads.services.protection_terms import change_protection, marker
from people.models import Project


def protection(house: House, now: datetime) -> None:
    """Let time do its part in both projects; then what a manager and two salespeople of the store do about customers."""
    _rules(house, now)
    services.expire_due(at=now)
    services.warn_ending(at=now)
    _range(house, now)
    free = _undisputed(house.store)
    boss, taker = house.people[MANAGERS["store"]], house.people["sunli"]
    for consent, why in (
        (Transfer.Consent.DEPARTMENT, "客户搬到城东，孙丽离得近"),
        (Transfer.Consent.CUSTOMER, "客户电话里说想找孙丽"),
    ):
        held = next(held for held in free if held.user_id != taker.user.pk)
        here = next(here for here in house.people.values() if here.user.pk == held.user_id)
        asked: dict[str, Any] = {"customer": held.customer, "to": taker.user, "consent": consent, "reason": why}
        services.ask_transfer(here=here, at=now, **asked)
    signed = next(free)
    whose = signed.user or taker.user
    services.enter_deed(
        here=boss, customer=signed.customer, user=whose, signed_at=now - timedelta(days=2),
        terms="客户名下的两处门店都归同一位业务员跟进", at=now,
    )  # fmt: skip
    left = next(free)
    services.release_to_pool(here=boss, customer=left.customer, reason="三个月没有跟进", at=now)


def _rules(house: House, now: datetime) -> None:
    """The property project lets a manager decide within 7–10 days, and keeps its pool in bounds."""
    here = house.there("chenguang", house.estate)
    terms = Project.objects.get(pk=house.estate.pk).terms
    wanted = replace(
        terms, protection_min=7, protection_max=10, extend_days=7, extend_on=("visit",), extend_limit=2,
        pool_holding_limit=30, pool_claims_a_day=5, pool_cooldown_days=3,
    )  # fmt: skip
    change_protection(here=here, terms=wanted, seen=marker(terms), at=now)
    for one in (*house.people.values(), here):
        if one.project.pk == house.estate.pk:
            one.project.refresh_from_db()
    house.estate.refresh_from_db()


def _range(house: House, now: datetime) -> None:
    """One customer of the property project is protected for the longest that may be."""
    running = Ownership.objects.live_at(now).filter(
        project=house.estate, protected_until__isnull=False, user__isnull=False
    )
    held = running.filter(since__gt=now - timedelta(days=5)).order_by("-since").first()
    if held:
        boss = house.people[MANAGERS["estate"]]
        given: dict[str, Any] = {"customer": held.customer, "days": 10, "reason": "客户在等家人一起看"}
        services.decide_protection(here=boss, at=now, **given)


def _undisputed(project: Project) -> Iterator[Ownership]:
    """Customers whom somebody follows, and about whom no case is open; the same ones for the same quarter."""
    case = Collision.objects.unruled().filter(project=project, customer=OuterRef("customer"))
    rows = Ownership.objects.open().filter(~Exists(case), project=project, user__isnull=False)
    return iter(rows.select_related("customer", "user").order_by("-since", "pk")[:40])
