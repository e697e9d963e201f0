"""Spreadsheets that people bring and take: read as text without trusting them, written as text that is no formula."""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from trail.refusals import Refusal

MOST_BYTES = 5_000_000
MOST_PARTS = 500  # files in the archive
MOST_ROWS = 2_000
MOST_COLUMNS = 30
MOST_TEXT = 300  # characters kept of a cell; every field is shorter
XLSX, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
STRING, TEXT, RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r"))
STRINGS = "xl/sharedStrings.xml"  # the only part that is kept whole while a sheet is read
TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}  # whatever it looks like
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
PIECE = 1 << 20
Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is read of a file at most: bytes as it comes, bytes unpacked in all and of its strings, and columns."""

    packed: int = MOST_BYTES
    unpacked: int = 12_000_000  # a list of 2,000 people unpacks to less than two million
    strings: int = 12_000_000
    columns: int = MOST_COLUMNS


def read(content: bytes) -> list[Numbered]:
    """The rows of an XLSX or CSV file that hold something, as text, each with its number in the file; the heading is one.

    Refused, with a sentence: file_too_big, old_sheet, not_a_sheet, too_many_rows.
    """
    found: list[Numbered] = []
    for row in stream(content, Bounds()):
        found.append(row)
        if len(found) > MOST_ROWS + 1:
            raise Refusal("too_many_rows", _("一次最多 2,000 行：分成几份再传"), field="file")
    return found


def stream(content: bytes, bounds: Bounds) -> Iterator[Numbered]:
    """The same, row by row: memory does not grow with the rows, only with the strings that they share.

    Refused, with a sentence: file_too_big, old_sheet, not_a_sheet.
    """
    if len(content) > bounds.packed:
        megabytes = {"most": bounds.packed // 1_000_000}
        raise Refusal("file_too_big", _("文件超过 %(most)d MB：分成几份再传") % megabytes, field="file")
    if content.startswith(OLD):
        raise Refusal("old_sheet", _("这是旧的 .xls，或者加了密码：另存为不加密的 .xlsx，再传"), field="file")
    rows = _of_xlsx(content, bounds) if content.startswith(XLSX) else _of_csv(content, bounds)
    for number, cells in enumerate(rows, start=1):
        texts = ["" if cell is None else _text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _of_xlsx(content: bytes, bounds: Bounds) -> Iterator[Iterable[Any]]:
    try:
        _bounded(content, bounds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of styles and lists that it does not know
            reader = _Reader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            reader.read()
            sheet = reader.wb.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not to be believed
            yield from sheet.iter_rows(max_col=bounds.columns, values_only=True)
    except Refusal:
        raise
    except Exception as broken:  # a damaged archive shows itself in a dozen ways, all of them the file's
        raise _no_sheet() from broken


class _Reader(ExcelReader):
    """As openpyxl reads a workbook; of its strings the text alone, a tenth of the work: a list has two or three for each row."""

    def read_strings(self) -> None:
        """The runs of each string, without how it is pronounced."""
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            steps = iterparse(source, ("start", "end"))
            _event, root = next(steps)
            for event, node in steps:
                if event == "end" and node.tag == STRING:
                    runs = (text for run in node if run.tag in (TEXT, RUN) for text in run.iter(TEXT))
                    self.shared_strings.append("".join(text.text or "" for text in runs).replace("x005F_", ""))
                    root.clear()  # not the string alone: a hundred thousand empty ones weigh too


def _bounded(content: bytes, bounds: Bounds) -> None:
    """Refuse an archive that would unpack to more than we mean to read (zipfile reads no more than a part declares)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    strings = sum(part.file_size for part in parts if part.filename == STRINGS)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > bounds.unpacked or strings > bounds.strings:
        raise Refusal("file_too_big", _("这个文件展开后太大：把要导入的几列复制到新表，或分成几份再传"), field="file")


def _of_csv(content: bytes, bounds: Bounds) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), newline="")
    first = [text.readline(PIECE) for _line in range(5)]
    comma = max(",;\t", key=lambda sign: sum(line.count(sign) for line in first))
    text.seek(0)
    try:
        for cells in csv.reader(text, delimiter=comma):
            yield cells[: bounds.columns]
    except csv.Error as broken:
        raise _no_sheet() from broken


def _encoding(content: bytes) -> str:
    """UTF-16 with its mark, UTF-8, else what Excel writes in China. A file with zero bytes is no text."""
    for encoding in ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030"):
        if _is_text(content, encoding):
            return encoding
    raise _no_sheet()


def _is_text(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), PIECE):
            if "\0" in decoder.decode(content[start : start + PIECE], start + PIECE >= len(content)):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _no_sheet() -> Refusal:
    return Refusal("not_a_sheet", _("打不开：要一个 .xlsx 或 .csv 文件。用模板最稳"), field="file")


def _text(cell: Any) -> str:
    """A cell as somebody reads it: 1001 for 1001.0, one line, no control characters."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    elif isinstance(cell, datetime | date):
        cell = cell.isoformat()
    shown = str(cell)[:MOST_TEXT]
    if not shown.isprintable():
        shown = "".join(ch if ch.isprintable() else " " for ch in shown)
    return " ".join(shown.split())


def write(
    title: str, headings: list[str], rows: Iterable[list[str]], *, notes: dict[str, list[str]] | None = None
) -> bytes:
    """An XLSX of text: what looks like a formula stays text. `notes`: lists for a second sheet, by heading.

    A column whose heading is that of a list lets people choose from it.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, TEXT_ONLY) as book:
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
