"""Closing a month (关账), and opening it again. Closed is closed: what comes later goes to its own month, or the next open one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.shares import COMPANY
from finance.models import Entry, Period, PeriodEvent
from finance.reads.holders import Row, holders, month_digest
from finance.reads.months import dashed, end
from finance.reads.statements import readers, statements
from finance.reads.tasks import Task, tasks
from leads.templatetags.guishu import month as in_words
from people.models import Membership, Project
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.limits import take
from trail.models import Allowance
from trail.refusals import Refusal, need_words
from trail.sentences import counted_noop

SHORTEST_REASON = 4  # characters
REMEMBERED = timedelta(days=365)  # that somebody was told what keeps a month open


@dataclass(frozen=True, slots=True)
class Closing:
    """What is looked over before it is signed: the tasks, the sums, and the fingerprint of the month's postings."""

    tasks: list[Task]
    rows: list[Row]
    entries: int
    digest: bytes

    @property
    def blocking(self) -> list[Task]:
        """What stops the closing."""
        return [task for task in self.tasks if task.blocks]

    @property
    def payable_fen(self) -> int:
        """What the month comes to in favour of people, agencies and funds: commission, deductions and rewards, paused or not."""
        sums = [row.sums for row in self.rows if row.key != COMPANY]
        return sum(one.commission + one.deducted + one.bonus for one in sums)


def look_over(project: Project, month: str, at: datetime, *, term_said_over: bool = False) -> Closing:
    """The check before closing, with every row of the month held against its mark."""
    entries = Entry.objects.filter(project=project, period=month).count()
    everybody = statements(project, month)
    todo = tasks(project, month, at, term_said_over=term_said_over, thorough=True, everybody=everybody)
    return Closing(todo, [one.row for one in everybody], entries, month_digest(project, month))


def may_close(here: Workplace, month: str, at: datetime) -> None:
    """Raises Refusal where this person may not close this month, or not yet: it is not over, an earlier one is open, it is closed."""
    if not here.may(Right.BOOKKEEPING):
        raise Refusal("not_yours_to_close", _("关账归财务"), status=404)
    if at < end(here.project, month):
        raise Refusal("month_not_over", _("%(month)s还没过完，过完才能关账") % {"month": in_words(month)}, status=409)
    closed = Period.objects.filter(project=here.project, closed_at__isnull=False).values_list("month", flat=True)
    if month in closed:
        raise Refusal("month_closed", _("%(month)s已经关账了") % {"month": in_words(month)}, status=409)
    earlier = Entry.objects.filter(project=here.project, period__lt=month).exclude(period__in=list(closed))
    first = earlier.order_by("period").values_list("period", flat=True).first()
    if first:
        raise Refusal("earlier_month_open", _("先关%(month)s：按月份先后关") % {"month": in_words(first)}, status=409)


@transaction.atomic
def close_period(
    *, here: Workplace, month: str, seen: bytes, at: datetime, term_said_over: bool = False
) -> PeriodEvent:
    """Close a month of the project where one works. `seen`: the fingerprint of the postings that were looked over.

    Raises Refusal: not finance's, not over, an earlier month open, closed already, changed since it was looked over (409), and for
    each task that stops it (`finance.reads.tasks.tasks` says which do): unruled cases, open questions, an imbalance, a broken chain;
    statements that nobody confirmed too, unless `term_said_over` and five working days have gone by since they were sent.
    """
    period = _locked(here.project, month)
    may_close(here, month, at)
    found = look_over(here.project, month, at, term_said_over=term_said_over)
    if found.digest != seen:
        raise Refusal("stale", _("你核对的时候又有新的分录。看最新的，再关账"), status=409)
    if found.blocking:
        said = "；".join(f"{task.title}：{task.says}" for task in found.blocking)
        raise Refusal("tasks_open", _("不能关账。%(why)s") % {"why": said}, status=409)
    period.closed_at = at
    period.save(update_fields=["closed_at"])
    event = _event(period, PeriodEvent.Kind.CLOSE, "", found, here, at)
    _tell_keepers(
        here.project, month, "period.closed", gettext_noop("【关账】%(month)s 已关账。之后的变动记到后面的月份"), at
    )
    return event


@transaction.atomic
def reopen_period(*, here: Workplace, month: str, reason: str, at: datetime) -> PeriodEvent:
    """The general manager opens a closed month again; everybody with a line in it hears of it, with whoever keeps the books.

    Raises Refusal: not the general manager's (404), not closed (409), no reason.
    """
    if not here.may(Right.REOPEN):
        raise Refusal("not_yours_to_reopen", _("重新打开归总经理"), status=404)
    period = _locked(here.project, month)
    if period.closed_at is None:
        raise Refusal("month_open", _("%(month)s没有关账") % {"month": in_words(month)}, status=409)
    reason = need_words(
        reason, "reason_missing", _("写明为什么重新打开，至少四个字"), field="reason", least=SHORTEST_REASON
    )
    found = Closing([], holders(here.project, month), *_weight(here.project, month))
    period.closed_at = None
    period.save(update_fields=["closed_at"])
    event = _event(period, PeriodEvent.Kind.REOPEN, reason[:300], found, here, at)
    said = gettext_noop("【关账】%(month)s 的账重新打开了。你在里面有账，看一下")
    told = readers(here.project, [row.key for row in found.rows], at)
    for pk in sorted({pk for people in told.values() for pk in people}):
        trail.tell(
            to=pk, kind="period.reopened", project=here.project.code, link=f"/statements/{month}", at=at, sentence=said,
            month=dashed(month),
        )  # fmt: skip
    _tell_keepers(here.project, month, "period.reopened", gettext_noop("【关账】%(month)s 的账重新打开了"), at)
    return event


@transaction.atomic
def tell_blocked(*, project: Project, month: str, at: datetime) -> int:
    """Finance and the general managers hear what keeps a month from being closed, once a month; gives how many tasks that are."""
    if (
        at < end(project, month)
        or Period.objects.filter(project=project, month=month, closed_at__isnull=False).exists()
    ):
        return 0
    key = f"period-blocked:{project.pk}:{month}"
    if Allowance.objects.filter(key=key).exists():  # looking it over takes time
        return 0
    n = len(look_over(project, month, at).blocking)
    if n and take(key, limit=1, within=REMEMBERED, at=at):
        said = counted_noop("【关账】%(month)s 还有 %(n)s 件事没做完，不能关账")
        _tell_keepers(project, month, "period.blocked", said, at, n=n)
    return n


def _locked(project: Project, month: str) -> Period:
    """The month's row under the lock for which whoever posts in it waits (the database's trigger takes the other side)."""
    Period.objects.get_or_create(project=project, month=month)
    return Period.objects.select_for_update().get(project=project, month=month)


def _weight(project: Project, month: str) -> tuple[int, bytes]:
    return Entry.objects.filter(project=project, period=month).count(), month_digest(project, month)


def _event(
    period: Period, kind: PeriodEvent.Kind, reason: str, found: Closing, here: Workplace, at: datetime
) -> PeriodEvent:
    trail.note(
        by=here.user.pk, action=f"period.{kind}", subject=f"period:{period.month}", at=at, project=here.project.code,
        entries=found.entries, digest=found.digest.hex(),
    )  # fmt: skip
    return PeriodEvent.objects.create(
        period=period, kind=kind, reason=reason, entries=found.entries, payable_fen=found.payable_fen, digest=found.digest,
        by=here.user, at=at,
    )  # fmt: skip


def _tell_keepers(project: Project, month: str, kind: str, sentence: str, at: datetime, **facts: Any) -> None:
    """Finance and the general managers hear of it."""
    for pk in Membership.objects.people(project, [Role.FINANCE, Role.GENERAL_MANAGER], at):
        trail.tell(
            to=pk,
            kind=kind,
            project=project.code,
            link=f"/period/{month}",
            at=at,
            sentence=sentence,
            month=dashed(month),
            **facts,
        )
