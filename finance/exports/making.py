"""How a file is made: line by line into pieces of a megabyte at most, so that neither making nor sending it holds the whole."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from struct import Struct
from tempfile import TemporaryFile
from typing import Self

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from finance import beancount
from finance.exports import COUNTS, TABLES, Ask, Table
from finance.exports.lookups import Lines
from finance.exports.table import mark
from finance.models import Export, ExportPart
from people.exports import Csv, Record, as_xlsx
from trail import clock
from trail.vault import seal_bytes, unseal_bytes

PIECE = 1 << 20  # bytes
STORE = f'COPY "{ExportPart._meta.db_table}" (export_id, number, content) FROM STDIN (FORMAT binary)'
# What COPY begins with in its binary form; a row: how many columns, and the length of each before it; a count of -1 ends it.
BEGIN, ROW, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), Struct("!hiqiii"), Struct("!h").pack(-1)
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


def _put(export: Export, pieces: "Pieces", progress: "_Progress") -> None:
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


def put_csv(table: Table, pieces: "Pieces", progress: Callable[[int], None]) -> None:
    """A table as CSV, lines as they arrive; `progress` hears how many."""
    csv = Csv(table.heading)
    pieces.add(csv.heading.encode())

    def take(records: Sequence[Record]) -> None:
        pieces.add(csv.lines(records).encode())
        progress(len(records))

    if isinstance(table.records, Lines):
        table.records.each(take)
    else:  # a payee or a sanction a line: they are few
        for record in table.records:
            take([record])


class Pieces:
    """A file in sealed pieces of one size, but for the last: none of it may be read in a dump or backup, as it may hold whole numbers.
    They wait in a file of their own, as COPY reads them in its binary form, for the connection may be busy reading what goes into them.
    """

    def __init__(self, export: int) -> None:
        self.export, self.size, self.number, self.digest = export, 0, 0, hashlib.sha256()
        self.held, self.file = bytearray(), TemporaryFile()  # noqa: SIM115 — closed at the end
        self.file.write(BEGIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.file.close()

    def add(self, content: bytes) -> None:
        self.held += content
        while len(self.held) >= PIECE:
            self._seal(bytes(self.held[:PIECE]))
            del self.held[:PIECE]

    def _seal(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self.number += 1
        sealed = seal_bytes(piece)
        self.file.write(ROW.pack(3, 8, self.export, 4, self.number, len(sealed)))
        self.file.write(sealed)

    def store(self) -> None:
        """All of them at once."""
        if self.held:
            self._seal(bytes(self.held))
        self.file.write(END)
        self.file.seek(0)
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(STORE, self.file, PIECE)


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


def content(export: Export) -> Iterator[bytes]:
    """The file, a piece at a time."""
    numbers = ExportPart.objects.filter(export=export).order_by("number").values_list("number", flat=True)
    for number in list(numbers):
        yield unseal_bytes(ExportPart.objects.get(export=export, number=number).content)
