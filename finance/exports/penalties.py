"""Sanctions of a month: decided, changed by an appeal, posted or reversed in it. What is only on record pays nothing (trust.md §4.2)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from arbitration.shares import label
from finance import reads
from finance.exports.table import Ask, Table, mark
from penalties.models import Nature, Sanction, SanctionStep
from penalties.payable import pays
from people.exports import Money, Record, in_yuan

Kind = SanctionStep.Kind
OF_MONTH = (Kind.DECIDED, Kind.APPEAL_DECIDED, Kind.POSTED, Kind.REVERSED)


def _steps(ask: Ask) -> QuerySet[SanctionStep]:
    span = {"at__gte": reads.begin(ask.project, ask.month), "at__lt": reads.end(ask.project, ask.month)}
    found: QuerySet[SanctionStep] = SanctionStep.objects.filter(
        sanction__project=ask.project, kind__in=OF_MONTH, **span
    )
    return found


def _rows(ask: Ask) -> QuerySet[Sanction]:
    found: QuerySet[Sanction] = Sanction.objects.filter(pk__in=_steps(ask).values("sanction")).order_by("pk")
    return found


def count(ask: Ask) -> int:
    """How many lines."""
    return _rows(ask).count()


def table(ask: Ask) -> Table:
    """A sanction a line. What it is for is named by number; what was said of anybody stays in its own page."""
    until = _steps(ask).aggregate(at=Max("at"))["at"]
    heading = [
        _("账期"), _("处分编号"), _("决定日期"), _("对谁"), _("处分"), _("性质"), Money(_("决定金额（元）")), Money(_("本期入账（元）")),
        _("发薪"), _("条款"), _("规则版本"), _("所为"), _("撞单"), _("分录号"), _("进度"), mark(ask, until),
    ]  # fmt: skip
    return Table(heading, _records(ask), until)


def _records(ask: Ask) -> Iterator[Record]:
    record_only = {nature for nature in Nature.values if not pays(ask.project, nature)}
    in_month = {step.pk for step in _steps(ask).filter(kind=Kind.POSTED)}
    end = reads.end(ask.project, ask.month)
    for row in _rows(ask).select_related("to", "organisation").prefetch_related("steps").iterator(chunk_size=500):
        _as_it_stood(row, end)
        yield _cells(ask, row, record_only, in_month)


def _as_it_stood(row: Sanction, end: datetime) -> None:
    """At the month's end: what came of it later is said by its own month, and this one gives the same bytes for good."""
    last = max(place for place, step in enumerate(row.timeline) if step.at < end)
    row.timeline = row.timeline[: last + 1]


def _cells(ask: Ask, row: Sanction, record_only: set[str], in_month: set[int]) -> Record:
    decided = row.step(Kind.DECIDED)
    posted = [step for step in row.timeline if step.pk in in_month]
    fen, only = row.in_force_fen, row.nature in record_only
    return [
        ask.month, row.no, f"{localtime(decided.at, ask.project.zone):%Y-%m-%d}" if decided else "", label(row.whom),
        str(row.get_kind_display()), str(row.get_nature_display()), "" if fen is None else in_yuan(fen),
        in_yuan(sum(step.amount_fen or 0 for step in posted)), _("只记录，不从工资里扣") if only else _("按入账金额"), row.clause,
        row.policy, row.act, row.case, "、".join(step.entry_no for step in posted), str(row.standing.get_kind_display()), "",
    ]  # fmt: skip
