"""The company's working calendar as a parameter of a case: the days on which it is not the engine's own.

What a ruling pins says which days were used, so that a later change of the calendar, or a new notice of the state, moves no
stored ruling. Where both calendars agree nothing is written.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from arbitration.engine.facts.time import is_working_day, worked
from people.calendar import Calendar, days_of, state_works

PARAMETER = "holidays"
# After the last event or the moment of asking: the longest span of a policy is 30 working days, and a year rests at most ten in
# a row.
HORIZON = timedelta(days=90)


def departures(case: dict[str, Any], calendar: Calendar) -> list[str]:
    """The days of this case on which the company works otherwise than the engine supposes, in order, as `holidays` writes them."""
    moments = [case["ask"], *(event["at"] for event in case["events"])]
    first, last = (date.fromisoformat(pick(moments)[:10]) for pick in (min, max))
    last += HORIZON
    days = {day for year in range(first.year, last.year + 1) for day in _unlike(year)} | calendar.changes.keys()
    here = (day for day in sorted(days) if first <= day <= last and calendar.is_working(day) != is_working_day(day))
    return [worked(day) if calendar.is_working(day) else day.isoformat() for day in here]


@lru_cache(maxsize=128)
def _unlike(year: int) -> tuple[date, ...]:
    """The days of a year on which the state's calendar is not the engine's, as for years whose notice the engine does not have."""
    days = days_of(date(year, 1, 1), date(year, 12, 31))
    return tuple(day for day in days if state_works(day) != is_working_day(day))
