"""Tables as CSV and XLSX: streamed, the same bytes for the same rows, safe against formulas.

A table is a heading and records of cells: a Decimal is a number, everything else is text.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from people.sheets import TEXT_ONLY

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a fixed date: the same rows give the same bytes
MOST = 1_048_575  # rows that a sheet of XLSX holds below its heading


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """A file that hands back what is written to it, for streaming."""

    def write(self, text: str) -> str:
        return text


def as_csv(heading: Sequence[str], records: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV line by line, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(heading)
    for record in records:
        yield writer.writerow([f"{cell:.2f}" if isinstance(cell, Decimal) else safe(cell) for cell in record])


def as_xlsx(title: str, name: str, heading: Sequence[str], records: Iterable[Sequence[Any]]) -> IO[bytes]:
    """XLSX in a temporary file, row by row in constant memory; text stays text whatever it begins with. `name`: of the sheet."""
    file = TemporaryFile()  # noqa: SIM115 — the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **TEXT_ONLY})
    book.set_properties({"created": CREATED, "title": title})
    sheet = book.add_worksheet(name)
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heading) - 1, 14)
    for column, word in enumerate(heading):
        sheet.write_string(0, column, word, bold)
    for row, record in enumerate(records, start=1):
        for column, cell in enumerate(record):
            if isinstance(cell, Decimal):
                sheet.write_number(row, column, cell, money)
            else:
                sheet.write_string(row, column, cell)
    book.close()
    file.seek(0)
    return file


def attachment(name: str) -> dict[str, str]:
    """The header of a file to be saved under this name (ASCII)."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def answer(
    form: str, *, name: str, title: str, sheet: str, heading: Sequence[str], records: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """A table handed out as `csv`, else as XLSX. `name` is that of the file without its ending (ASCII); `sheet` that of the sheet."""
    saved = attachment(f"{name}.{form}")
    if form == "csv":
        return StreamingHttpResponse(as_csv(heading, records), content_type=CSV, headers=saved)
    return FileResponse(as_xlsx(title, sheet, heading, records), content_type=XLSX, headers=saved)
