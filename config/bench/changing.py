"""`bench change`: people work while `manage.py migrate` changes the tables under them; how long did the slowest of them wait?

It works in the project that `manage.py seed` filled, and in no other: what is reported in it meanwhile stays. Migrate backwards first.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client

from config.bench.rows import Row
from config.seed import house
from people.models import Membership, Project
from people.roles import Role

AT_ONCE = 3
QUIET = 10.0  # seconds without a change, before and after
MOST = 1.0  # seconds that nobody may have to wait longer than
PHASES = ("before", "during", "after")
# How long anybody but the change itself has been waiting for a table: of a slow request, what the change is to blame for.
WAITING = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)::float FROM pg_locks
WHERE NOT granted AND locktype = 'relation' AND mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
"""


@dataclass(frozen=True)
class Asked:
    """One request: when it was sent, how many seconds it took, and what became of it."""

    at: float
    took: float
    status: int


def change(*apps: str) -> Iterator[Row]:
    """Work, migrate, work on; what the slowest waited in each phase, and what failed."""
    stop, asked, waits = threading.Event(), list[Asked](), [0.0]
    warm = threading.Barrier(AT_ONCE + 1, timeout=120)
    threads = [threading.Thread(target=_work, args=(who, warm, stop, asked)) for who in _people()]
    threads.append(threading.Thread(target=_watch, args=(stop, waits)))
    for thread in threads:
        thread.start()
    try:
        warm.wait()
        time.sleep(QUIET)
        begun = time.monotonic()
        _migrate(apps)
        ended = time.monotonic()
        time.sleep(QUIET)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    yield from _rows(asked, begun, ended)
    yield Row("longest wait for a table", "≤ 1,000 ms", max(waits) * 1000, "ms", max(waits), max(waits) <= MOST)


def _watch(stop: threading.Event, waits: list[float]) -> None:
    """Look again and again who is waiting."""
    try:
        with connections["default"].cursor() as cursor:
            while not stop.wait(0.02):
                cursor.execute(WAITING)
                waits += cursor.fetchone()
    finally:
        connections.close_all()


def _people() -> list[Any]:
    project = Project.objects.get(code=house.CODE)
    rows = Membership.objects.filter(project=project, role=Role.SALESPERSON, until=None).select_related(
        "user", "project"
    )
    return list(rows.order_by("pk")[:AT_ONCE])


def _migrate(apps: tuple[str, ...]) -> None:
    """As somebody types it, in a process of its own."""
    for app in apps or ("",):
        command = [sys.executable, "manage.py", "migrate", "-v0", *filter(None, [app])]
        subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, check=True)  # noqa: S603


def _work(who: Any, warm: threading.Barrier, stop: threading.Event, asked: list[Asked]) -> None:
    """Report a new customer, look one up first, look at the notebook, again and again."""
    client, numbers = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False), Random()  # noqa: S311
    client.force_login(who.user)
    try:
        _round(client, numbers)  # the first of a process loads what all others find there
        warm.wait()
        while not stop.is_set():
            asked += _round(client, numbers)
    finally:
        connections.close_all()


def _round(client: Client, numbers: Random) -> list[Asked]:
    number = f"139{numbers.randrange(10**8):08}"
    return [
        _timed(client.post, "/register", {"text": f"张建国先生 {number}"}),
        _timed(client.post, "/register/check", {"text": number}),
        _timed(client.get, "/me"),
    ]


def _timed(ask: Any, *what: Any) -> Asked:
    at = time.monotonic()
    status = ask(*what).status_code
    return Asked(at, time.monotonic() - at, status)


def _rows(asked: list[Asked], begun: float, ended: float) -> Iterator[Row]:
    usual = None
    for phase in PHASES:
        some = [one for one in asked if phase == _phase(one, begun, ended)]
        slowest = max(one.took for one in some)
        usual = usual or slowest
        yield Row(f"{phase}: requests", "", len(some), "", 1, None)
        yield Row(f"{phase}: slowest", "≤ 1,000 ms", slowest * 1000, "ms", slowest / usual, slowest <= MOST)
    failed = sum(one.status >= 400 for one in asked)
    yield Row("failed", "0", failed, "", failed / len(asked), not failed)
    yield Row("the change took", "", (ended - begun) * 1000, "ms", 1, None)


def _phase(one: Asked, begun: float, ended: float) -> str:
    """A request that was still under way when the change began is of the change."""
    if one.at + one.took < begun:
        return "before"
    return "during" if one.at < ended else "after"
