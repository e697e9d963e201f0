"""Writing entries: the one place where the ledger grows. The database checks that each balances and that its month is open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from arbitration.shares import COMPANY, Key
from finance.models import Account, Entry, Period, Posting, holder_columns
from finance.reads.months import around
from people.models import Project
from trail import services as trail

PREFIX = "FL"  # of an entry's number


@dataclass(frozen=True, slots=True)
class Line:
    """One posting to be: whose account of which kind, how many fen, and what part of the whole that is (basis points)."""

    kind: Account.Kind
    amount_fen: int
    holder: Key = COMPANY
    share_bp: int | None = None


def post(
    *, project: Project, book: Entry.Book, kind: Entry.Kind, lines: Sequence[Line], at: datetime, **more: Any
) -> Entry:
    """Write one entry, in the month of `at` or the first open one after it. `more`: deal, ruling, reverses, corrects, by …

    Raises IntegrityError at the commit when the lines do not sum to zero.
    """
    entry = Entry.objects.create(
        no=trail.next_number(PREFIX, at),
        project=project,
        book=book,
        kind=kind,
        period=open_month(project, at),
        at=at,
        **more,
    )
    accounts = _accounts(project, lines)
    Posting.objects.bulk_create(
        Posting(entry=entry, account=account, share_bp=line.share_bp, amount_fen=line.amount_fen)
        for account, line in zip(accounts, lines, strict=True)
    )
    return entry


def reverse(entry: Entry, *, at: datetime, **more: Any) -> Entry:
    """Write the same entry with the opposite sign, once. Raises IntegrityError where it was reversed already."""
    lines = [
        Line(Account.Kind(row.account.kind), -row.amount_fen, row.account.key, row.share_bp)
        for row in entry.postings.select_related("account").order_by("pk")
    ]
    return post(
        project=entry.project, book=Entry.Book(entry.book), kind=Entry.Kind.REVERSAL, lines=lines, at=at, deal=entry.deal,
        reverses=entry, **more,
    )  # fmt: skip


def open_month(project: Project, at: datetime) -> str:
    """The local month of `at`, yyyymm; where it is closed, the first one after it that is not."""
    month = project.month(at)
    closed = set(
        Period.objects.filter(project=project, month__gte=month, closed_at__isnull=False).values_list(
            "month", flat=True
        )
    )
    while month in closed:
        month = around(month)[1]
    return month


def _accounts(project: Project, lines: Sequence[Line]) -> list[Account]:
    """The account of each line; one that there is not yet is opened, by whoever comes first."""
    wanted = {(line.kind, line.holder) for line in lines}
    found = _known(project, wanted)
    if lacking := sorted(wanted - found.keys(), key=str):
        new = [Account(project=project, kind=kind, **holder_columns(key)) for kind, key in lacking]
        Account.objects.bulk_create(new, ignore_conflicts=True)
        found = _known(project, wanted)
    return [found[line.kind, line.holder] for line in lines]


def _known(project: Project, wanted: Collection[tuple[Account.Kind, Key]]) -> dict[tuple[str, Key], Account]:
    each = [Q(kind=kind, **holder_columns(key)) for kind, key in wanted]
    rows = Account.objects.filter(reduce(or_, each), project=project)
    return {(account.kind, account.key): account for account in rows}
