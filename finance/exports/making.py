"""How a file is made: line by line into pieces of a megabyte at most, so that neither making nor sending it holds the whole."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from struct import Struct
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import translation

from finance import beancount
from finance.exports import COUNTS, TABLES, Ask, Table
from finance.exports.table import mark
from finance.models import Export, ExportPart
from people.exports import Record, as_csv, as_xlsx
from trail import clock
from trail.vault import seal_bytes, unseal_bytes

PIECE = 1 << 20  # bytes
STORE = f'COPY "{ExportPart._meta.db_table}" (export_id, number, content) FROM STDIN (FORMAT binary)'
# What COPY begins with, then one row: how many columns, and the length of each before it. A count of -1 ends it.
BINARY, END = Struct("!11siihiqiii"), Struct("!h").pack(-1)
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
    progress, digest, size = _Progress(export), hashlib.sha256(), 0
    for number, piece in enumerate(_cut(_bytes(export, progress)), start=1):
        _store(export.pk, number, seal_bytes(piece))  # it may hold whole numbers: no dump or backup says them
        digest.update(piece)
        size += len(piece)
    _ready(export, progress.lines, size, digest.digest(), clock.now())


def _store(export: int, number: int, piece: bytes) -> None:
    """By COPY in its binary form: written out in a statement, a megabyte takes the database three times as long."""
    head = BINARY.pack(b"PGCOPY\n\xff\r\n\0", 0, 0, 3, 8, export, 4, number, len(piece))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(STORE, BytesIO(b"".join((head, piece, END))))


def _ready(export: Export, lines: int, size: int, digest: bytes, at: datetime) -> None:
    export.state, export.rows, export.done_rows, export.size, export.sha256 = State.DONE, lines, lines, size, digest
    export.ready_at, export.expires_at, export.error = at, at + LIVES, ""
    export.save(update_fields=["state", "rows", "done_rows", "size", "sha256", "ready_at", "expires_at", "error"])


class _Progress:
    """How many lines were written; told now and then, for whoever waits."""

    def __init__(self, export: Export) -> None:
        self.export, self.lines, self.told = export, 0, 0

    def __call__(self, lines: int) -> None:
        self.lines += lines
        if self.lines - self.told >= TOLD_EVERY:
            self.told = self.lines
            Export.objects.filter(pk=self.export.pk).update(done_rows=self.lines)

    def of(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, counted."""
        number = 0
        for number, record in enumerate(records, start=1):
            yield record
            if number % A_STEP == 0:
                self(A_STEP)
        self(number % A_STEP)


def _bytes(export: Export, progress: _Progress) -> Iterator[bytes]:
    ask = ask_of(export)
    if export.form == Form.BEANCOUNT:
        return (piece.encode() for piece in beancount.text(ask, progress))
    table: Table = TABLES[export.kind](ask)
    records = progress.of(table.records)
    if export.form == Form.CSV:
        return (piece.encode() for piece in as_csv(table.heading, records))
    title, foot = f"{export.project.name} {export.month}", mark(ask, table.until)
    file = as_xlsx(title, export.month, table.heading, records, foot=foot)
    return _read(file)


def _read(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of one size, but for the last."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def content(export: Export) -> Iterator[bytes]:
    """The file, a piece at a time."""
    numbers = ExportPart.objects.filter(export=export).order_by("number").values_list("number", flat=True)
    for number in list(numbers):
        yield unseal_bytes(ExportPart.objects.get(export=export, number=number).content)
