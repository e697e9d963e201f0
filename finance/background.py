"""What happens to months by itself: two days after one is over, its statements are sent, unless finance has sent them."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from finance.models import Entry, Period
from finance.reads.months import around, end
from finance.services import send_statements, tell_blocked
from people.models import Project
from trail import clock
from trail.jobs import job
from trail.refusals import Refusal

GRACE = timedelta(days=2)  # so that finance may post sanctions and rewards first


@job(title=_("发分成单"))
def send_month_statements() -> None:
    """Of every project, the month before this one; what was sent, closed or is empty is left alone, so it may run twice."""
    now = clock.now()
    for project in Project.objects.filter(closed_at__isnull=True).order_by("pk"):
        month = around(project.month(now))[0]
        if now >= end(project, month) + GRACE and not _settled(project, month):
            _send(project, month, now)
        if now >= end(project, month) + GRACE and Entry.objects.filter(project=project, period=month).exists():
            tell_blocked(project=project, month=month, at=now)


def _settled(project: Project, month: str) -> bool:
    row = Period.objects.filter(project=project, month=month).first()
    if row is not None and (row.sent_at or row.closed_at):
        return True
    return not Entry.objects.filter(project=project, period=month).exists()


def _send(project: Project, month: str, now: datetime) -> None:
    try:
        send_statements(project=project, month=month, by=None, at=now)
    except Refusal:
        return  # everybody has confirmed theirs already
