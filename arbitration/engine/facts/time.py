"""Spans of time as the policies count them (G-02 … G-06): hours and minutes end at their limit, inclusive; spans of local days,
weeks and months end before 00:00:00 of the day after their last day. The first day is not counted."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from arbitration.engine.case import LOCAL
from arbitration.engine.facts.words import Note


def within_seconds(a: datetime, b: datetime, seconds: int) -> bool:
    """Simultaneous in the sense of G-02: no further apart than this, inclusive."""
    return abs((a - b).total_seconds()) <= seconds


def local_day(at: datetime) -> date:
    """The local calendar day of a moment (G-03)."""
    return at.astimezone(LOCAL).date()


def midnight(day: date) -> datetime:
    """00:00:00 local, the beginning of a day."""
    return datetime.combine(day, time(), LOCAL)


def same_day(a: datetime, b: datetime) -> bool:
    """On one local calendar day (G-03)."""
    return local_day(a) == local_day(b)


def days_before(at: datetime, day: datetime) -> int:
    """How many local calendar days `at` lies before `day`: 0 on the same day, 1 on the day before."""
    return (local_day(day) - local_day(at)).days


def days_between(a: datetime, b: datetime) -> int:
    """Whole days of 24 hours from a to b."""
    return (b - a).days


def span(taken: timedelta) -> Note:
    """How long something took, to the second: limits are missed by seconds. Days are told from three days on."""
    seconds = int(taken.total_seconds())
    days = seconds // 86_400 if seconds >= 3 * 86_400 else 0
    hours, rest = divmod(seconds - 86_400 * days, 3600)
    parts = ((days, "天", "days"), (hours, "小时", "h"), (rest // 60, "分", "min"), (rest % 60, "秒", "s"))
    told = [part for part in parts if part[0]] or [parts[3]]
    return " ".join(f"{n} {zh}" for n, zh, _en in told), " ".join(f"{n} {en}" for n, _zh, en in told)


def to_the_second(at: datetime) -> datetime:
    """A moment in the resolution of the records, one second (G-01)."""
    return at.replace(microsecond=0)


def after_days(start: datetime, days: int) -> datetime:
    """The end, exclusive, of a span of local days (G-04): its own day is not counted, the last ends at midnight."""
    return midnight(local_day(start) + timedelta(days=days + 1))


def after_months(start: datetime, months: int) -> datetime:
    """The end, exclusive, of a span of calendar months (G-04): the corresponding date, or the last day of the month, is its last."""
    first = local_day(start)
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    last = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    return midnight(last + timedelta(days=1))


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The local calendar month of a moment, half-open."""
    first = local_day(at).replace(day=1)
    return midnight(first), midnight(first + timedelta(days=monthrange(first.year, first.month)[1]))


def week_of(at: datetime) -> tuple[datetime, datetime]:
    """The local week of a moment, Monday 00:00 to the next, half-open."""
    monday = local_day(at) - timedelta(days=local_day(at).weekday())
    return midnight(monday), midnight(monday + timedelta(days=7))


# Working days of China (G-05): Monday to Friday without state holidays, with the weekend days that are worked in their place,
# as announced by the State Council for each year. A pack's parameter `holidays` lists the days that are otherwise: "2025-03-05"
# is off, "+2025-03-08" is worked.


def _span(first: str, last: str) -> set[date]:
    a, b = date.fromisoformat(first), date.fromisoformat(last)
    return {a + timedelta(days=n) for n in range((b - a).days + 1)}


HOLIDAYS: frozenset[date] = frozenset().union(
    _span("2024-01-01", "2024-01-01"), _span("2024-02-10", "2024-02-17"), _span("2024-04-04", "2024-04-06"),
    _span("2024-05-01", "2024-05-05"), _span("2024-06-10", "2024-06-10"), _span("2024-09-15", "2024-09-17"),
    _span("2024-10-01", "2024-10-07"),
    _span("2025-01-01", "2025-01-01"), _span("2025-01-28", "2025-02-04"), _span("2025-04-04", "2025-04-06"),
    _span("2025-05-01", "2025-05-05"), _span("2025-05-31", "2025-06-02"), _span("2025-10-01", "2025-10-08"),
    _span("2026-01-01", "2026-01-03"), _span("2026-02-15", "2026-02-23"), _span("2026-04-04", "2026-04-06"),
    _span("2026-05-01", "2026-05-05"), _span("2026-06-19", "2026-06-21"), _span("2026-09-25", "2026-09-27"),
    _span("2026-10-01", "2026-10-07"),
)  # fmt: skip
WORKED: frozenset[date] = frozenset(
    date.fromisoformat(day)
    for day in (
        "2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 "
        "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 "
        "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
    ).split()
)


def is_working_day(day: date, otherwise: Iterable[str] = ()) -> bool:
    """Whether people work on this day; `otherwise` are days off beside the state's, and with a + days that are worked."""
    if worked(day) in otherwise:
        return True
    if day.isoformat() in otherwise or day in HOLIDAYS:
        return False
    return day.weekday() < 5 or day in WORKED


def worked(day: date) -> str:
    """How `holidays` names a day that is worked although the state's calendar rests."""
    return f"+{day.isoformat()}"


def after_working_days(start: datetime, days: int, otherwise: Iterable[str] = ()) -> datetime:
    """The end, exclusive, of a span of working days: the day it starts on is not counted."""
    otherwise, day, left = frozenset(otherwise), local_day(start), days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, otherwise)
    return midnight(day + timedelta(days=1))
