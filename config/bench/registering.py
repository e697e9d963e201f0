"""`bench register`: reports over the API by eight clients, beside raw SQL that writes the same rows by as many.

The raw side sends the rows of a report ready made, all statements of its transaction in one message. It writes neither the
key under which a program asks once nor the count of what it may ask, which the program does: its task is the smaller one.

The time of the database is what it counts itself: pg_stat_database.active_time, milliseconds in which it worked on a
statement of a client. A connection hands its count in when it ends, so all are ended before it is read; the web server opens
others, as it does whenever one was lost.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from config.bench.callers import CLIENTS, Program, at_once, dealt
from config.bench.importing import ready
from config.bench.rows import Row, p95
from config.bench.scene import Person, Scene, newcomers, tokens

REPORTS = 480
SHARE, MOST_P95, MOST_WORK = 0.05, 100, 3  # of raw SQL's rate; ms; times the database time of a raw transaction
OTHERS = "pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
END = f"SELECT count(pg_terminate_backend(pid, 5000)) FROM {OTHERS}"  # noqa: S608
WORKED = "SELECT active_time FROM pg_stat_database WHERE datname = current_database()"


def register(scene: Scene, count: int) -> Iterator[Row]:
    """Rate and 95th percentile with eight clients; what a report takes of the database when nobody else asks."""
    with tokens(scene.sellers) as secrets:
        scene.say(f"{count} reports by {CLIENTS} clients")
        rate, seconds = _by_clients(scene.port, secrets, newcomers(count))
        scene.say(f"{count} reports by one client, for the database's own time")
        work = _worked(partial(_report, Program(scene.port, secrets), newcomers(count))) / count
    scene.say(f"the same rows by raw SQL, {CLIENTS} clients and one")
    raw, alone = _statements(scene, count), _statements(scene, count)
    raw_rate = count / at_once([_Writer(hand).write for hand in dealt(raw, CLIENTS)])
    raw_work = _worked(lambda: at_once([_Writer(alone).write])) / count
    yield from _rows(rate, seconds, raw_rate, work, raw_work)


def _rows(rate: float, seconds: list[float], raw: float, work: float, raw_work: float) -> Iterator[Row]:
    share, worst, times = rate / raw, p95(seconds) * 1000, work / raw_work
    yield Row("register: raw SQL, the same rows, 8 clients", "", raw, "/s", 1.0, None)
    yield Row("register: over the API, 8 clients", f"≥ {SHARE:.0%} of raw", rate, "/s", share, share >= SHARE)
    yield Row(
        "register: 95th percentile", f"≤ {MOST_P95} ms", worst, "ms", worst / 1000 * raw / CLIENTS, worst <= MOST_P95
    )
    yield Row("register: database time of a raw transaction", "", raw_work, "ms", 1.0, None)
    yield Row("register: database time of a report", f"≤ {MOST_WORK} × raw", work, "ms", times, times <= MOST_WORK)


def _by_clients(port: int, secrets: Sequence[str], people: list[Person]) -> tuple[float, list[float]]:
    """Reports a second, and the seconds of each."""
    programs = [Program(port, hand) for hand in dealt(secrets, CLIENTS)]
    for program, first in zip(programs, newcomers(CLIENTS), strict=True):
        _report(program, [first])  # what a process loads with its first request is no part of the measure
        program.seconds.clear()
    hands = dealt(people, CLIENTS)
    took = at_once([partial(_report, program, hand) for program, hand in zip(programs, hands, strict=True)])
    return len(people) / took, [second for program in programs for second in program.seconds]


def _report(program: Program, people: Sequence[Person]) -> None:
    for one in people:
        program.post("registrations", one.lead, 201)


def _worked(act: Any) -> float:
    """Milliseconds that the database worked on statements of clients meanwhile."""
    before = _counted()
    act()
    return _counted() - before


def _counted() -> float:
    """What has been counted once every other connection of ours is gone."""
    with connection.cursor() as cursor:
        cursor.execute(END)
        cursor.execute(WORKED)
        return float(cursor.fetchone()[0])


def _statements(scene: Scene, count: int) -> list[bytes]:
    """For each of so many new customers what is written of a report, with its values. The locks of making them are let go of."""
    here = scene.sellers[0]
    with transaction.atomic(), connection.cursor() as cursor:
        made = [_statement(cursor, ready(here, [(p.name, p.honorific, p.number)])) for p in newcomers(count)]
        transaction.set_rollback(True)
    return made


def _statement(cursor: Any, tables: Any) -> bytes:
    return b"; ".join(cursor.mogrify(*table.insert()) for table in tables if table.rows)


class _Writer:
    """Writes reports on a connection of its own: one transaction each, in one message."""

    def __init__(self, statements: Sequence[bytes]) -> None:
        self._statements = statements
        self._own = connection.get_new_connection(connection.get_connection_params())
        self._own.autocommit = True

    def write(self) -> None:
        """All of them."""
        with self._own.cursor() as cursor:
            for statement in self._statements:
                cursor.execute(statement)
        self._own.close()
