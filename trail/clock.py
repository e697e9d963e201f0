"""The one clock. Services take `at=`; pages, commands and jobs ask here, and tests put their own time in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.utils import timezone

YEARS = range(2000, 2101)  # of what people and programs tell of: another one is a slip of the keyboard
_fixed: datetime | None = None


def now() -> datetime:
    """The time now, in UTC, to the second: a receipt shows seconds, and two readings must agree."""
    return _fixed or timezone.now().replace(microsecond=0)


def likely(moment: datetime) -> bool:
    """Whether somebody can mean this moment; in one of long ago an hour has an offset with seconds, which no program reads."""
    return moment.year in YEARS


def nearest(day: date) -> date:
    """That day, or the nearest of those years: whoever filters may type any, also one to which no weeks can be added."""
    return min(max(day, date(YEARS[0], 1, 1)), date(YEARS[-1], 12, 31))


def day_after(day: date) -> date:
    """The next day; of the last that a calendar has, that day itself: whoever filters may type any."""
    return day + timedelta(days=1) if day < date.max else day


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (tests, demo data)."""
    global _fixed
    before, _fixed = _fixed, moment
    try:
        yield
    finally:
        _fixed = before
