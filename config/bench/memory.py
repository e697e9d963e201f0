"""`bench memory`: web server, worker and database at rest. Each process by its own part (PSS): what several share counts once."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from config.bench.callers import Browser
from config.bench.rows import Row
from config.bench.scene import Scene, session
from config.bench.serving import program
from config.management.commands.serve import THREADS, WORKERS

MOST = 300  # MB
REST = 10  # seconds


def held(pid: int | None) -> int:
    """KB of a process, its part of what is shared; nothing of one that has just ended."""
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) if found else 0


def memory(scene: Scene, rest: int) -> Iterator[Row]:
    """The program after each web process has shown pages, and nobody asks any more."""
    with program(scene.say) as (port, first):
        with session(scene.desk) as key:
            for _i in range(WORKERS * THREADS * 2):
                Browser(port, key).get("/desk")
        scene.say("at rest")
        time.sleep(rest)
        parts = held_by(first)
    whole = sum(parts.values())
    for name, part in parts.items():
        yield Row(f"memory: {name}", "", part, "MB", part / whole, None)
    yield Row("memory: all at rest", f"≤ {MOST} MB", whole, "MB", 1.0, whole <= MOST)


def held_by(first: int) -> dict[str, float]:
    """What the program of this first process, and the database, hold now, in MB. Raises RuntimeError where one of them has ended."""
    children = _children(first)
    web = [pid for pid in children if _children(pid)]
    pages = [pid for one in web for pid in _children(one)]
    parts = {
        "web": _of([first, *web, *pages]), "worker": _of([pid for pid in children if pid not in web]), "database": _of(_server()),
    }  # fmt: skip
    if not all(parts.values()):
        raise RuntimeError(f"one of these has ended: {parts}")
    return parts


def _of(pids: list[int]) -> float:
    return sum(map(held, pids)) / 1024


def _parent(pid: int) -> int:
    """Of a process that has just ended, 0."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _children(pid: int) -> list[int]:
    everyone = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [other for other in everyone if _parent(other) == pid]


def _server() -> list[int]:
    """The database's processes but the one that serves us. Raises RuntimeError where they are not on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    first = _parent(ours)
    if ours not in _children(first):
        raise RuntimeError("the database runs elsewhere: its memory cannot be seen from here")
    return [first, *(pid for pid in _children(first) if pid != ours)]
