"""Sanctions and rewards that finance may post in a month."""

from datetime import datetime, timedelta

from finance.reads.months import end
from penalties.payable import Due, due, due_and_rewards
from people.models import Project

INSTANT = timedelta(microseconds=1)


def valued(project: Project, period: str, at: datetime) -> datetime:
    """The moment under which something is booked in a month: now, or the month's last moment once it is over (value date)."""
    return min(at, end(project, period) - INSTANT)


def payable(project: Project, period: str, at: datetime) -> list[Due]:
    """What may be posted in this month, each with as much as the guard of wages leaves; nothing of which this month leaves nothing."""
    return [row for row in due_and_rewards(project, valued(project, period, at)) if row.deductible_fen]


def carried(project: Project, period: str, at: datetime) -> list[Due]:
    """What is payable, but of which this month leaves nothing to deduct: it waits for a later month."""
    return [row for row in due(project, valued(project, period, at)) if not row.deductible_fen]
