"""Accounting months: local months of a project, written yyyymm."""

import re
from datetime import date, datetime

from django.http import Http404

from finance.models import Entry, Period
from people.models import Project


def month(text: str) -> str:
    """A period of the form yyyymm; 404 for anything else."""
    if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", text, re.ASCII):
        raise Http404
    return text


def around(period: str) -> tuple[str, str]:
    """The months before and after."""
    first = date(int(period[:4]), int(period[4:]), 1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return f"{before:%Y%m}", f"{after:%Y%m}"


def begin(project: Project, period: str) -> datetime:
    """The first moment of a month, where the project is."""
    return datetime(int(period[:4]), int(period[4:]), 1, tzinfo=project.zone)


def end(project: Project, period: str) -> datetime:
    """The first moment after a month, where the project is."""
    return begin(project, around(period)[1])


def dashed(period: str) -> str:
    """2025-04: as messages write it, in any language."""
    return f"{period[:4]}-{period[4:]}"


def up_to(period: str, many: int) -> list[str]:
    """So many months in order, the last of them this one."""
    months = [period]
    while len(months) < many:
        months.insert(0, around(months[0])[0])
    return months


def to_close(project: Project, at: datetime) -> str:
    """The first month that is over, has something booked in it and is not closed; the month of `at` where there is none."""
    this = project.month(at)
    closed = Period.objects.filter(project=project, closed_at__isnull=False).values("month")
    open_ = Entry.objects.filter(project=project, period__lt=this).exclude(period__in=closed)
    return open_.order_by("period").values_list("period", flat=True).first() or this
