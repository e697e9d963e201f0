"""Spreadsheets that people bring and take: read as text without trusting them, written as text that is no formula."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _

from trail.refusals import Refusal

MOST_BYTES = 5_000_000
MOST_UNPACKED = 12_000_000  # bytes; a list of 2,000 people unpacks to less than two million
MOST_PARTS = 500  # files in the archive
MOST_ROWS = 2_000
MOST_COLUMNS = 30
MOST_TEXT = 300  # characters kept of a cell; every field is shorter
XLSX, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Numbered = tuple[int, list[str]]


def read(content: bytes) -> list[Numbered]:
    """The rows of an XLSX or CSV file that hold something, as text, each with its number in the file; the heading is one.

    Refused, with a sentence: file_too_big, old_sheet, not_a_sheet, too_many_rows.
    """
    if len(content) > MOST_BYTES:
        raise Refusal("file_too_big", _("文件超过 5 MB：只留人员这一张表，再传"), field="file")
    if content.startswith(OLD):
        raise Refusal("old_sheet", _("这是旧的 .xls，或者加了密码：另存为不加密的 .xlsx，再传"), field="file")
    rows = _of_xlsx(content) if content.startswith(XLSX) else _of_csv(content)
    found: list[Numbered] = []
    for number, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            found.append((number, texts))
        if len(found) > MOST_ROWS + 1:
            raise Refusal("too_many_rows", _("一次最多 2,000 行：分成几份再传"), field="file")
    return found


def _of_xlsx(content: bytes) -> Iterator[Iterable[Any]]:
    try:
        _bounded(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of styles and lists that it does not know
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not to be believed
            yield from sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    except Refusal:
        raise
    except Exception as broken:  # a damaged archive shows itself in a dozen ways, all of them the file's
        raise _no_sheet() from broken


def _bounded(content: bytes) -> None:
    """Refuse an archive that would unpack to more than we mean to read (zipfile reads no more than a part declares)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refusal("file_too_big", _("这个文件展开后太大：把人员复制到一张新表，再传"), field="file")


def _of_csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=comma):
            yield cells[:MOST_COLUMNS]
    except csv.Error as broken:
        raise _no_sheet() from broken


def _decoded(content: bytes) -> str:
    """UTF-8, else what Excel writes in China. A file with zero bytes is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _no_sheet()


def _no_sheet() -> Refusal:
    return Refusal("not_a_sheet", _("打不开：要一个 .xlsx 或 .csv 文件。用模板最稳"), field="file")


def _text(cell: Any) -> str:
    """A cell as somebody reads it: 1001 for 1001.0, one line, no control characters."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        cell = cell.isoformat()
    shown = "".join(ch if ch.isprintable() else " " for ch in str(cell)[:MOST_TEXT])
    return " ".join(shown.split())


def write(
    title: str, headings: list[str], rows: Iterable[list[str]], *, notes: dict[str, list[str]] | None = None
) -> bytes:
    """An XLSX of text: what looks like a formula stays text. `notes`: lists for a second sheet, by heading.

    A column whose heading is that of a list lets people choose from it.
    """
    file = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, plain) as book:
        sheet, bold = book.add_worksheet(title), book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 18, text)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for line, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell)
        if notes:
            _write_notes(book, sheet, headings, notes)
    return file.getvalue()


def _write_notes(book: Any, sheet: Any, headings: list[str], notes: dict[str, list[str]]) -> None:
    lists, bold = book.add_worksheet(_("可以填的")), book.add_format({"bold": True})
    lists.set_column(0, len(notes) - 1, 18)
    for column, (heading, values) in enumerate(notes.items()):
        lists.write_string(0, column, heading, bold)
        for line, value in enumerate(values, start=1):
            lists.write_string(line, column, value)
        if heading in headings and values:
            letter = chr(ord("A") + column)
            source = f"='{lists.get_name()}'!${letter}$2:${letter}${len(values) + 1}"
            place = headings.index(heading)
            choose = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, place, MOST_ROWS, place, choose)
