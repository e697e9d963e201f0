"""Work that comes round by itself (例行工作): its kinds, their periods, and when each is due. Days are the project's local days.

A kind is declared here; what its period comes to is worked out by whoever knows (`set_worker`, connected in
config/wiring.py), so that nobody on the left knows customers, visits or rulings.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from people.models import Project, Routine

ONE = timedelta(days=1)


class Rhythm(StrEnum):
    """How often something comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"


MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF_YEAR: 6}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of periodic work. `personal`: of each salesperson of the house; otherwise of the department.

    `review`: it looks back on a period that is over, and has the following month for it (G-06). Anything else is to be done
    within its period. `by_itself`: it is done once nothing is missing, whoever says so or not. `noted`: it is not done without
    a word, and this sentence asks for it. `of_log`: only where the project keeps its log of complaints and incidents (G-50).
    """

    code: str
    label: Any
    hint: Any
    clause: str
    rhythm: Rhythm
    personal: bool = False
    review: bool = False
    by_itself: bool = False
    noted: Any = ""
    of_log: bool = False
    ahead: int = 3  # days before it is due at which whoever does it is told; a review is told when it begins

    def period(self, day: date) -> tuple[date, date]:
        """The period to be worked on this day: the one in which it lies, or for a review the one before."""
        first, last = around(self.rhythm, day)
        return around(self.rhythm, first - ONE) if self.review else (first, last)

    def due(self, last: date, zone: ZoneInfo) -> datetime:
        """When work on a period that ends with this day is late: midnight after the last day for it, exclusive."""
        day = around(Rhythm.MONTH, last + ONE)[1] if self.review else last
        return midnight(day + ONE, zone)

    def told_from(self, due: datetime) -> datetime:
        """From when on whoever does it is told."""
        return due - timedelta(days=62 if self.review else self.ahead)


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "visit_report", _("客户拜访周报"), _("这周拜访了谁、为了什么、结果怎样；没有拜访就交空报告"), "D12-6.1",
            Rhythm.WEEK, personal=True,
        ),
        Kind(
            "customer_update", _("更新客户信息"), _("你跟进的每位客户，这个月至少更新一次"), "D05-4.1c", Rhythm.MONTH,
            personal=True, by_itself=True, ahead=7,
        ),
        Kind(
            "clean_up", _("客户清查和分配"), _("分出去很久没有成交的客户，重新分配或放回公海"), "D12-6.5", Rhythm.MONTH,
            ahead=7,
        ),
        Kind("discipline", _("报备检查"), _("谁联系了客户没有报备，谁报备晚了"), "D08-7.2", Rhythm.MONTH, review=True),
        Kind("allocation", _("分单统计"), _("客户分给了谁、从哪来、在哪个区域；看要不要调整"), "D03-3.2", Rhythm.MONTH, review=True),
        Kind(
            "training", _("销售培训"), _("销售技巧和团队协作的培训；办完写上内容，参加的人签到"), "D14-4.4",
            Rhythm.QUARTER, noted=_("写明培训了什么"), ahead=30,
        ),
        Kind(
            "evaluation", _("制度执行评估"), _("这半年撞单怎么裁的，制度要不要改"), "D08-7.4", Rhythm.HALF_YEAR,
            review=True,
        ),
        Kind(
            "facility_check", _("检查案场设施"), _("设施、收银、警示和交通标志查过了没有，坏的修了没有"), "D16-3.1.1", Rhythm.MONTH,
            noted=_("写明查了什么，修了什么"), of_log=True, ahead=7,
        ),
        Kind(
            "improvement", _("按投诉原因改进"), _("上个月为什么投诉，每种原因改什么"), "D06-1", Rhythm.MONTH, review=True,
            noted=_("写明每种原因改什么；没有投诉也写一句"), of_log=True,
        ),
    )
}  # fmt: skip


def kinds_of(project: Project) -> dict[str, Kind]:
    """The kinds that this project may do."""
    return {code: kind for code, kind in KINDS.items() if project.keeps_incidents or not kind.of_log}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a period came to: counts (kept when it is done, without personal data), how to show it, and what still keeps it open.

    `template` shows `shown`; `why_not` is a sentence that says what is missing before it can be done, empty when nothing is.
    `as_of`: when it was complete, for a kind that is done by itself.
    """

    figures: dict[str, int] = field(default_factory=dict)
    template: str = ""
    shown: dict[str, Any] = field(default_factory=dict)
    why_not: str = ""
    as_of: datetime | None = None


class Worker(Protocol):
    """Works out what a period came to, up to a moment; `page` is that of a long list."""

    def __call__(self, *, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
        """The sheet."""


WORKERS: dict[str, Worker] = {}
WORDS: dict[str, Any] = {}  # what each figure is called


def set_worker(code: str, worker: Worker, words: dict[str, Any]) -> None:
    """Say who works out a kind, and what its figures are called."""
    if code not in KINDS:
        raise ValueError(f"no such kind of work: {code}")
    WORKERS[code] = worker
    WORDS.update(words)


def work_out(routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """What the period came to; an empty sheet for what nobody counts (a training)."""
    worker = WORKERS.get(routine.kind)
    return worker(routine=routine, at=at, page=page) if worker else Sheet()


def around(rhythm: Rhythm, day: date) -> tuple[date, date]:
    """First and last day of the week (Monday to Sunday), month, quarter or half-year in which a day lies."""
    if rhythm == Rhythm.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    months = MONTHS[rhythm]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _months_after(first, months) - ONE


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, there."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def span(routine: Routine) -> tuple[datetime, datetime]:
    """The period as moments, half-open."""
    zone = routine.project.zone
    return midnight(routine.period_from, zone), midnight(routine.period_to + ONE, zone)


def _months_after(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)
