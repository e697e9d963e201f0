"""Numbers for Prometheus (/metrics): what waits, since when, and who works on it. Only for whoever knows GUISHU_METRICS_TOKEN.

Each is read from the database, so it is the same whichever web process is asked. How many requests there were, and how they were
answered, is counted in front of the program (deploy/nginx.conf).
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from arbitration.models import Collision
from people.access import PUBLIC, open_to
from people.models import HookDelivery, RobotPost
from trail import clock
from trail.models import Delivery, WorkerSign

TYPE = "text/plain; version=0.0.4; charset=utf-8"
OUTBOX = {"letters": Delivery, "robots": RobotPost, "webhooks": HookDelivery}
log = logging.getLogger("guishu.metrics")


class Sample(NamedTuple):
    """One number under its labels, such as `way="letters"`."""

    value: float
    labels: str = ""


class Gauge(NamedTuple):
    """Something that goes up and down: its name, what it says, and how it is read."""

    name: str
    says: str
    read: Callable[[datetime], Iterator[Sample]]


@open_to(PUBLIC)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All of them as text, or 404 for whoever does not know the token."""
    if not _known(request.headers.get("Authorization", "")):
        return HttpResponse(status=404)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_text(), content_type=TYPE, headers=headers)


def _known(said: str) -> bool:
    token = settings.GUISHU_METRICS_TOKEN
    return bool(token) and constant_time_compare(said, f"Bearer {token}")


def _text() -> str:
    """What the database says; while it is away, only that."""
    try:
        lines, up = [line for gauge in GAUGES for line in _lines(gauge)], 1
    except (DatabaseError, InterfaceError) as error:
        log.debug("metrics", exc_info=error)
        connection.close()
        lines, up = [], 0
    head = ["# HELP guishu_database_up Whether the database answers.", "# TYPE guishu_database_up gauge"]
    return "\n".join([*head, f"guishu_database_up {up}", *lines, ""])


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.says}"
    yield f"# TYPE {gauge.name} gauge"
    for sample in gauge.read(clock.now()):
        labels = f"{{{sample.labels}}}" if sample.labels else ""
        yield f"{gauge.name}{labels} {sample.value:g}"


def _count(of: Callable[[datetime], QuerySet[Any]]) -> Callable[[datetime], Iterator[Sample]]:
    def read(now: datetime) -> Iterator[Sample]:
        yield Sample(of(now).count())

    return read


def _age(rows: QuerySet[Any], column: str, now: datetime) -> float:
    """Seconds since the oldest of these; none: 0."""
    oldest = rows.aggregate(oldest=Min(column))["oldest"]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _waiting(model: Any, now: datetime) -> QuerySet[Any]:
    return model.objects.filter(state=model.State.WAITING, due_at__lte=now)


def _outbox(now: datetime) -> Iterator[Sample]:
    for way, model in OUTBOX.items():
        yield Sample(_waiting(model, now).count(), f'way="{way}"')


def _outbox_age(now: datetime) -> Iterator[Sample]:
    for way, model in OUTBOX.items():
        yield Sample(_age(_waiting(model, now), "due_at", now), f'way="{way}"')


def _job_age(now: datetime) -> Iterator[Sample]:
    yield Sample(_age(DBTaskResult.objects.ready(), "enqueued_at", now))


def _alive(now: datetime) -> QuerySet[Any]:
    return WorkerSign.objects.filter(seen_at__gt=now - timedelta(seconds=settings.WORKER_SILENT_AFTER))


GAUGES = (
    Gauge("guishu_jobs_waiting", "Jobs whose time has come.", _count(lambda now: DBTaskResult.objects.ready())),
    Gauge("guishu_jobs_oldest_seconds", "How long the oldest of them has been in the queue.", _job_age),
    Gauge("guishu_jobs_failed", "Jobs that were given up.", _count(lambda now: DBTaskResult.objects.failed())),
    Gauge("guishu_outbox_waiting", "What is due to leave the program and has not left, by way.", _outbox),
    Gauge("guishu_outbox_oldest_seconds", "How long the oldest of it has been due, by way.", _outbox_age),
    Gauge("guishu_workers", "Workers that signed lately.", _count(_alive)),
    Gauge("guishu_cases_open", "Cases that wait for a ruling.", _count(lambda now: Collision.objects.unruled())),
)
