"""What finance looks at: a month's lines, sums by person, and deals whose commission waits for a ruling."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.http import Http404

from arbitration.models import Collision
from finance.models import CommissionLine
from leads.models import Deal
from people.models import Project, User


def month(text: str) -> str:
    """A period of the form yyyymm; 404 for anything else."""
    if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", text):
        raise Http404
    return text


def around(period: str) -> tuple[str, str]:
    """The months before and after."""
    first = date(int(period[:4]), int(period[4:]), 1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return f"{before:%Y%m}", f"{after:%Y%m}"


def lines(project: Project, period: str) -> QuerySet[CommissionLine]:
    """A month's lines in the order of posting."""
    rows = CommissionLine.objects.filter(project=project, period=period)
    return rows.select_related("deal", "deal__customer", "user").order_by("pk")


def by_person(project: Project, period: str) -> list[dict[str, Any]]:
    """What each gets this month, largest first."""
    sums = lines(project, period).order_by().values("user").annotate(fen=Sum("amount_fen"))
    users = User.objects.in_bulk([row["user"] for row in sums if row["user"]])
    rows = [{"user": users.get(row["user"]), "fen": row["fen"]} for row in sums]
    return sorted(rows, key=lambda row: -row["fen"])


def held(project: Project) -> QuerySet[Deal]:
    """Signed deals whose commission waits for a case."""
    unruled = Collision.objects.unruled().filter(project=project, customer=OuterRef("customer"))
    rows = Deal.objects.filter(Exists(unruled), project=project, lines__isnull=True)
    return rows.select_related("customer", "closer").order_by("signed_at")


def case_numbers(project: Project, deals: list[Deal]) -> dict[Any, str]:
    """Customer → number of the unruled case."""
    cases = Collision.objects.unruled().filter(project=project, customer__in=[deal.customer_id for deal in deals])
    return {case.customer_id: case.no for case in cases}


def checked(project: Project, period: str) -> dict[str, int]:
    """The check under the table: what is booked, and what the deals booked this month are worth."""
    total = lines(project, period).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return {"total": total, "count": lines(project, period).count()}


def rows(project: Project, period: str) -> Iterator[CommissionLine]:
    """The same lines, one after the other, for an export of any length."""
    yield from lines(project, period).prefetch_related("deal__customer__phones").iterator(chunk_size=500)
