"""`bench import`: a sheet of reports on its way in, beside raw INSERTs of the same rows on the same server. Nothing of it stays."""

import io
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import islice
from random import Random
from threading import Event, Thread
from typing import Any, cast

import xlsxwriter
from django.db import connection, transaction

from config.bench.memory import held
from config.bench.rows import Row, timed
from config.bench.scene import a_name
from config.seed import house
from config.seed.numbers import Numbers
from leads.importing import background, running
from leads.models import ImportRun
from leads.registering import deciding
from leads.registering.filing import Filing, LeadInput, read
from leads.registering.stock import Stock, number
from leads.registering.writing import Rows
from leads.services import begin_import, start_import
from leads.services.imports import State
from people.models import User
from people.workplace import Workplace, workplace
from trail import bulk, clock
from trail.worker import settle

ROWS = 20_000
FIRST = 1_000  # customers who are there before
GOAL, MOST_MEMORY = 3_000, 200  # rows a second; MB
HEAD = ["姓名", "称呼", "手机号", "备注"]


class Memory:
    """The most that this process and those it began hold at one time, in MB, as seen again and again; what they share counts once."""

    EVERY = 0.25  # seconds

    def __init__(self) -> None:
        self.peak, self._over = 0.0, Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self.EVERY):
            ours = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
            self.peak = max(self.peak, sum(map(held, ours)) / 1024)


def imports(rows: int) -> Iterator[Row]:
    """The try and the import, what both took in memory, and the raw writes. In a transaction that is taken back."""
    settle()  # as a worker does
    with transaction.atomic():
        here, few = _salesperson(), rows // 4
        _fill(here, _people(FIRST))
        run = start_import(
            here=here, kind="leads", file_name="bench.xlsx", content=_sheet(FIRST + few, FIRST + rows), at=clock.now()
        )
        count = rows - few
        with Memory() as memory:
            tried = count / timed(lambda: background.try_import.call(run.pk))
            begin_import(here=here, run=run, at=clock.now())
            done = count / timed(lambda: background.do_import.call(run.pk))
        _check(run, count)
        raw = _raw(here, islice(_people(FIRST + few), FIRST, None), few)  # the last: its memory is not counted
        transaction.set_rollback(True)
    yield Row("raw INSERT of the same rows, 1,000 a statement", "", raw, "/s", 1.0, None)
    yield Row("try: read, screened, decided, nothing stored", f"≥ {GOAL:,}/s", tried, "/s", tried / raw, tried >= GOAL)
    yield Row("import: read, screened, stored, reported", f"≥ {GOAL:,}/s", done, "/s", done / raw, done >= GOAL)
    name, most = "peak memory of the process and the one that reads", f"≤ {MOST_MEMORY} MB"
    yield Row(name, most, memory.peak, "MB", 1.0, memory.peak <= MOST_MEMORY)


def _fill(here: Workplace, people: Iterator[tuple[str, str, str]]) -> None:
    """Some customers to be among, and statistics of them where we may make any (GUISHU_AS=owner)."""
    with connection.cursor() as cursor:
        for table in ready(here, list(people)):
            table.copy(cursor)
        cursor.execute("ANALYZE")


def _salesperson() -> Workplace:
    since = clock.now() - timedelta(days=1)
    project, _password = house.build(1, since, Random(1))  # noqa: S311
    here = workplace(User.objects.get(username=f"{house.CODE}-salesperson-1"), project, clock.now())
    return cast(Workplace, here)


def _people(count: int) -> Iterator[tuple[str, str, str]]:
    random = Random(2)  # noqa: S311
    for e164 in Numbers(77).free(0, count):
        yield *a_name(random), e164.removeprefix("+86")


def _sheet(start: int, stop: int) -> bytes:
    """People as a spreadsheet saves them. Written by a process of its own, so that its memory is not counted."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(_written, start, stop).result()


def _written(start: int, stop: int) -> bytes:
    connection.connection = None  # that one goes on with it whom we are a copy of; ours is a new one
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for line, person in enumerate(islice(_people(stop), start, None), start=1):
            sheet.write_row(line, 0, [*person, "展会"])
    return file.getvalue()


def _raw(here: Workplace, people: Iterator[tuple[str, str, str]], count: int) -> float:
    """Reports a second, where nothing is read and decided: the very rows, ready made, by multi-row INSERTs."""
    seconds = 0.0
    while batch := list(islice(people, running.A_BATCH)):
        tables = ready(here, batch)
        statements = [table.insert() for table in tables if table.rows]
        with transaction.atomic(), connection.cursor() as cursor:
            seconds += timed(partial(_execute, cursor, statements))
    return count / seconds


def _execute(cursor: Any, statements: list[Any]) -> None:
    for one in statements:
        cursor.execute(*one)
    cursor.execute(bulk.CHECK)


def ready(here: Workplace, people: list[tuple[str, str, str]]) -> Any:
    """Tables with all the rows of these reports. To be called in a transaction: it locks what registering locks."""
    at = clock.now()
    drafts = [read(Filing(here, LeadInput(phone, name, honorific))) for name, honorific, phone in people]
    stock, rows = Stock(here.project, drafts, at, lock=True), Rows(here.project, at)
    number(drafts, at)
    deciding.decide(stock, drafts, at)
    rows.add(drafts)
    return rows.tables


def _check(run: ImportRun, count: int) -> None:
    done = ImportRun.objects.get(pk=run.pk)
    if (done.state, done.counts) != (State.DONE, {"new": count}):
        raise AssertionError(f"{done.state} {done.counts} {done.error}")
