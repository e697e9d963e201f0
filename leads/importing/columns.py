"""Which column of a file is which, in Chinese or English, and what its cells mean."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from leads.models import ImportRun
from trail.refusals import Refusal

Kind = ImportRun.Kind


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in the template, an example, and the other words for it. `for_kinds`: of which files."""

    key: str
    heading: Any
    example: str
    words: tuple[str, ...]
    for_kinds: tuple[str, ...] = (Kind.LEADS, Kind.OWNERSHIP)
    needed: tuple[str, ...] = ()


BOTH = (Kind.LEADS, Kind.OWNERSHIP)
COLUMNS = (
    Column("name", gettext_lazy("姓名"), "张建国", (
        "姓名", "客户姓名", "客户", "客户名", "客户名称", "名字", "联系人", "name", "customer",
        "customername", "fullname", "client",
    ), needed=BOTH),
    Column("honorific", gettext_lazy("称呼"), "先生", ("称呼", "称谓", "性别", "honorific", "title", "salutation", "gender")),
    Column("phone", gettext_lazy("手机号"), "13912343333", (
        "手机号", "手机", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "客户电话", "客户手机", "号码", "phone", "mobile",
        "phonenumber", "mobilenumber", "telephone", "tel", "cell", "number",
    ), needed=BOTH),
    Column("company", gettext_lazy("报备公司"), "", (
        "报备公司", "公司", "渠道", "分销公司", "中介公司", "代理公司", "company", "agency", "broker", "reportingcompany",
    ), (Kind.LEADS,)),
    Column("seller", gettext_lazy("业务员"), "李强", (
        "业务员", "报备人", "归属人", "归属", "负责人", "跟进人", "销售", "置业顾问", "顾问", "经纪人", "业务员邮箱",
        "salesperson", "seller", "owner", "agent", "consultant", "assignedto", "rep", "salesrep",
    ), needed=(Kind.OWNERSHIP,)),
    Column("claimed", gettext_lazy("报备时间"), "2025-03-03 10:00", (
        "报备时间", "报备日期", "登记时间", "录入时间", "时间", "日期", "reportedat", "reporttime", "registeredat", "date", "time",
    ), (Kind.LEADS,)),
    Column("since", gettext_lazy("归属开始"), "2025-03-03", (
        "归属开始", "归属时间", "归属日期", "开始", "开始时间", "开始日期", "建档时间", "建档日期", "报备时间", "报备日期",
        "登记时间", "登记日期", "录入时间", "时间", "日期", "since", "ownedsince", "start", "startdate", "reportedat", "registeredat",
        "date", "createdat",
    ), (Kind.OWNERSHIP,), (Kind.OWNERSHIP,)),
    Column("until", gettext_lazy("保护到期"), "", (
        "保护到期", "到期", "到期时间", "到期日", "到期日期", "保护期至", "保护至", "截止", "until", "expires", "expiry",
        "expirydate", "protecteduntil", "end", "enddate",
    ), (Kind.OWNERSHIP,)),
    Column("kind", gettext_lazy("类型"), "", ("类型", "客户类型", "kind", "type", "customertype")),
    Column("code", gettext_lazy("统一社会信用代码"), "", (
        "统一社会信用代码", "信用代码", "社会信用代码", "税号", "code", "creditcode", "uscc", "taxnumber",
    )),
)  # fmt: skip
HEAD_WITHIN = 10  # rows: a title and a note may stand above the headings
OF_CUSTOMER = re.compile(r"^(?:客户|客人|顾客|购房人|访客|联系人)的?|\d$")
AS_TEXT = re.compile(r"=?[\"'‘’“”]*([^\"'‘’“”]*)[\"'‘’“”]*")  # ="139…", '139…: how a number is kept from being rounded
COMPANY_WORDS = {"企业", "公司", "单位", "company", "corporate", "business"}
HONORIFICS = {
    "先生": "先生", "男": "先生", "mr": "先生", "m": "先生", "male": "先生", "女士": "女士", "女": "女士", "小姐": "女士", "太太": "女士",
    "ms": "女士", "mrs": "女士", "miss": "女士", "f": "女士", "female": "女士",
}  # fmt: skip
EXPONENT = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d+)")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
FIRST_DAY = date(1899, 12, 30)  # day 0 of a spreadsheet
EARLIEST, LATEST = 1990, 2100
DATED = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T ]?(?P<H>\d{1,2})[:：时点](?P<M>\d{1,2})?分?(?:[:：]?(?P<S>\d{1,2})(?:\.\d+)?秒?)?)?"
)
COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
NOT_A_DATE = gettext_noop("看不懂这个时间：%(column)s 写成 2025-03-03 或 2025-03-03 10:00")


def plain(heading: str) -> str:
    """A heading for comparing: without blanks, brackets with remarks, stars and signs."""
    return re.sub(r"[\s*＊:：_\-/]+", "", re.sub(r"[(（\[【].*?[)）\]】]", "", heading)).lower()


def of_kind(kind: str) -> list[Column]:
    """The columns of a kind of file, in the order of the template."""
    return [column for column in COLUMNS if kind in column.for_kinds]


def head(cells: list[str], kind: str) -> dict[str, int]:
    """Which column stands where, if this is the head line: the first of several that may be the same. Empty: it is none."""
    places: dict[str, int] = {}
    words = [plain(cell) for cell in cells]
    for column in of_kind(kind):
        found = _place(column, words)
        if found is not None and found not in places.values():
            places[column.key] = found
    return places if "name" in places and len(places) > 1 else {}


def _place(column: Column, words: list[str]) -> int | None:
    """Where a column stands: by one of its words, or, if it is about the customer, by one with 客户 before or a number behind it."""
    of_customer = [OF_CUSTOMER.sub("", word) for word in words] if column.key in ("name", "honorific", "phone") else []
    spelt = ((heads, word) for heads in (words, of_customer) for word in column.words if word in heads)
    return next((heads.index(word) for heads, word in spelt), None)


def heading(key: str) -> str:
    """What stands above a column in the template."""
    return next(str(column.heading) for column in COLUMNS if column.key == key)


def missing(places: dict[str, int], kind: str) -> list[str]:
    """The headings that a file of this kind needs and this one has not. A company may be known by its code alone."""
    return [
        str(column.heading) for column in of_kind(kind)
        if kind in column.needed and column.key not in places and not (column.key == "phone" and "code" in places)
    ]  # fmt: skip


def honorific(text: str) -> str:
    """先生 or 女士 of what a file writes for it; anything else as it stands."""
    return HONORIFICS.get(text.lower().rstrip("."), text)


def number(text: str) -> str:
    """A telephone number of a cell. Raises Refusal where a spreadsheet has rounded it: its last digits are lost."""
    as_text = AS_TEXT.fullmatch(text)
    text = as_text[1].strip() if as_text else text
    found = EXPONENT.fullmatch(text)
    if not found:
        return text.removesuffix(".0")
    whole, fraction, power = found[1], found[2] or "", int(found[3])
    if len(fraction) < power:
        sentence = _("表格把号码写成了 %(cell)s，后几位已经没了：把这一列设成文本，再填一次") % {"cell": text}
        raise Refusal("rounded_number", sentence, field="phone")
    return str(int(Decimal(f"{whole}.{fraction}").scaleb(power)))


def moment(text: str, zone: ZoneInfo, column: str = "", *, ends: bool = False) -> datetime:
    """A date, with or without a time of day, in the project's zone; a day alone is its midnight, or with `ends` the next one.

    Raises Refusal for what is no date, of this column: 3/4/2025 may be two days, so it is none.
    """
    found = _dated(text.strip())
    if found is None:
        raise Refusal("bad_date", _(NOT_A_DATE) % {"column": column and heading(column)}, field=column)
    day, of_day = found
    if of_day is None:
        of_day, day = time(), day + timedelta(days=1) if ends else day
    return datetime.combine(day, of_day, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=4_096)
def _dated(text: str) -> tuple[date, time | None] | None:
    if SERIAL.fullmatch(text):
        days, _sign, rest = text.partition(".")
        seconds = round(float(f"0.{rest or 0}") * 86_400)
        day = FIRST_DAY + timedelta(days=int(days))
        return (day, (datetime.min + timedelta(seconds=seconds)).time() if seconds else None) if _sane(day) else None
    found = DATED.fullmatch(text) or COMPACT.fullmatch(text)
    if not found:
        return None
    given = {key: int(value) for key, value in found.groupdict().items() if value}
    try:
        day = date(given["y"], given["m"], given["d"])
        of_day = time(given["H"], given.get("M", 0), given.get("S", 0)) if "H" in given else None
    except ValueError:
        return None
    midnight = of_day == time() and "T" in text  # as a spreadsheet gives a day
    return (day, None if midnight else of_day) if _sane(day) else None


def _sane(day: date) -> bool:
    return EARLIEST <= day.year <= LATEST
