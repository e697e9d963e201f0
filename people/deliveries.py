"""What became of the letters and posts of the last days, for whoever looks after the channels."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from people.channels.email import Email
from people.channels.reasons import in_words, robot_in_words
from people.models import Project, Robot, RobotPost
from trail.models import Delivery
from trail.together import fill

DAYS = timedelta(days=7)
State = Delivery.State


def lately(at: datetime) -> dict[str, Any]:
    """How many letters went, were skipped or failed (each with its reason), and how many wait."""
    letters = Delivery.objects.filter(channel=Email.name)
    settled = (
        letters.filter(done_at__gt=at - DAYS).values("state", "why").annotate(count=Count("pk")).order_by("-count")
    )
    waiting = letters.filter(state=State.WAITING).order_by().values("state").annotate(count=Count("pk"))
    fill(settled, waiting)
    told = [{**row, "reason": in_words(row["why"])} for row in settled]
    return {
        "sent_count": sum(row["count"] for row in told if row["state"] == State.SENT),
        "skipped": [row for row in told if row["state"] == State.SKIPPED],
        "failed": [row for row in told if row["state"] == State.FAILED],
        "waiting_count": sum(row["count"] for row in waiting),
    }


def robots(project: Project, at: datetime) -> list[dict[str, Any]]:
    """The robots of a project: what they got out lately, what waits, and what was given up, with each reason."""
    rows = Robot.objects.filter(project=project).select_related("team").order_by("-on", "name")
    lately = RobotPost.objects.filter(robot__project=project).filter(
        Q(done_at__gt=at - DAYS) | Q(state__in=[RobotPost.State.WAITING, RobotPost.State.FAILED])
    )
    counts: list[Any] = list(lately.values("robot", "state", "why").annotate(count=Count("pk")).order_by("-count"))
    return [_robot(row, [one for one in counts if one["robot"] == row.pk]) for row in rows]


def _robot(row: Robot, counts: list[dict[str, Any]]) -> dict[str, Any]:
    def of(state: str) -> list[dict[str, Any]]:
        return [{**one, "reason": robot_in_words(one["why"])} for one in counts if one["state"] == state]

    return {
        "robot": row, "why": robot_in_words(row.failure), "failed": of(RobotPost.State.FAILED),
        "sent": sum(one["count"] for one in of(RobotPost.State.SENT)),
        "waiting": sum(one["count"] for one in of(RobotPost.State.WAITING)),
    }  # fmt: skip
