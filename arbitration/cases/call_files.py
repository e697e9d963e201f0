"""Files of calls as the operators give them out (移动、联通、电信 详单): only the lines about one customer's number are read out.

The columns are known by their headings in the usual wordings; whether somebody called or was called stands in the column whose
cells say so (「通话类型」 is 主叫/被叫 with one operator and 本地/长途 with another). Everybody else's lines are counted and forgotten.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from leads.importing.columns import moment, plain
from leads.screening import phones
from people.sheets import Bounds, stream
from trail.refusals import Refusal

MOST_BYTES = 5_000_000
BOUNDS = Bounds(packed=MOST_BYTES, unpacked=40_000_000, strings=12_000_000, columns=40)
MOST_ROWS = 20_000
MOST_LINES = 50  # about one customer
HEAD_WITHIN = 20  # rows: whose list it is, and of which month, stands above the headings
OTHER = ("对方号码", "对方电话", "对方电话号码", "对方手机号", "对端号码", "通话号码", "对方", "othernumber")
CALLING, CALLED = ("主叫号码", "主叫", "caller", "from"), ("被叫号码", "被叫", "callee", "to")
WHEN = (
    "通话开始时间", "通话起始时间", "起始时间", "开始时间", "呼叫时间", "通话时间", "通话日期时间", "时间", "starttime",
    "通话日期", "呼叫日期", "日期", "date",
)  # fmt: skip
DAY = ("通话日期", "呼叫日期", "日期", "date")
WAY = (
    "呼叫类型",
    "主被叫",
    "主叫被叫",
    "通信方式",
    "呼叫方式",
    "通话方式",
    "通话类型",
    "通信类型",
    "呼叫方向",
    "类型",
    "方向",
    "direction",
    "type",
)
OUT, IN = ("主叫", "呼出", "拨出", "去电", "outgoing"), ("被叫", "呼入", "接听", "来电", "incoming")
LONG = ("通话时长", "通信时长", "时长", "通话时长秒", "计费时长", "duration")
OF_DAY = re.compile(r"\d{1,2}[:：]\d{1,2}([:：]\d{1,2})?")
NO_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?\s+(\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2})?)")
MONTH = re.compile(r"(20\d\d)\s*[-/年.]?\s*(0[1-9]|1[0-2]|[1-9](?=月))")
OWNER = re.compile("号码|手机|用户|机主|账号|number", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Line:
    """One call with the customer. `row` as the file counts; `long`: how long, as it stands there; `why`: why it is not taken."""

    row: int
    when: str
    long: str
    call_at: datetime | None = None
    outgoing: bool = False
    why: str = ""


@dataclass(slots=True)
class Read:
    """What a file came to: the lines about the customer, and how many of others there were."""

    lines: list[Line] = field(default_factory=list)
    others: int = 0

    @property
    def good(self) -> list[Line]:
        """Those that were understood."""
        return [line for line in self.lines if not line.why]


def read_calls(content: bytes, *, own: str, customer: str, zone: ZoneInfo, now: datetime) -> Read:
    """The calls between these two numbers (E.164) in an operator's file.

    Raises Refusal, with a sentence, for a file that cannot be read, is none of calls, holds macros, or is another number's.
    """
    if content.startswith(b"PK") and any(sign in content for sign in (b"vbaProject", b"macrosheets")):
        raise Refusal("sheet_with_macros", _("这个表格带宏：另存为不带宏的 .xlsx，再传"), field="file")
    reader = Reader(own, customer, zone, now)
    for count, (number, cells) in enumerate(stream(content, BOUNDS)):
        if count > MOST_ROWS:
            raise Refusal("too_many_rows", _("清单超过 20,000 行：只导出通话那几天的"), field="file")
        reader.take(number, cells)
    if not reader.places:
        raise Refusal("no_head_line", _("没有找到表头：要有「对方号码」「通话时间」「主叫/被叫」这几列"), field="file")
    if len(reader.read.lines) > MOST_LINES:
        raise Refusal("too_many_calls", _("和这位客户的通话超过 50 条：只导出到访前那几天的"), field="file")
    return reader.read


class Reader:
    """Row by row; what stands above the headings tells whose list it is and of which year."""

    def __init__(self, own: str, customer: str, zone: ZoneInfo, now: datetime) -> None:
        self.own, self.customer, self.zone, self.now = own, customer, zone, now
        self.places: dict[str, list[int]] = {}
        self.year = ""
        self.count = 0
        self.read = Read()

    def take(self, number: int, cells: list[str]) -> None:
        """One row of the file."""
        self.count += 1
        if not self.places:
            self.places = _head(cells)
            if not self.places:
                self._above(cells)
            return
        get = Cells(cells, self.places)
        who = self._other(get)
        if who is None:
            self.read.others += 1
        else:
            self.read.lines.append(self._line(number, get, who))

    def _above(self, cells: list[str]) -> None:
        """A row above the headings. Raises Refusal where it names another number than the one that was typed."""
        if self.count > HEAD_WITHIN:
            raise Refusal(
                "no_head_line", _("没有找到表头：要有「对方号码」「通话时间」「主叫/被叫」这几列"), field="file"
            )
        text = " ".join(cells)
        named = {f"+86{number}" for number in NUMBER.findall(text)}
        if named and OWNER.search(text) and self.own.startswith("+861") and self.own not in named:
            raise Refusal("list_of_other", _("清单是另一个号码的，和你填的不一样：核对自己的号码"), field="own")
        if found := MONTH.search(NUMBER.sub("", text)):
            self.year = self.year or found[1]

    def _other(self, get: "Cells") -> bool | None:
        """True for a call out to the customer, False for one that came in from them or whose way another column tells; None: others'."""
        if "other" in self.places:
            return False if _is(get("other"), self.customer) else None
        pair = get("calling"), get("called")
        if _is(pair[1], self.customer) and _is(pair[0], self.own):
            return True
        return False if _is(pair[0], self.customer) and _is(pair[1], self.own) else None

    def _line(self, number: int, get: "Cells", out: bool) -> Line:
        when, long = self._when(get), get("long")[:20]
        try:
            at = moment(when, self.zone)
        except Refusal:
            return Line(number, when, long, why=str(_("看不懂时间，或者没有年份：要像 2025-03-09 10:20:30")))
        if not OF_DAY.search(when):
            return Line(number, when, long, why=str(_("只有日期，没有几点几分")))
        if at > self.now:
            return Line(number, when, long, why=str(_("这个时间还没到")))
        way = out if "other" not in self.places else _way(get.all("way"))
        if way is None:
            return Line(number, when, long, why=str(_("看不出是主叫还是被叫")))
        return Line(number, when, long, at, way)

    def _when(self, get: "Cells") -> str:
        """Date and time of day, out of one cell or two; a year that stands only above the list."""
        cells = get.all("when")
        text = next((cell for cell in cells if OF_DAY.search(cell) and not OF_DAY.fullmatch(cell)), "")
        if not text:
            of_day = next((cell for cell in cells if OF_DAY.fullmatch(cell)), "")
            text = f"{next(iter(get.all('day')), '') or next(iter(cells), '')} {of_day}".strip()
        text = text.replace("T00:00:00 ", " ")
        short = NO_YEAR.fullmatch(text)
        return f"{self.year}-{short[1]}-{short[2]} {short[3]}" if short and self.year else text


class Cells:
    """The cells of a row by what their columns are."""

    def __init__(self, cells: list[str], places: dict[str, list[int]]) -> None:
        self.cells, self.places = cells, places

    def all(self, key: str) -> list[str]:
        """Of all columns that it may be, what is not empty."""
        found = (self.cells[place].strip("'\t ") for place in self.places.get(key, ()) if place < len(self.cells))
        return [cell for cell in found if cell]

    def __call__(self, key: str) -> str:
        return next(iter(self.all(key)), "")


def _head(cells: list[str]) -> dict[str, list[int]]:
    """Which columns stand where, if this is the head line; of one thing there may be several."""
    words = [plain(cell) for cell in cells]
    wanted = {"other": OTHER, "calling": CALLING, "called": CALLED, "when": WHEN, "day": DAY, "way": WAY, "long": LONG}
    places = {key: [words.index(word) for word in names if word in words] for key, names in wanted.items()}
    found = {key: sorted(set(held), key=held.index) for key, held in places.items() if held}
    both = "calling" in found and "called" in found
    return found if "when" in found and ("other" in found or both) else {}


def _is(text: str, e164: str) -> bool:
    return bool(text) and phones.read(text).e164 == e164


def _way(cells: list[str]) -> bool | None:
    """Out, in, or not to be told."""
    for cell in cells:
        word = cell.lower()
        out, came = any(sign in word for sign in OUT), any(sign in word for sign in IN)
        if out != came:
            return out
    return None


def lines_of(read: Read) -> Iterator[dict[str, Any]]:
    """The understood lines as they go through a form and back."""
    for line in read.good:
        if line.call_at is not None:
            yield {"row": line.row, "at": line.call_at.isoformat(), "out": line.outgoing}
