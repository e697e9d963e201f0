"""Posting what sanctions and rewards come to: by a person of finance, line by line, never by itself and never netted."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from finance.models import Account, Entry, Period, Posting
from finance.reads.due import payable, valued
from finance.services.posting import Line, post, reverse
from leads.templatetags.guishu import month as in_words
from penalties.payable import REWARD, Due
from penalties.services import mark_posted
from people.models import Project
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def post_due(*, here: Workplace, month: str, numbers: Collection[str], at: datetime) -> list[Entry]:
    """Post these sanctions and rewards, by number, in this month: each as far as the guard of wages leaves it (G-25), an entry each.

    Deductions stand on an account of their own (扣款), rewards too (奖励). What was reversed is given back by the same entry with the
    opposite sign. Raises Refusal: not finance's (404), nothing chosen, not payable (any more), month closed (409).
    """
    if not here.may(Right.BOOKKEEPING):
        raise Refusal("not_yours_to_post", _("入账归财务"), status=404)
    _open(here.project, month)
    found = {row.no: row for row in payable(here.project, month, at)}
    if not numbers:
        raise Refusal("nothing_chosen", _("选要入账的"), field="numbers")
    if gone := sorted(set(numbers) - found.keys()):
        raise Refusal(
            "not_payable", _("%(no)s 现在不能入账。刷新再看") % {"no": gone[0]}, field="numbers", status=409
        )  # fmt: skip
    when = valued(here.project, month, at)
    entries = [entry for no, row in found.items() if no in numbers for entry in _post(here, row, when)]
    trail.note(
        by=here.user.pk, action="due.post", subject=f"period:{month}", at=at, project=here.project.code,
        numbers=sorted(numbers), entries=[entry.no for entry in entries],
    )  # fmt: skip
    return entries


def _open(project: Project, month: str) -> None:
    """The month stays open until this is done: closing waits for the lock."""
    Period.objects.get_or_create(project=project, month=month)
    if Period.objects.select_for_update().get(project=project, month=month).closed_at is not None:
        raise Refusal("month_closed", _("%(month)s已经关账了") % {"month": in_words(month)}, status=409)


def _post(here: Workplace, row: Due, when: datetime) -> list[Entry]:
    entries = _given_back(row, here, when) or [_entry(here, row, when)]
    for entry in entries:
        amount = entry.postings.filter(account__kind__in=(Account.Kind.DEDUCTION, Account.Kind.BONUS)).aggregate(
            fen=Sum("amount_fen")
        )["fen"]
        mark_posted(
            no=row.no, entry_no=entry.no, amount_fen=amount if row.nature == REWARD else -amount, at=when, by=here.user
        )
    return entries


def _entry(here: Workplace, row: Due, when: datetime) -> Entry:
    fen = row.deductible_fen
    reward = row.nature == REWARD
    kind = Entry.Kind.REWARD if reward else Entry.Kind.DEDUCTION
    lines = [
        Line(Account.Kind.BONUS, fen, row.to) if reward else Line(Account.Kind.DEDUCTION, -fen, row.to),
        Line(Account.Kind.REWARDS, -fen) if reward else Line(Account.Kind.RECOVERED, fen),
    ]
    return post(
        project=here.project, book=Entry.Book.COMMISSION, kind=kind, lines=lines, at=when, source=row.no, clauses=row.clause,
        by=here.user,
    )  # fmt: skip


def _given_back(row: Due, here: Workplace, when: datetime) -> list[Entry]:
    """The entries of a sanction that was reversed as a whole, reversed; none where only a part is given back."""
    if row.deductible_fen >= 0:
        return []
    standing = Entry.objects.filter(project=here.project, source=row.no, reversed_by=None, kind=Entry.Kind.DEDUCTION)
    booked = Posting.objects.filter(entry__in=standing, account__kind=Account.Kind.DEDUCTION)
    if booked.aggregate(fen=Sum("amount_fen"))["fen"] != row.deductible_fen:
        return []
    rows = list(standing.order_by("pk"))
    return [reverse(entry, at=when, source=row.no, clauses=row.clause, by=here.user) for entry in rows]
