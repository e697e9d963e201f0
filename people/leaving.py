"""What somebody who leaves holds, counted by whoever keeps it (离职交接, D01-3.4 … 3.6).

The three notebooks of a salesperson are there from their first entry on (D01-3.2): a line names its book, so there is nothing
to prepare and nothing that could be missing. Leaving, Finance takes them one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.calendar import company_calendar
from people.models import HandOver, Membership, Project, User
from people.roles import Right, roles_with
from people.routines import midnight

BOOKS: dict[str, Any] = {
    "collection": _("收集本"),
    "visit": pgettext_lazy("notebook", "到访本"),
    "signed": _("已签单本"),
}
RETENTION_YEARS = 3  # leavers' books are kept (G-26)


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is counted of a leaver: what it is called, and how many there are."""

    label: Any
    of: Callable[..., int]  # (project, user, at)


COUNTS: dict[str, Count] = {}
CUSTOMERS = "customers"  # what must be nothing before anybody signs


def set_count(code: str, label: Any, of: Callable[..., int]) -> None:
    """Say what else is counted, and who counts it (config/wiring.py)."""
    COUNTS[code] = Count(label, of)


def counted(project: Project, user: User, at: datetime) -> dict[str, int]:
    """Everything that this person holds here at this moment, by kind."""
    return {code: count.of(project=project, user=user, at=at) for code, count in COUNTS.items()}


@dataclass(frozen=True, slots=True)
class Clearance:
    """How far a hand-over has come. `left`: customers without a new owner; `missing`: notebooks that Finance does not have."""

    left: int
    missing: tuple[str, ...]
    due_at: datetime
    overdue: bool

    @property
    def blocked(self) -> bool:
        """Whether nobody can sign yet."""
        return bool(self.left or self.missing)


def clearance(row: HandOver, at: datetime) -> Clearance:
    """What still stands in the way, and whether the time for it is over: the end of the last working day (G-10)."""
    due = midnight(_last_working_day(row.last_day) + timedelta(days=1), row.project.zone)
    missing = tuple(book for book in BOOKS if book not in row.books)
    signed = row.finance_at is not None and row.office_at is not None
    return Clearance(customers_left(row, at), missing, due, overdue=not signed and at >= due)


def customers_left(row: HandOver, at: datetime) -> int:
    """How many customers the leaver still follows here."""
    return held_by(row.project, row.user, at)


def held_by(project: Project, user: User, at: datetime) -> int:
    """How many customers somebody follows in a project."""
    return COUNTS[CUSTOMERS].of(project=project, user=user, at=at)


def signers(project: Project, at: datetime) -> list[int]:
    """Who has to do with hand-overs here now."""
    held = Membership.objects.at(at).filter(project=project, role__in=roles_with(Right.HAND_OVER), user__is_active=True)
    return sorted(set(held.values_list("user", flat=True)))


def _last_working_day(day: date) -> date:
    calendar = company_calendar()
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day
