"""The company's working calendar (G-05): the state's, and what the company changed.

Monday to Friday, without state holidays, with the weekend days that are worked in their place; a change of the company
goes before both. Days are local dates. `company_calendar` reads the changes once; everything else is pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from holidays import HolidayBase, country_holidays

from people.models import DayChange

FIRST_YEAR, LAST_YEAR = 2001, 2100  # what the library of holidays reaches
ONE = timedelta(days=1)
MOVED = "调休"  # in the library's Chinese name of a day off for which a weekend day is worked


class Source(models.TextChoices):
    """Why a day is worked or not."""

    WEEK = "week", gettext_lazy("星期")
    STATE = "state", gettext_lazy("国家放假安排")
    COMPANY = "company", gettext_lazy("公司改的")


@dataclass(frozen=True, slots=True)
class State:
    """Whether a day is worked, what it is called (empty for an ordinary one), and who says so."""

    working: bool
    name: str
    source: Source


class Calendar:
    """The days as this company works them. `changes`: what it works (True) or rests otherwise, with the reason's name."""

    def __init__(self, changes: Mapping[date, tuple[bool, str]] | None = None) -> None:
        self.changes = dict(changes or {})

    def state_of(self, day: date) -> State:
        """Whether this day is worked, its name in the language of the page, and on whose word."""
        if day in self.changes:
            working, name = self.changes[day]
            return State(working, name, Source.COMPANY)
        state = _state(day.year, "zh_CN" if (get_language() or "zh").startswith("zh") else "en_US")
        if day in state.weekend_workdays:
            return State(True, _("调休上班"), Source.STATE)
        if day in state:
            moved = MOVED in _state(day.year, "zh_CN")[day]
            return State(False, _("调休放假") if moved else state[day], Source.STATE)
        return State(day.weekday() < 5, "", Source.WEEK)

    def is_working(self, day: date) -> bool:
        """Whether this day is worked."""
        changed = self.changes.get(day)
        return changed[0] if changed else state_works(day)

    def after_working_days(self, day: date, days: int) -> date:
        """The last of so many working days after `day`, which itself is not counted; `day` for none."""
        while days > 0:
            day += ONE
            days -= self.is_working(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; 0 where `last` is not later."""
        return sum(self.is_working(day) for day in days_of(first + ONE, last))


def changed_days() -> Any:
    """What `company_calendar` is made of, for whoever reads it together with other things."""
    return DayChange.objects.values_list("day", "working", "name")


def company_calendar(changes: Iterable[tuple[date, bool, str]] | None = None) -> Calendar:
    """The calendar as it stands: one query, unless its changes have been read."""
    rows = changed_days() if changes is None else changes
    return Calendar({day: (working, name) for day, working, name in rows})


def state_works(day: date) -> bool:
    """Whether the state's calendar works this day; estimated where its notice is not known (`published`)."""
    return bool(_state(day.year, "zh_CN").is_working_day(day))


def published(year: int) -> bool:
    """Whether the library knows the notice for this year: every notice since 2001 has weekend days that are worked.

    Without it only weekends and the days off that the law names are known, none of those that are moved.
    """
    return any(day.year == year for day in _state(year, "zh_CN").weekend_workdays)


def days_of(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both with."""
    while first <= last:
        yield first
        first += ONE


@lru_cache(maxsize=256)
def _state(year: int, language: str) -> HolidayBase:
    return country_holidays("CN", years=year, expand=False, language=language)
