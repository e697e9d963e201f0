"""Where a made file lies: in the database, in sealed pieces of a megabyte, so that neither making nor sending it holds the whole."""

import hashlib
from collections.abc import Iterator
from struct import Struct
from tempfile import TemporaryFile
from typing import Self

from django.db import connection

from finance.models import Export, ExportPart
from trail.vault import seal_bytes, unseal_bytes

PIECE = 1 << 20  # bytes
STORE = f'COPY "{ExportPart._meta.db_table}" (export_id, number, content) FROM STDIN (FORMAT binary)'
# What COPY begins with in its binary form; a row: how many columns, and the length of each before it; a count of -1 ends it.
BEGIN, ROW, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), Struct("!hiqiii"), Struct("!h").pack(-1)


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


def content(export: Export) -> Iterator[bytes]:
    """The file, a piece at a time."""
    numbers = ExportPart.objects.filter(export=export).order_by("number").values_list("number", flat=True)
    for number in list(numbers):
        yield unseal_bytes(ExportPart.objects.get(export=export, number=number).content)
