"""What is to be done before a month is closed (关账前要办完): each with done or not, whether it stops the closing, and what it is about."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from finance.models import Account, Entry, Period, PeriodEvent, Posting
from finance.reads.due import payable
from finance.reads.held import waiting
from finance.reads.holders import NOTHING, digest, side_rows, sides_in
from finance.reads.months import end
from finance.reads.statements import State, Statement, answer_until, code_of, statements, term_over
from leads.models import Deal, DealChange
from leads.money import yuan
from people.models import Project
from trail.history import mistakes_among
from trail.models import Entry as Note
from trail.models import Periodic
from trail.together import fill

SHOWN = 20  # things named of each task at most
UNRULED, STATEMENTS, SANCTIONS, CORRECTED, BALANCE, CHAIN = (
    "unruled", "statements", "sanctions", "corrected", "balance", "chain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """What a task is about: a `case`, a `deal`, a `statement`, a `sanction`, by number or code, and what it is called."""

    kind: str
    no: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `blocks`: the month is not closed while it is so; `says`: how it stands, in a sentence."""

    code: str
    title: Any
    done: bool
    blocks: bool
    says: str
    things: list[Thing] = field(default_factory=list)


def tasks(
    project: Project, period: str, at: datetime, *, term_said_over: bool = False, thorough: bool = False,
    everybody: list[Statement] | None = None, held: list[tuple[Deal, str]] | None = None,
) -> list[Task]:  # fmt: skip
    """The list for a month. Unruled cases, open questions, a ledger that does not balance and a broken chain stop the closing always;
    statements that nobody confirmed stop it unless finance says that the term for answering is over, and it is
    (`finance.reads.statements.ANSWER_DAYS`). `thorough`: the month's rows are held against their marks, and the months closed before
    against what was signed; else the nightly check is what counts. `everybody` and `held`: the statements and
    what waits for a case, where they are read already.
    """
    everybody = statements(project, period) if everybody is None else everybody
    off, books, night = _off(project, period), side_rows(project, period), _nights()
    fill(off, books, night)
    return [
        _unruled(waiting(project, period, at) if held is None else held),
        _statements(project, period, at, term_said_over, everybody), _sanctions(project, period, at), _corrected(list(off)),
        _balance(sides_in(books)), _thorough(project, period) if thorough else _last_night(project, next(iter(night), None)),
    ]  # fmt: skip


def _unruled(held: list[tuple[Deal, str]]) -> Task:
    numbers = sorted({no for _deal, no in held})
    said = (
        ngettext("还有 %(n)s 件没裁", "还有 %(n)s 件没裁", len(numbers)) % {"n": len(numbers)}
        if numbers
        else _("已完成")
    )
    things = [Thing("case", no, no) for no in numbers[:SHOWN]]
    return Task(UNRULED, gettext_lazy("裁定"), not numbers, bool(numbers), said, things)


def _statements(project: Project, period: str, at: datetime, said_over: bool, everybody: list[Statement]) -> Task:
    asked = [one for one in everybody if one.state is not None]
    count = Counter(one.state for one in asked)
    open_ = len(asked) - count[State.CONFIRMED]
    month = Period.objects.filter(project=project, month=period).select_related("project").first() if open_ else None
    waived = not count[State.QUESTIONED] and said_over and term_over(month, at)
    things = [Thing("statement", code_of(one.row.key), one.row.name) for one in asked if one.state != State.CONFIRMED]
    said = _("%(n)s 张，%(confirmed)s 已确认，%(questioned)s 有疑问") % {
        "n": len(asked), "confirmed": count[State.CONFIRMED], "questioned": count[State.QUESTIONED],
    }  # fmt: skip
    if open_ and month is not None and (until := answer_until(month)):
        said += _("；答复到 %(day)s 为止") % {"day": f"{until:%Y-%m-%d}"}
    elif open_:
        said += _("；还没发分成单")
    return Task(STATEMENTS, gettext_lazy("分成单确认"), not open_, bool(open_) and not waived, said, things[:SHOWN])


def _sanctions(project: Project, period: str, at: datetime) -> Task:
    """Nothing is posted by itself, and nobody has to: it stops nothing."""
    rows = payable(project, period, at)
    said = ngettext("%(n)s 笔没入账", "%(n)s 笔没入账", len(rows)) % {"n": len(rows)} if rows else ""
    things = [Thing("sanction", row.no, row.no) for row in rows[:SHOWN]]
    return Task(SANCTIONS, gettext_lazy("处分和奖励入账"), not rows, False, said, things)


def _off(project: Project, period: str) -> QuerySet[Deal, str]:
    """Refunds and cancellations up to the end of the month: deals of which not their commission as it is now is booked (G-16)."""
    changed = DealChange.objects.filter(deal=OuterRef("pk"), at__lt=end(project, period))
    booked = Q(entries__book=Entry.Book.COMMISSION, entries__postings__account__kind=Account.Kind.COMMISSION)
    deals = Deal.objects.filter(Exists(changed), Exists(Entry.objects.filter(deal=OuterRef("pk"))), project=project)
    off = deals.annotate(booked=Coalesce(Sum("entries__postings__amount_fen", filter=booked), 0))
    return off.exclude(booked=-F("commission_fen")).order_by("signed_at", "pk").values_list("no", flat=True)


def _corrected(numbers: list[str]) -> Task:
    said = ngettext("%(n)s 笔没冲", "%(n)s 笔没冲", len(numbers)) % {"n": len(numbers)} if numbers else ""
    things = [Thing("deal", no, no) for no in numbers[:SHOWN]]
    return Task(CORRECTED, gettext_lazy("退定冲销"), not numbers, False, said, things)


def _balance(books: dict[str, tuple[int, int]]) -> Task:
    """Both books; said is the money."""
    same = all(debit == credit for debit, credit in books.values())
    debit, credit = books[Entry.Book.COMMISSION]
    said = _("借贷相等 %(debit)s = %(credit)s") if same else _("借贷不等 %(debit)s ≠ %(credit)s")
    said = said % {"debit": yuan(debit), "credit": yuan(credit)}
    return Task(BALANCE, gettext_lazy("台账核对"), same, not same, said)


def _thorough(project: Project, period: str) -> Task:
    rows = (
        Entry.objects.filter(project=project, period=period),
        Posting.objects.filter(entry__project=project, entry__period=period),
    )
    wrong = sum(1 for of in rows for _one in mistakes_among(of)) + len(rewritten(project))
    said = ngettext("%(n)s 处对不上", "%(n)s 处对不上", wrong) % {"n": wrong} if wrong else _("校验链完整")
    return Task(CHAIN, gettext_lazy("校验链"), not wrong, bool(wrong), said)


def _nights() -> QuerySet[Periodic, Any]:
    """When history was checked last."""
    return Periodic.objects.filter(name="verify_history").values_list("last_at", flat=True)


def _last_night(project: Project, last: datetime | None) -> Task:
    """As the nightly check found it; closing looks anew."""
    if last is None:
        return Task(CHAIN, gettext_lazy("校验链"), False, False, _("还没核对过，关账时核对"))
    broken = Note.objects.filter(action="history.broken", at__gte=last).exists()
    said = _("%(at)s 核对过，关账时再核对一遍") % {"at": f"{localtime(last, project.zone):%m-%d %H:%M}"}
    return Task(CHAIN, gettext_lazy("校验链"), not broken, broken, said)


def rewritten(project: Project) -> list[str]:
    """Closed months whose postings are no longer what they were when they were closed. Two queries."""
    closed = Period.objects.filter(project=project, closed_at__isnull=False).values_list("month", flat=True)
    signed: dict[str, bytes] = {}
    events = PeriodEvent.objects.filter(
        period__project=project, kind=PeriodEvent.Kind.CLOSE, period__month__in=list(closed)
    )
    for month, was in events.order_by("pk").values_list("period__month", "digest"):
        signed[month] = bytes(was)
    rows = Posting.objects.filter(entry__project=project, entry__period__in=signed).order_by()
    now = dict(rows.values("entry__period").annotate(now=digest()).values_list("entry__period", "now"))
    return [month for month, was in sorted(signed.items()) if bytes(now.get(month, NOTHING)) != was]
