"""What work stands on whose list (例行工作): fetching and authorising are one step."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from people.models import Membership, Routine
from people.roles import Right
from people.workplace import Workplace


def visible(here: Workplace) -> "QuerySet[Routine]":
    """The work that this person may open: their own, or all of the project for whoever manages it."""
    rows = Routine.objects.filter(project=here.project).select_related("project", "user", "done_by")
    return rows if here.may(Right.ROUTINES) else rows.filter(user=here.user)


def open_for(here: Workplace, at: datetime) -> "QuerySet[Routine]":
    """What waits for this person, the most urgent first: their own, and the department's where they manage it."""
    mine = Q(user=here.user)
    if here.may(Right.ROUTINES):
        mine |= Q(user=None)
    return (
        visible(here)
        .filter(mine, done_at=None, period_from__lte=at.astimezone(here.project.zone).date())
        .order_by("due_at", "pk")
    )


def overdue(here: Workplace, at: datetime) -> "QuerySet[Routine]":
    """What is late at this moment, of those who still work here; exactly at the limit is late, as the limit is a midnight."""
    there = Membership.objects.at(at).filter(project=OuterRef("project"), user=OuterRef("user"))
    rows = visible(here).filter(Q(user=None) | Exists(there), done_at=None, due_at__lte=at)
    return rows.order_by("due_at", "kind", F("user__name").asc(nulls_first=True), "pk")


def done(here: Workplace) -> "QuerySet[Routine]":
    """What was done, the latest first: of everybody for whoever manages it."""
    return visible(here).exclude(done_at=None).order_by("-done_at", "-pk")


def late(row: Any, at: datetime) -> bool:
    """Whether a piece of work is, or was done, late."""
    moment: datetime = row.done_at or at
    return moment >= row.due_at
