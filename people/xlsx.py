"""XLSX row by row, in constant memory and with nothing of the clock in it: the same rows give the same bytes.

Cells are text, and stay text whatever they begin with; below a heading that is `Money` they are numbers. A formula cannot be written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MOST = 1_048_575  # rows that a sheet holds below its heading; what is more goes on in the next
A_BATCH = 500
CREATED, STAMP = "2000-01-01T00:00:00Z", (2000, 1, 1, 0, 0, 0)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Characters that XML has no room for, and what reads like one that was written out.
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
# How a cell looks, by its place in the list: nothing, bold, money, text.
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
    ' patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)  # fmt: skip
Record = Sequence[str]


class Money(str):
    """The heading of a column of money: what stands below it is a number in yuan (`in_yuan`), or nothing."""

    __slots__ = ()


def in_yuan(fen: int) -> str:
    """-1234.56 for -123456: a number that every program reads."""
    return f"-{-fen // 100}.{-fen % 100:02d}" if fen < 0 else f"{fen // 100}.{fen % 100:02d}"


@dataclass(frozen=True, slots=True)
class Book:
    """What a file is called, its sheets, its columns, and what stands at the foot of each printed page."""

    title: str
    sheet: str
    heading: Sequence[str]
    foot: str = ""


def write(file: IO[bytes], book: Book, records: Iterable[Record]) -> None:
    """The whole file, into one that can be sought in; it is left open."""
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        rows, sheets = iter(records), 0
        following: list[Record] = []  # the row with which a further sheet begins
        while sheets == 0 or following:
            sheets += 1
            with package.open(_part(f"xl/worksheets/sheet{sheets}.xml"), "w", force_zip64=True) as sheet:
                for piece in _sheet(book, chain(following, islice(rows, MOST - len(following))), first=sheets == 1):
                    sheet.write(piece.encode())
            following = list(islice(rows, 1))
        for name, content in _parts(book, sheets):
            package.writestr(_part(name), content)


def _part(name: str) -> ZipInfo:
    part = ZipInfo(name, STAMP)
    part.compress_type = ZIP_DEFLATED
    return part


def _sheet(book: Book, records: Iterable[Record], *, first: bool) -> Iterator[str]:
    selected = ' tabSelected="1"' if first else ""
    yield (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView{selected} workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>'
        f'<col min="1" max="{len(book.heading)}" width="14" customWidth="1"/></cols><sheetData>'
    )
    columns = [_letter(column) for column in range(len(book.heading))]
    yield _row(1, [(letter, _bold) for letter in columns], book.heading)
    cells = [
        (letter, _number if isinstance(word, Money) else _text)
        for letter, word in zip(columns, book.heading, strict=True)
    ]
    rows = enumerate(records, start=2)
    while batch := list(islice(rows, A_BATCH)):
        yield "".join([_row(number, cells, record) for number, record in batch])
    foot = f"<headerFooter><oddFooter>{escape('&L' + book.foot.replace('&', '&&'))}</oddFooter></headerFooter>"
    yield f"</sheetData>{foot if book.foot else ''}</worksheet>"


def _letter(column: int) -> str:
    """A, B … Z, AA."""
    return (_letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _row(number: int, columns: Sequence[tuple[str, Any]], record: Record) -> str:
    filled = zip(columns, record, strict=True)
    cells = [f'<c r="{letter}{number}"{shown(cell)}' for (letter, shown), cell in filled if cell]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _number(cell: str) -> str:
    return f' s="2"><v>{cell}</v></c>'


@lru_cache(maxsize=10_000)
def _text(cell: str, style: int = 3) -> str:
    """All of a cell of text but its place; most words of a table come again and again."""
    shown = escape(ODD.sub(_written_out, cell))
    kept = ' xml:space="preserve"' if shown != shown.strip() else ""
    return f' s="{style}" t="inlineStr"><is><t{kept}>{shown}</t></is></c>'


def _bold(cell: str) -> str:
    return _text(cell, 1)


def _written_out(odd: re.Match[str]) -> str:
    found = odd.group()
    return f"_x005F{found}" if len(found) > 1 else f"_x{ord(found):04X}_"


def _parts(book: Book, sheets: int) -> Iterator[tuple[str, str]]:
    """What a file has beside its sheets."""
    numbers = range(1, sheets + 1)
    names = [book.sheet if n == 1 else f"{book.sheet} ({n})" for n in numbers]
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    linked = "".join(_link(n, f"{LINKS}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    typed = "".join(_typed(f"xl/worksheets/sheet{n}.xml", f"{TYPE}.worksheet+xml") for n in numbers)
    yield "xl/workbook.xml", f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>'
    yield "xl/_rels/workbook.xml.rels", _links(linked + _link(sheets + 1, f"{LINKS}/styles", "styles.xml"))
    yield "xl/styles.xml", STYLES
    core = f"{PACKAGE}/relationships/metadata/core-properties"
    office = _link(1, f"{LINKS}/officeDocument", "xl/workbook.xml")
    yield "_rels/.rels", _links(office + _link(2, core, "docProps/core.xml"))
    yield (
        "docProps/core.xml",
        (
            f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(book.title)}</dc:title><dc:creator>{escape(book.foot)}</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{CREATED}</dcterms:created></cp:coreProperties>'
        ),
    )
    yield (
        "[Content_Types].xml",
        (
            f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
            f'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f"{_typed('xl/workbook.xml', f'{TYPE}.sheet.main+xml')}{typed}{_typed('xl/styles.xml', f'{TYPE}.styles+xml')}"
            f"{_typed('docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml')}</Types>"
        ),
    )


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _typed(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{kind}"/>'
