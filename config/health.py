"""Is it up (/healthz), and may it be sent people (/readyz)? For whatever watches over it: public, without session or cookie.

Strangers learn the names of the checks and one word for each, never a version, a name or a number.
"""

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from config.keys.reindexing import fitting
from config.metrics import metrics
from people.access import PUBLIC, open_to
from trail import clock

PATIENCE = 2  # seconds that the database may take to let us in, and again to answer
KEPT = 1.0  # seconds that an answer holds: however many ask, the database is asked once
LAG = timedelta(seconds=60)  # that background work may be late, or its worker silent
SKEW = 30  # seconds that our clock and the database's may differ: which report was first, and what has run out, hangs on it
FREE_LEAST = 256 * 2**20  # bytes of disk
OK = "ok"
log = logging.getLogger("guishu.health")

# Neither a standby nor a database that was set to reading; and a commit comes down to its disk (pg_logical_emit_message).
WRITABLE = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
WRITE = "SELECT pg_logical_emit_message(true, 'guishu', '')"
MISSING = "SELECT EXISTS (SELECT * FROM unnest(%s::text[], %s::text[]) EXCEPT SELECT app, name FROM django_migrations)"
APART = "SELECT abs(extract(epoch FROM clock_timestamp()) - %s) > %s"
# Nobody signed lately, and something has waited long.
IDLE = """
SELECT NOT EXISTS (SELECT FROM trail_workersign WHERE seen_at > %(late)s) AND (
  EXISTS (SELECT FROM django_tasks_database_dbtaskresult WHERE status = 'READY' AND enqueued_at < %(late)s
      AND (run_after < %(late)s OR run_after > '9000-01-01'))
  OR EXISTS (SELECT FROM trail_periodic WHERE next_at < %(late)s)
)
"""


@open_to(PUBLIC)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database."""
    return _answer({"alive": True}, 200)


@open_to(PUBLIC)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether people may be sent here: 200, or 503 and which check says why not."""
    checks = READINESS.checks()
    ready = all(said == OK for said in checks.values())
    return _answer({"ready": ready, "checks": checks}, 200 if ready else 503)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
PROBES: dict[str, Callable[..., HttpResponse]] = {f"/{one.pattern}": one.callback for one in urlpatterns}  # type: ignore[dict-item]


class ProbeMiddleware:
    """Answers a probe before anything else looks at the request: whatever host it names, by http, and without its cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


def _answer(body: dict[str, Any], status: int) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


class Readiness:
    """The checks, made at most once a second by each process."""

    def __init__(self) -> None:
        self._lock, self._until = threading.Lock(), 0.0
        self._checks: dict[str, str] = {}

    def checks(self) -> dict[str, str]:
        """Each check by name: `ok`, or a word that says why not."""
        with self._lock:
            if time.monotonic() >= self._until:
                before, self._checks = self._checks, _database() | {"disk": _disk()}
                self._until = time.monotonic() + KEPT
                if before != self._checks:
                    log.warning("readiness: %s", self._checks)
            return self._checks


READINESS = Readiness()


def _database() -> dict[str, str]:
    """What the database has to say. A check that it did not come to is unknown."""
    said = dict.fromkeys(("database", "migrations", "keys", "clock", "worker"), "unknown")
    try:
        with _asking() as ask:
            said["database"] = "read_only" if ask(WRITABLE) else _written(ask)
            said["migrations"] = "missing" if ask(MISSING, [*map(list, zip(*_migrations(), strict=True))]) else OK
            said["keys"] = OK if fitting(ask) else "wrong"
            said["clock"] = "off" if ask(APART, [time.time(), SKEW]) else OK
            said["worker"] = "silent" if ask(IDLE, {"late": clock.now() - LAG}) else OK
    except psycopg2.Error as error:
        log.debug("readiness", exc_info=error)
        said["database"] = "away" if said["database"] == "unknown" else said["database"]
    return said


def _written(ask: Callable[..., Any]) -> str:
    ask(WRITE)
    return OK


@contextmanager
def _asking() -> Any:
    """Ask on a connection of its own: one that was open before would not show that nobody is let in any more."""
    given = {"connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000}
    line = psycopg2.connect(**connection.get_connection_params() | given)
    try:
        with line, line.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE * 1000)])

            def ask(sql: str, values: Any = None) -> Any:
                cursor.execute(sql, values)
                found = cursor.fetchone()
                return found[0] if found and len(found) == 1 else found

            yield ask
    finally:
        line.close()


@cache
def _migrations() -> list[tuple[str, str]]:
    return sorted(MigrationLoader(None).disk_migrations)


def _disk() -> str:
    places = (settings.BASE_DIR, tempfile.gettempdir())
    return OK if all(shutil.disk_usage(place).free >= FREE_LEAST for place in places) else "full"
