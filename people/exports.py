"""Tables as CSV and XLSX: streamed, the same bytes for the same rows, safe against formulas.

A table is a heading and records of text; below a heading that is `Money` there are numbers in yuan, or nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from people import xlsx
from people.xlsx import Money, Record, in_yuan

__all__ = ["CSV", "XLSX", "Csv", "Money", "Record", "answer", "as_csv", "as_xlsx", "attachment", "in_yuan", "safe"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # what a formula begins with
SIGNS = [sign.encode() for sign in sorted(FORMULA - set("\t\r\n"))]
A_BATCH = 1_000  # lines written at a time


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA else text


class Csv:
    """CSV, many lines at a time; text is quoted, so that whatever parts cells parts none of it."""

    def __init__(self, heading: Sequence[str]) -> None:
        self.texts = [not isinstance(word, Money) for word in heading]
        self.line = ",".join('"%s"' if text else "%s" for text in self.texts) + "\r\n"
        quoted = '","'.join(map(_quoted, heading))
        # The mark at the beginning tells spreadsheets that it is UTF-8.
        self.heading = f'\ufeff"{quoted}"\r\n'.encode()

    def lines(self, records: Sequence[Record]) -> bytes:
        """These records, a line each."""
        lines = self._filled_in(records)
        if self.harmless(lines, len(records)):
            return lines
        return self._filled_in(
            [_quoted(cell) if text else cell for cell, text in zip(record, self.texts, strict=True)]
            for record in records
        )

    def _filled_in(self, records: Iterable[Record]) -> bytes:
        return "".join([self.line % tuple(record) for record in records]).encode()

    def harmless(self, lines: bytes, count: int) -> bool:
        """Whether nothing in `count` lines with all their text in quotes has to be changed: told from all at once, many times faster
        than cell by cell.
        """
        signs = lines.count(b'"'), lines.count(b"\r"), lines.count(b"\n")
        if signs != (2 * sum(self.texts) * count, count, count) or b"\t" in lines:
            return False
        return not any(sign in lines and b'"' + sign in lines for sign in SIGNS)


def as_csv(heading: Sequence[str], records: Iterable[Record]) -> Iterator[bytes]:
    """The whole of it, piece by piece."""
    csv, rows = Csv(heading), iter(records)
    yield csv.heading
    while batch := list(islice(rows, A_BATCH)):
        yield csv.lines(batch)


def _quoted(cell: str) -> str:
    return safe(cell).replace('"', '""')


def as_xlsx(title: str, name: str, heading: Sequence[str], records: Iterable[Record], *, foot: str = "") -> IO[bytes]:
    """XLSX in a temporary file, in constant memory. `name`: of the sheet; `foot`: what stands below each printed page."""
    file = TemporaryFile()  # noqa: SIM115 — the response closes it
    xlsx.write(file, xlsx.Book(title, name, heading, foot), records)
    file.seek(0)
    return file


def attachment(name: str) -> dict[str, str]:
    """The header of a file to be saved under this name (ASCII)."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def answer(
    form: str, *, name: str, title: str, sheet: str, heading: Sequence[str], records: Iterable[Record]
) -> HttpResponseBase:
    """A table handed out as `csv`, else as XLSX. `name` is that of the file without its ending (ASCII); `sheet` that of the sheet."""
    saved = attachment(f"{name}.{form}")
    if form == "csv":
        return StreamingHttpResponse(as_csv(heading, records), content_type=CSV, headers=saved)
    return FileResponse(as_xlsx(title, sheet, heading, records), content_type=XLSX, headers=saved)
