"""A file as filings, row by row: what cannot be one has its sentence. Nothing is looked up in the register here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from leads.importing import columns
from leads.importing.sellers import Sellers
from leads.models import Customer, ImportRun, Registration
from leads.registering.filing import Draft, Filing, LeadInput, draft_of
from leads.screening import phones
from people.sheets import Bounds, Numbered, stream
from people.workplace import Workplace
from trail import clock
from trail.refusals import Refusal

MOST_BYTES = 25_000_000
MOST_COLUMNS = 60
# The strings are the only part of an XLSX that stays in memory: a million rows whose numbers are text still fit.
BOUNDS = Bounds(packed=MOST_BYTES, unpacked=600_000_000, strings=40_000_000, columns=MOST_COLUMNS + 1)
FORMULA = ("=", "+", "-", "@")

Get = Callable[[str], str]  # a cell of a row by the key of its column


class Row(NamedTuple):
    """One row below the head line, as the file counts. `cells` by the place of the column, without a sign against formulas."""

    line: int
    cells: list[str]


class Read(NamedTuple):
    """A row and what it asks for: `wrong`, why it asks for nothing, or the report as it was read, or why that cannot be one.

    `twin` is a number that is the same for two rows of one customer and one seller; None for a row that cannot be stored: nobody
    stands in for a customer who is to be corrected. `since`: of an ownership, its original date.
    """

    row: Row
    twin: int | None
    wrong: Refusal | None = None
    draft: Draft | Refusal | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was opened: its head line, which column stands where, and what follows."""

    head: list[str]
    places: dict[str, int]
    rows: Iterator[Row]


def open_table(content: bytes, kind: str) -> Table:
    """Find the head line. Raises Refusal, with a sentence, for a file that cannot be read or is none of these."""
    rows = stream(content, BOUNDS)
    first: Numbered | None = None
    for _count, (line, cells) in zip(range(columns.HEAD_WITHIN), rows, strict=False):
        first = first or (line, cells)
        if places := columns.head(cells, kind):
            head = _head(cells, places, kind)
            return Table(head, places, _below(rows, len(head)))
    if first is None:
        raise Refusal("empty_file", _("文件是空的"), field="file")
    raise Refusal("no_head_line", _("没有找到表头：第一行写 姓名、手机号，一列一项。用模板最稳"), field="file")


def _head(cells: list[str], places: dict[str, int], kind: str) -> list[str]:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise Refusal(
            "too_many_columns", _("列太多：最多 %(most)d 列，只留要导入的") % {"most": MOST_COLUMNS}, field="file"
        )
    if lacking := columns.missing(places, kind):
        raise Refusal("no_column", _("表头里没有：%(columns)s") % {"columns": "、".join(lacking)}, field="file")
    last = max(place for place, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _below(rows: Iterator[Numbered], width: int) -> Iterator[Row]:
    for line, cells in rows:
        yield Row(line, [_unescaped(cell) for cell in cells[:width]])


def _unescaped(cell: str) -> str:
    """Without the sign by which our own error files keep a formula from being one."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _twin(get: Get) -> int | None:
    read = phones.read(get("phone"))
    who = read.e164 or (read.masked and f"{read.masked}{get('name')}") or get("code") or get("name")
    return hash((who, get("seller"))) if who else None


class Reader:
    """Rows of one file as filings of one run."""

    def __init__(self, run: ImportRun, here: Workplace) -> None:
        self.run, self.here = run, here
        self.places: dict[str, int] = {}
        self.sellers = Sellers(here, clock.now())
        self.zone = run.project.zone

    def read(self, content: bytes, done: int) -> Iterator[Read]:
        """Row by row what they ask for; of the first `done` only `twin`: they are done. Without the database.

        Raises Refusal for a file that cannot be read.
        """
        table = open_table(content, self.run.kind)
        self.places = table.places
        for count, row in enumerate(table.rows):
            read = self._read(row, self._getter(row))
            yield Read(row, read.twin) if count < done else read

    def _read(self, row: Row, get: Get) -> Read:
        try:
            filing = self._filing(get)
        except Refusal as wrong:
            return Read(row, None, wrong)
        draft = draft_of(filing)
        return Read(row, None if isinstance(draft, Refusal) else _twin(get), draft=draft, since=filing.since)

    def _filing(self, get: Get) -> Filing:
        """What a row asks for. Raises Refusal with what is wrong with it."""
        owned = self.run.kind == ImportRun.Kind.OWNERSHIP
        here = self.sellers.find(get("seller"), needed=owned)
        kind = self._kind(get)
        since = self._moment(get, "since") if owned else None
        claimed = since or self._moment(get, "claimed")
        if owned and since is None:
            raise Refusal("since_missing", _("没有写从哪天起归他"), field="since")
        if claimed and claimed > clock.now():
            raise Refusal("in_future", _("这个时间还没到"), field="since")
        lead = LeadInput(
            number=columns.number(get("phone")), name=get("name"), honorific=columns.honorific(get("honorific")),
            company=get("company"), channel=Registration.Channel.IMPORT.value, source=self._source(here), claimed_at=claimed,
            kind=kind, code=get("code") if kind == Customer.Kind.COMPANY else "",
        )  # fmt: skip
        if not owned:
            return Filing(here, lead)
        return Filing(here, lead, since=since, until=self._until(get), run=f"import:{self.run.no}")

    def _getter(self, row: Row) -> Get:
        cells, places = row.cells, self.places

        def get(key: str) -> str:
            place = places.get(key)
            return cells[place] if place is not None and place < len(cells) else ""

        return get

    def _kind(self, get: Get) -> str:
        said = get("kind").lower()
        company = said in columns.COMPANY_WORDS or (not said and bool(get("code")))
        return (Customer.Kind.COMPANY if company else Customer.Kind.PERSON).value

    def _moment(self, get: Get, key: str) -> datetime | None:
        return columns.moment(get(key), self.zone, key) if get(key) else None

    def _until(self, get: Get) -> datetime | None:
        if not get("until"):
            return None
        until = columns.moment(get("until"), self.zone, "until", ends=True)
        if until <= clock.now():
            raise Refusal("over_already", _("保护期已经过了：删掉这一行，或改到期日"), field="until")
        return until

    def _source(self, here: Workplace) -> str:
        return (Customer.Source.AGENCY if here.outside else Customer.Source.LIST).value
