"""Deals whose commission waits for a ruling, and what somebody who leaves is still to be paid."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from arbitration.models import Collision
from finance.models import Entry
from finance.reads.months import begin, end
from finance.reads.splits import lines
from leads.models import Deal
from people.models import Project, User


def held(project: Project, period: str, now: datetime) -> QuerySet[Deal]:
    """Deals signed up to the end of this month whose commission waits for a case; none for a month that has not begun."""
    unruled = Collision.objects.unruled().filter(project=project, customer=OuterRef("customer"))
    if now < begin(project, period):
        return Deal.objects.none()
    signed = {"project": project, "signed_at__lt": end(project, period), "cancelled_at__isnull": True}
    rows = Deal.objects.filter(Exists(unruled), entries__isnull=True, **signed)
    return rows.select_related("customer", "closer").order_by("signed_at")


def case_numbers(project: Project, deals: list[Deal]) -> dict[Any, str]:
    """Customer → number of the unruled case."""
    cases = Collision.objects.unruled().filter(project=project, customer__in=[deal.customer_id for deal in deals])
    return {case.customer_id: case.no for case in cases}


def waiting(project: Project, period: str, now: datetime) -> list[tuple[Deal, str]]:
    """Each of these deals with the number of its case. Two queries."""
    deals = list(held(project, period, now))
    cases = case_numbers(project, deals)
    return [(deal, cases[deal.customer_id]) for deal in deals]


def unpaid_splits(*, project: Project, user: User, at: datetime) -> int:
    """How many shares somebody who leaves is still to be paid (G-10: deals signed before are paid): of this month's lines, which
    are paid out once it is over, and of deals they signed whose commission waits for a ruling.
    """
    period = project.month(at)
    posted = lines(project, period).filter(account__user=user, entry__reversed_by=None, entry__kind=Entry.Kind.ACCRUAL)
    return posted.count() + held(project, period, at).filter(closer=user).count()
