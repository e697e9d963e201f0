"""Statements (分成单): what somebody has said to theirs, whose one may see, and its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from arbitration.shares import Key, Kind
from finance.models import Account, Entry, Period, Posting, StatementAnswer
from finance.reads.holders import Row, holders, of_month, whose
from finance.reads.splits import whole
from people.calendar import company_calendar
from people.models import Membership, Project, Team, User
from people.roles import Right
from people.workplace import Workplace

ANSWER_DAYS = 5  # working days after the day on which the statements were sent
LETTERS = {"p": Kind.PERSON, "o": Kind.ORGANISATION, "t": Kind.TEAM_FUND}


class State(TextChoices):
    """How a statement stands."""

    WAITING = "waiting", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    QUESTIONED = "questioned", _("有疑问")
    REPLIED = "replied", _("已答复，待确认")
    CHANGED = "changed", _("有变动，要再确认")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a month, and how it stands."""

    row: Row
    state: State | None  # None: nobody is asked

    @property
    def code(self) -> str:
        """How it is called in addresses; nothing for the company's, which has no page."""
        return code_of(self.row.key)


def code_of(key: Key) -> str:
    """A holder in an address: p12, o3, t5; nothing for the company."""
    return next((f"{letter}{key.pk}" for letter, kind in LETTERS.items() if kind == key.kind), "")


def key_in(code: str) -> Key:
    """The holder of an address; 404 for what is none."""
    kind, digits = LETTERS.get(code[:1]), code[1:]
    if kind is None or not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise Http404
    return Key(kind, int(digits))


def own_keys(here: Workplace) -> list[Key]:
    """Whose statements are one's own: one's agency's first, as it is the agency that is paid; one's own; the funds of teams that one
    leads.
    """
    agency = [Key(Kind.ORGANISATION, here.organisation.pk)] if here.outside else []
    led = Team.objects.filter(leader=here.user).order_by("pk").values_list("pk", flat=True)
    return [*agency, Key(Kind.PERSON, here.user.pk), *(Key(Kind.TEAM_FUND, pk) for pk in led)]


def visible_key(here: Workplace, code: str) -> Key:
    """The holder of an address, where this person may see their statement; else 404. Who sees all sees those with an account here."""
    key = key_in(code)
    if key in own_keys(here):
        return key
    accounts = Account.objects.filter(project=here.project, **whose(key, ""))
    if not here.may(Right.SPLITS) or not accounts.exists():
        raise Http404
    return key


def may_answer(here: Workplace, key: Key) -> bool:
    """Whether this person confirms or questions it: one's own and one's agency's; a fund's is nobody's to confirm."""
    return key.kind != Kind.TEAM_FUND and key in own_keys(here)


def last_month(here: Workplace, at: datetime) -> str:
    """The last month in which somebody has a line of their own; the month of `at` where there is none."""
    mine = [Q(**whose(key)) for key in own_keys(here)]
    rows = Posting.objects.filter(reduce(or_, mine), entry__project=here.project).order_by("-entry__period")
    this = here.project.month(at)
    return rows.values_list("entry__period", flat=True).first() or this


def statements(project: Project, period: str, only: Key | None = None) -> list[Statement]:
    """Everybody's statement of a month with its state. Few queries, however many."""
    answers = StatementAnswer.objects.filter(project=project, month=period).order_by("pk")
    rows = holders(project, period, only, answers)
    last = {key_of_answer(one): one for one in answers}
    return [Statement(row, state_of(row.digest, last.get(row.key)) if row.has_statement else None) for row in rows]


def statement_for(project: Project, period: str, key: Key) -> Statement | None:
    """One holder's statement; None where they have no line in this month."""
    return next(iter(statements(project, period, key)), None)


def key_of_answer(one: StatementAnswer) -> Key:
    """Whose statement an answer is about."""
    return Key(Kind.PERSON, one.user_id) if one.user_id else Key(Kind.ORGANISATION, one.organisation_id)


def state_of(digest: bytes, last: StatementAnswer | None) -> State:
    """A question stays one until finance replies; a confirmation counts for exactly the lines that were seen."""
    if last is None:
        return State.WAITING
    if last.kind == StatementAnswer.Kind.QUESTION:
        return State.QUESTIONED
    if last.kind == StatementAnswer.Kind.REPLY:
        return State.REPLIED
    return State.CONFIRMED if bytes(last.digest) == digest else State.CHANGED


def said(project: Project, period: str, key: Key) -> QuerySet[StatementAnswer]:
    """The talk about one statement, from its beginning."""
    whose_ = whose(key, "")
    rows = StatementAnswer.objects.filter(
        project=project, month=period, user=whose_["user"], organisation=whose_["organisation"]
    )
    return rows.select_related("by").order_by("pk")


def lines_of(project: Project, period: str, key: Key) -> QuerySet[Posting]:
    """A holder's lines of a month, with all that explains them."""
    rows = of_month(project, period).filter(**whose(key)).annotate(whole=whole())
    return rows.select_related(
        "entry__deal__customer", "entry__ruling__policy", "entry__ruling__collision", "entry__corrects",
        "entry__reverses", "account",
    )  # fmt: skip


SECTIONS = {
    "commission": _("提成"), "waiting": _("待甲方结佣"), "deducted": _("扣款"), "bonus": _("奖励"), "credit": _("业绩"),
}  # fmt: skip


def section_of(line: Posting) -> str:
    """Under which heading of the statement a line stands."""
    if line.entry.book == Entry.Book.CREDIT:
        return "credit"
    return {
        Account.Kind.PAYABLE: "commission", Account.Kind.ACCRUED: "waiting", Account.Kind.DEDUCTION: "deducted",
    }.get(Account.Kind(line.account.kind), "bonus")  # fmt: skip


def answer_until(period: Period | None) -> date | None:
    """The last day on which statements are answered, a local one; None where they were not sent yet."""
    if period is None or period.sent_at is None:
        return None
    sent = localtime(period.sent_at, period.project.zone).date()
    return company_calendar().after_working_days(sent, ANSWER_DAYS)


def term_over(period: Period | None, at: datetime) -> bool:
    """Whether the term for answering is over."""
    last = answer_until(period)
    return period is not None and last is not None and localtime(at, period.project.zone).date() > last


def readers(project: Project, keys: Iterable[Key], at: datetime) -> dict[Key, list[int]]:
    """Who hears of these statements: the person; those of the agency who work here; a fund's leader. One query for each kind."""
    wanted = list(keys)
    agencies = [key.pk for key in wanted if key.kind == Kind.ORGANISATION]
    held = Membership.objects.at_work(at).filter(project=project, organisation__in=agencies, user__is_active=True)
    agents: dict[Any, list[int]] = {}
    for organisation, user in held.order_by("user").values_list("organisation", "user").distinct():
        agents.setdefault(organisation, []).append(user)
    people = {key.pk for key in wanted if key.kind == Kind.PERSON and key.pk}
    active = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    led = dict(
        Team.objects.filter(pk__in=[k.pk for k in wanted if k.kind == Kind.TEAM_FUND]).values_list("pk", "leader")
    )
    found = {
        Kind.PERSON: lambda pk: [pk] if pk in active else [],
        Kind.ORGANISATION: lambda pk: agents.get(pk, []),
        Kind.TEAM_FUND: lambda pk: [led[pk]] if led.get(pk) else [],
    }
    return {key: found[Kind(key.kind)](key.pk) for key in wanted if key.kind in found}
