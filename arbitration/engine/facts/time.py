"""Spans of time as the policies count them: hours and minutes end at their limit; local days before the next midnight."""

from datetime import datetime, timedelta

from arbitration.engine.case import LOCAL


def within_seconds(a: datetime, b: datetime, seconds: int) -> bool:
    """Simultaneous in the sense of G-02: no further apart than this, inclusive."""
    return abs((a - b).total_seconds()) <= seconds


def same_day(a: datetime, b: datetime) -> bool:
    """On one local calendar day (G-03)."""
    return a.astimezone(LOCAL).date() == b.astimezone(LOCAL).date()


def after_hours(start: datetime, hours: int) -> datetime:
    """The last instant that is still in time."""
    return start + timedelta(hours=hours)


def after_minutes(start: datetime, minutes: int) -> datetime:
    """The last instant that is still in time."""
    return start + timedelta(minutes=minutes)


def days_between(a: datetime, b: datetime) -> int:
    """Whole days of 24 hours from a to b."""
    return (b - a).days
