"""Appeals (申诉, G-27), to be read: until when, what waits meanwhile, and whose turn it is to decide."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from arbitration.cases.once import once_a_page
from arbitration.cases.proposals import governing, pack_of
from arbitration.models import CLOSED, Appeal, Claim, Collision, Ruling
from people.models import Membership, User
from people.roles import RULING, Role
from people.routines import midnight

DAYS, PARAMETER = 7, "appeal_days"  # G-27, where the policy in force says nothing else


def days_of(case: Collision) -> int:
    """How many days the parties of this case have, by the policy that governs it."""
    held = governing(case)
    if held is None:
        return DAYS
    own = pack_of(held.policy).params.get(PARAMETER, {"value": DAYS})["value"]
    return int(held.params.get(PARAMETER, own))


def until(ruling: Ruling, days: int) -> datetime:
    """The end of the term, exclusive: it begins at 00:00 of the day after the ruling, where the project is (case format)."""
    zone = ruling.collision.project.zone
    first = localtime(ruling.at, zone).date() + timedelta(days=1)
    return midnight(first + timedelta(days=days), zone)


def pending() -> QuerySet[Appeal]:
    """Appeals for whose sake payments and sanctions of a ruling in force wait: undecided, or accepted and not ruled anew yet."""
    anew = Q(state=Appeal.State.ACCEPTED) & ~Q(ruling__collision__state__in=CLOSED)
    return Appeal.objects.filter(Q(state=Appeal.State.OPEN) | anew, ruling__superseded_by=None)


def deciders(ruling: Ruling, at: datetime) -> list[User]:
    """Who decides on appeals against this ruling: general managers who are no party, other than who signed it.

    Only where there is no other, the one who signed: decision 0015.
    """
    top = general_managers(ruling.collision, at)
    others = [user for user in top if user.pk != ruling.by_id]
    return others or top


@once_a_page
def who_rule(case: Collision, at: datetime) -> Any:
    """What everybody who rules in the project of a case is there at this moment, with whether they are a `party` of it."""
    held = Membership.objects.at_work(at).filter(project=case.project_id, role__in=RULING, user__is_active=True)
    party = Exists(Claim.objects.filter(collision=case, user=OuterRef("user")))
    with_it = held.select_related("user", "project", "organisation", "team").annotate(party=party)
    return with_it.order_by("user_id", "pk")


def general_managers(case: Collision, at: datetime) -> list[User]:
    """The general managers at work who are no party of this case."""
    top = [row.user for row in who_rule(case, at) if row.role == Role.GENERAL_MANAGER and not row.party]
    return list(dict.fromkeys(top))


@once_a_page
def appeals_of(case: Collision) -> Any:
    """The appeals against the rulings of a case, the newest first."""
    with_it = ("by", "decided_by", "ruling__by", "ruling__collision__project")
    return Appeal.objects.filter(ruling__collision=case).select_related(*with_it).order_by("-at", "-pk")


def heard_by_another(case: Collision, user: User) -> bool:
    """Whether a case is heard anew upon an appeal against this person's ruling, and there is somebody else to do it."""
    accepted = (row.ruling for row in appeals_of(case) if row.state == Appeal.State.ACCEPTED)
    if case.closed or not any(ruling.by_id == user.pk and not ruling.superseded_by for ruling in accepted):
        return False
    top = Membership.objects.filter(project=case.project, role=Role.GENERAL_MANAGER, until=None, user__is_active=True)
    return top.exclude(user=user).exclude(user__claims__collision=case).exists()
