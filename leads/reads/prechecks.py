"""The log of questions whether a customer is free (查重), and how often one customer was asked for."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Window

from leads.models import Customer, PreCheck
from people.models import User
from people.workplace import Workplace
from trail import clock

LATELY = timedelta(days=7)
SHOWN = 5


def prechecks(here: Workplace, *, by: User | None = None, day: date | None = None) -> QuerySet[PreCheck]:
    """Every question of this project, the newest first; of one person, or of one local day."""
    rows = (
        PreCheck.objects.filter(project=here.project).select_related("by", "found", "customer").order_by("-at", "-pk")
    )
    rows = rows.filter(by=by) if by else rows
    if day is None:
        return rows
    begins, ends = (datetime.combine(one, time(), here.project.zone) for one in (day, clock.day_after(day)))
    return rows.filter(at__gte=begins, at__lt=ends)


def askers(here: Workplace) -> QuerySet[User]:
    """Who may have asked: whoever ever had a role here."""
    return User.objects.filter(memberships__project=here.project).distinct().order_by("name")


def asked_rows(here: Workplace, customer: Customer, at: datetime) -> QuerySet[Any]:
    """Who asked for this customer last, each with how many `times` others did in the last seven days.

    A question over a limit counts too. An agency is told nothing of it.
    """
    rows = PreCheck.objects.filter(project=here.project, customer=customer, at__gt=at - LATELY, at__lte=at)
    rows = rows.exclude(by=here.user).annotate(times=Window(Count("pk"))).select_related("by")
    return rows.order_by("-at", "-pk")[:SHOWN] if not here.outside else rows.none()
