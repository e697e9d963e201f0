"""Who may be after somebody else's customer without either knowing (预警, D05-4.3a): by what screening found, or by the buying unit."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from leads.models import Customer, Ownership, Relation
from people.models import Project, User

UNIT = "unit"


class Near(NamedTuple):
    """`by` is near the customer whom `owner` follows, for this cause; `about` is whom they acted on, by which report."""

    by: User
    customer: UUID
    owner: int
    cause: str
    about: UUID | None = None
    registration: int | None = None


def same_buyers(ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Of each customer, the company that they buy for and all who buy for it, with themselves (D20-0.6); two queries for any number."""
    near: dict[UUID, set[UUID]] = defaultdict(set)
    known = set(ids)
    buys = Relation.objects.filter(kind=Relation.Kind.CONTACT, other__isnull=False)
    for _step in range(2):  # contact → company → its other contacts
        for one, other in buys.filter(Q(customer__in=known) | Q(other__in=known)).values_list("customer", "other"):
            near[one].add(other)
            near[other].add(one)
        known |= set(near)
    return {pk: {pk} | near[pk] | {end for one in near[pk] for end in near[one]} for pk in ids}


def owners(project: Project, ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """Who follows these customers here, where it is a person; one query."""
    live = Ownership.objects.live_at(at).filter(project=project, customer__in=set(ids), user__isnull=False)
    return dict(live.values_list("customer", "user"))


def by_unit(project: Project, acted: Collection[tuple[User, Customer]], at: datetime) -> list[Near]:
    """Who acts on somebody of a buying unit of which somebody else follows another."""
    units = same_buyers({customer.pk for _by, customer in acted})
    others = {pk: unit - {pk} for pk, unit in units.items()}
    if not any(others.values()):
        return []
    holds = owners(project, {pk for unit in others.values() for pk in unit}, at)
    return [
        Near(by, pk, holds[pk], UNIT, customer.pk)
        for by, customer in acted for pk in sorted(others[customer.pk])
        if pk in holds and holds[pk] != by.pk
    ]  # fmt: skip
