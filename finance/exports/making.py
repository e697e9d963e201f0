"""How a file is made: line by line, so that nothing holds the whole of it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from finance import beancount
from finance.exports import COUNTS, TABLES, Ask, Table
from finance.exports.lookups import Lines
from finance.exports.storing import PIECE, Pieces
from finance.exports.table import mark
from finance.models import Export, ExportPart
from people.exports import Csv, Record, as_xlsx
from trail import clock

TELL = f'UPDATE "{Export._meta.db_table}" SET done_rows = %s WHERE id = %s'  # noqa: S608 — nothing from outside
A_STEP, TOLD_EVERY = 1_000, 20_000  # lines
LIVES = timedelta(minutes=15)  # how long the link counts once the file is there (G18)
State, Form = Export.State, Export.Form


def ask_of(export: Export) -> Ask:
    """What was asked for."""
    return Ask(export.project, export.month, export.by, export.whole)


def count(export: Export) -> int:
    """How many lines it will have."""
    counts = beancount.count if export.form == Form.BEANCOUNT else COUNTS[export.kind]
    return counts(ask_of(export))


def make(export: Export) -> None:
    """Write the file anew, whoever began it before; its link counts from now on. In the language of who asked, wherever it is made."""
    ExportPart.objects.filter(export=export).delete()
    Export.objects.filter(pk=export.pk).update(state=State.RUNNING, done_rows=0)
    with translation.override(export.by.language or settings.LANGUAGE_CODE):
        _write(export)


def _write(export: Export) -> None:
    with Pieces(export.pk) as pieces, _Progress(export) as progress:
        _put(export, pieces, progress)
        pieces.store()
        _ready(export, progress.lines, pieces.size, pieces.digest.digest(), clock.now())


def _put(export: Export, pieces: Pieces, progress: "_Progress") -> None:
    ask = ask_of(export)
    if export.form == Form.BEANCOUNT:
        for text in beancount.text(ask, progress):
            pieces.add(text.encode())
        return
    table: Table = TABLES[export.kind](ask)
    if export.form == Form.CSV:
        put_csv(table, pieces, progress)
        return
    title, foot = f"{export.project.name} {export.month}", mark(ask, table.until)
    with as_xlsx(title, export.month, table.heading, progress.of(table.records), foot=foot) as file:
        while read := file.read(PIECE):
            pieces.add(read)


def put_csv(table: Table, pieces: Pieces, progress: Callable[[int], None]) -> None:
    """A table as CSV, lines as they arrive; `progress` hears how many."""
    csv = Csv(table.heading)
    pieces.add(csv.heading)

    def take(lines: bytes, count: int) -> None:
        pieces.add(lines)
        progress(count)

    if isinstance(table.records, Lines):
        table.records.as_csv(csv, take)
    else:  # a payee or a sanction a line: they are few
        for record in table.records:
            take(csv.lines([record]), 1)


def _ready(export: Export, lines: int, size: int, digest: bytes, at: datetime) -> None:
    export.state, export.rows, export.done_rows, export.size, export.sha256 = State.DONE, lines, lines, size, digest
    export.ready_at, export.expires_at, export.error = at, at + LIVES, ""
    export.save(update_fields=["state", "rows", "done_rows", "size", "sha256", "ready_at", "expires_at", "error"])


class _Progress:
    """How many lines were written; told now and then, for whoever waits. By a connection of its own, as ours may be busy."""

    def __init__(self, export: Export) -> None:
        self.export, self.lines, self.told = export, 0, 0
        self.beside: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        if self.beside:
            self.beside.close()

    def __call__(self, lines: int) -> None:
        self.lines += lines
        if self.lines - self.told >= TOLD_EVERY:
            self.told = self.lines
            self._tell()

    def _tell(self) -> None:
        self.beside = self.beside or connections.create_connection(DEFAULT_DB_ALIAS)
        with self.beside.cursor() as cursor:
            cursor.execute(TELL, [self.lines, self.export.pk])

    def of(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, counted."""
        number = 0
        for number, record in enumerate(records, start=1):
            yield record
            if number % A_STEP == 0:
                self(A_STEP)
        self(number % A_STEP)
