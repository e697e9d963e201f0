"""What runs in the background, for whoever looks after it: workers, set times, the queue, letters that did not go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from people.channels import NotSent
from people.channels.reasons import in_words
from people.models import User
from trail import jobs
from trail.models import Delivery, Periodic

SHOWN = 20
NOT_SENT = f"{NotSent.__module__}.{NotSent.__qualname__}"
State = Delivery.State


def overview(at: datetime) -> dict[str, Any]:
    """All that the page 任务 shows; lists are cut at SHOWN rows, the counts beside them are not."""
    tasks = dict(DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("pk")))
    waiting, given_up = (Delivery.objects.filter(state=state) for state in (State.WAITING, State.FAILED))
    return {
        "alive": list(jobs.signs(at=at, alive=True).order_by("started_at")),
        "silent": list(jobs.signs(at=at, alive=False).order_by("-seen_at")[:SHOWN]),
        "schedule": _schedule(),
        "waiting": tasks.get(TaskResultStatus.READY, 0),
        "running": tasks.get(TaskResultStatus.RUNNING, 0),
        "given_up": tasks.get(TaskResultStatus.FAILED, 0),
        "unfinished": _tasks(DBTaskResult.objects.filter(status__in=jobs.UNFINISHED).order_by("-status", "run_after")),
        "failed": _tasks(DBTaskResult.objects.failed().order_by("-finished_at")),
        "letters_waiting": waiting.count(),
        "letters_given_up": given_up.count(),
        "letters": _letters(given_up.order_by("-done_at")),
    }


def _schedule() -> list[dict[str, Any]]:
    rows = Periodic.objects.in_bulk()
    return [
        {"title": rule.job.title, "when": _when(rule), "row": rows.get(rule.name)} for rule in jobs.SCHEDULE.values()
    ]


def _when(rule: jobs.Recurring) -> str:
    if rule.every is None:
        return _("每天 %(time)s") % {"time": f"{rule.daily:%H:%M}"}
    minutes = round(rule.every / timedelta(minutes=1))
    return ngettext("每 %(n)s 分钟", "每 %(n)s 分钟", minutes) % {"n": minutes}


def _tasks(rows: Any) -> list[dict[str, Any]]:
    """`tried` counts the runs so far; `where` is the last place in the program that a failed run came to."""
    return [
        {
            "row": row, "title": jobs.title_of(row), "running": row.status == TaskResultStatus.RUNNING,
            "tried": len(row.worker_ids), "trouble": _trouble(row), "where": (row.traceback.splitlines() or [""])[-1],
        }
        for row in rows[:SHOWN]
    ]  # fmt: skip


def _trouble(row: DBTaskResult) -> str:
    if row.exception_class_path == jobs.LOST:
        return _("做到一半，后台停了")
    if row.exception_class_path == NOT_SENT:
        return _("信没有发出去：去渠道里发一封试试")
    return row.exception_class_path.rpartition(".")[2]


def _letters(rows: Any) -> list[dict[str, Any]]:
    """Each with the name of its recipient; one query for all names."""
    found = list(rows[:SHOWN])
    names = _names(row.to for row in found)
    return [{"row": row, "who": names.get(row.to, row.to), "why": in_words(row.why)} for row in found]


def _names(ids: Iterable[str]) -> dict[str, User]:
    users = User.objects.in_bulk([int(id_) for id_ in set(ids) if id_.isdigit()])
    return {str(pk): user for pk, user in users.items()}
