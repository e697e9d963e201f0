"""The one clock. Services take `at=`; pages, commands and jobs ask here, and tests put their own time in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.utils import timezone

_fixed: datetime | None = None


def now() -> datetime:
    """The time now, in UTC, to the second: a receipt shows seconds, and two readings must agree."""
    return _fixed or timezone.now().replace(microsecond=0)


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
