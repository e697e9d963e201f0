"""Background work: what need not be done at once, what is done at set times, and how a run ends.

A job is a function at the top of a module under `@job(title=…)`. `.enqueue(…)` puts it into the queue, inside the
transaction of the act that wants it: both are committed or neither. A job runs at least once: when its worker is killed
another begins it anew, so it must be safe to run twice. Its arguments are ids and counts, never personal data.

A run that fails is tried again, later each time; after its last try the task stays in the queue as failed, and 设置 → 任务
shows it. What runs at set times is declared in `config/schedule.py`; who does all this is `trail/worker.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from traceback import extract_tb, format_tb
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django_tasks.base import Task, TaskResultStatus, task
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from trail.models import Periodic, WorkerSign
from trail.refusals import Refusal
from trail.services import note

TRIES, FIRST_WAIT, WAIT_AT_MOST = 5, timedelta(seconds=10), timedelta(hours=1)
UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
LOST = "trail.jobs.WorkerLost"  # what is noted as the cause when a worker fell silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task):
    """A task with a title for people, and with patience; `dropped` is called with what it was to do when it is let be."""

    title: Any
    tries: int = TRIES
    first_wait: timedelta = FIRST_WAIT
    dropped: Callable[..., None] | None = None


class Backend(DatabaseBackend):
    """The queue in the database; what it holds are jobs."""

    task_class: Any = Job


def job(
    *, title: Any, tries: int = TRIES, first_wait: timedelta = FIRST_WAIT, dropped: Callable[..., None] | None = None
) -> Callable[[Callable], Any]:
    """Make a function a job. `title` (translated lazily) is what people read; `tries` counts the first run too.

    After a failure it waits for `first_wait`, then four times as long each time, an hour at most. `dropped`, with the same
    arguments, ends what waits for it when an administrator lets a failed run be.
    """
    return task(title=title, tries=tries, first_wait=first_wait, dropped=dropped)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job at set times: every so often, or else daily at a local time."""

    name: str
    job: Job
    every: timedelta | None
    daily: time

    def after(self, at: datetime) -> datetime:
        """The first time after `at`. Runs that were missed meanwhile are not made up for."""
        if self.every is not None:
            return at + self.every
        today = localtime(at).date()
        times = (make_aware(datetime.combine(today + timedelta(days=n), self.daily)) for n in (0, 1, 2))
        return next(moment for moment in times if moment > at)


SCHEDULE: dict[str, Recurring] = {}


def periodic(name: str, job: Job, *, every: timedelta | None = None, daily: time | None = None) -> None:
    """Declare a job at set times. `name` is the key of its row: another name is another job."""
    if (every is None) == (daily is None):
        raise ValueError(f"{name}: either every or daily")
    SCHEDULE[name] = Recurring(name, job, every, daily or time())


def declare_schedule(*, at: datetime) -> None:
    """Give each periodic job its row; drop the rows of jobs that are no more. The first run is a span from now, or at its time."""
    Periodic.objects.exclude(name__in=SCHEDULE).delete()
    Periodic.objects.bulk_create(
        [Periodic(name=r.name, next_at=r.after(at)) for r in SCHEDULE.values()],
        ignore_conflicts=True,
    )
    for rule in SCHEDULE.values():  # its time may have been moved forward since the row was written
        Periodic.objects.filter(name=rule.name, next_at__gt=rule.after(at)).update(next_at=rule.after(at))


def enqueue_due(*, at: datetime) -> int:
    """Put every periodic job that is due into the queue; gives how many. Two workers at once: one of them does it."""
    due = Periodic.objects.filter(name__in=SCHEDULE, next_at__lte=at).values_list("name", flat=True)
    return sum(_enqueue(SCHEDULE[name], at) for name in list(due))


@transaction.atomic
def _enqueue(rule: Recurring, at: datetime) -> bool:
    """Claimed by one statement: whoever comes second waits for its lock, and finds the time moved on."""
    claimed = Periodic.objects.filter(name=rule.name, next_at__lte=at).update(last_at=at, next_at=rule.after(at))
    nothing: dict[str, Any] = {"args": [], "kwargs": {}}
    last_time = DBTaskResult.objects.filter(task_path=rule.job.module_path, args_kwargs=nothing, status__in=UNFINISHED)
    if not claimed or last_time.exists():  # still waiting, or being tried again: once is enough
        return False
    rule.job.enqueue()
    return True


# How a run ends.


def job_of(row: DBTaskResult) -> Job | None:
    """The job that a row of the queue names; None where the program no longer has it."""
    try:
        found = row.task
    except (ImportError, SuspiciousOperation):
        return None
    return found if isinstance(found, Job) else None


def title_of(row: DBTaskResult) -> str:
    """What people call it; the name of its function where the program no longer has it."""
    found = job_of(row)
    return str(found.title) if found else row.task_path.rpartition(".")[2]


def succeeded(row: DBTaskResult, *, at: datetime) -> None:
    """It is done."""
    _settle(row, status=TaskResultStatus.SUCCESSFUL, finished_at=at, exception_class_path="", traceback="")


def failed(row: DBTaskResult, trouble: Exception, *, at: datetime) -> None:
    """Try it again later, or give it up after its last try. What the exception says is not kept: it may name somebody."""
    kind = type(trouble)
    _again_or_give_up(row, f"{kind.__module__}.{kind.__qualname__}", _where(trouble), at, later=True)


def put_back(row: DBTaskResult, *, at: datetime) -> None:
    """Its worker stops in the middle: somebody else begins it anew, at once. It counts as a try."""
    _again_or_give_up(row, LOST, "", at, later=False)


def put_back_orphans(*, at: datetime, me: str = "") -> None:
    """Put back what silent or unknown workers had in hand, and what `me`, who has nothing in hand now, could not settle."""
    running = list(DBTaskResult.objects.running())  # before the signs are read: a worker signs before it claims
    alive = set(signs(at=at, alive=True).values_list("id", flat=True)) if running else set()
    for row in running:
        if row.worker_ids[-1] not in alive - {me}:
            put_back(row, at=at)


def signs(*, at: datetime, alive: bool) -> Any:
    """The signs of life of workers that were heard of lately, or of those that fell silent."""
    since = at - timedelta(seconds=settings.WORKER_SILENT_AFTER)
    return WorkerSign.objects.filter(seen_at__gt=since) if alive else WorkerSign.objects.filter(seen_at__lte=since)


def _again_or_give_up(row: DBTaskResult, kind: str, where: str, at: datetime, *, later: bool) -> None:
    tried, found = len(row.worker_ids), job_of(row)
    tries, first_wait = (found.tries, found.first_wait) if found else (TRIES, FIRST_WAIT)
    said = {"exception_class_path": kind, "traceback": where}
    if tried >= tries:
        _settle(row, status=TaskResultStatus.FAILED, finished_at=at, **said)
        return
    wait = min(first_wait * 4 ** min(tried - 1, 10), WAIT_AT_MOST) if later else timedelta()
    _settle(row, status=TaskResultStatus.READY, run_after=at + wait, **said)


def _settle(row: DBTaskResult, **outcome: Any) -> None:
    """Write it down, unless the task was put back meanwhile and is somebody else's now."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids)
    mine.update(**outcome)


def _where(trouble: Exception) -> str:
    """The traceback without the exception's own words; its last line is the last place in this program."""
    ours = [frame for frame in extract_tb(trouble.__traceback__) if _is_ours(frame.filename)]
    last = [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in ours[-1:]]
    return "".join([*format_tb(trouble.__traceback__), *last])


def _is_ours(file: str) -> bool:
    return Path(file).is_relative_to(settings.BASE_DIR) and ".venv" not in Path(file).parts


def _short(file: str) -> str:
    return str(Path(file).relative_to(settings.BASE_DIR))


# What an administrator does about a task that failed.


@transaction.atomic
def try_again(*, id_: UUID, by: object, at: datetime, project: str = "") -> None:
    """Put a task that failed back into the queue, with all its tries. Raises Refusal where it has not failed (any more)."""
    row = _failed_or_refuse(id_)
    row.status, row.run_after, row.finished_at, row.worker_ids = TaskResultStatus.READY, at, None, []
    row.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])
    note(by=by, action="job.retry", subject=f"job:{row.task_path}", at=at, project=project)


@transaction.atomic
def drop(*, id_: UUID, by: object, at: datetime, project: str = "") -> None:
    """Let a task that failed be. Raises Refusal where it has not failed (any more)."""
    row = _failed_or_refuse(id_)
    if (found := job_of(row)) and found.dropped:
        found.dropped(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    row.delete()
    note(by=by, action="job.drop", subject=f"job:{row.task_path}", at=at, project=project)


def _failed_or_refuse(id_: UUID) -> DBTaskResult:
    row = DBTaskResult.objects.failed().select_for_update().filter(pk=id_).first()
    if row is None:
        raise Refusal("job_not_failed", _("这个任务已经有人处理了"), status=409)
    return row
