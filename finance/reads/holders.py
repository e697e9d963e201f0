"""What a month comes to for each person, agency and fund, and for the company: one query, however many lines there are.

Commission, deductions and rewards stand beside each other and are never netted against one another before the last column.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import BinaryField, Count, Func, Max, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Concat

from arbitration.shares import COMPANY, Key, Kind, Sharer, label, sharers
from finance.models import Account, Entry, Posting
from finance.reads.splits import paused
from people.models import Membership, Organisation, Project, User
from trail.together import fill

# Accounts that say what somebody gets or owes; the others are their other sides.
OF_SOMEBODY = (Account.Kind.PAYABLE, Account.Kind.ACCRUED, Account.Kind.DEDUCTION, Account.Kind.BONUS)
HOLDER = ("account__user", "account__organisation", "account__team")
NOTHING = hashlib.sha256(b"").digest()  # of no lines
COMMISSION, CREDIT = Q(entry__book=Entry.Book.COMMISSION), Q(entry__book=Entry.Book.CREDIT)


@dataclass(frozen=True, slots=True)
class Sums:
    """Fen. `commission`: 提成应付; `waiting`: of an agency, until Party A settles (G-29); `deducted` is negative; `paused`: so much of the
    commission waits for an appeal (G-27); `credit`: 业绩, which is no money.
    """

    deals: int = 0
    commission: int = 0
    waiting: int = 0
    deducted: int = 0
    bonus: int = 0
    paused: int = 0
    credit: int = 0

    @property
    def due(self) -> int:
        """应发: what is paid out for the month as it stands."""
        return self.commission - self.paused + self.deducted + self.bonus

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Row:
    """One holder of a month. `digest`: SHA-256 over their lines, by which it is known which lines somebody has seen."""

    key: Key
    name: str
    team: str
    sums: Sums
    digest: bytes
    last_line: int

    @property
    def has_statement(self) -> bool:
        """Whether somebody is asked to confirm it: a person or an agency. A fund is its team's, the rest the company's."""
        return self.key.kind in (Kind.PERSON, Kind.ORGANISATION)


def of_month(project: Project, period: str) -> QuerySet[Posting]:
    """All lines of a month that stand for somebody, in the order of posting, of both books."""
    rows = Posting.objects.filter(
        entry__project=project, entry__period=period, account__kind__in=OF_SOMEBODY
    ).annotate(paused=paused())  # fmt: skip
    return rows.order_by("pk")


def digest() -> Func:
    """SHA-256 over postings in the order of posting: id, amount and part of the whole of each."""
    one = Concat(
        Cast("pk", TextField()), Value(":"), Cast("amount_fen", TextField()), Value(":"), Cast("share_bp", TextField()),
        output_field=TextField(),
    )  # fmt: skip
    text = Func(StringAgg(one, ",", order_by="pk"), Value("UTF8"), function="convert_to", output_field=BinaryField())
    return Func(text, function="sha256", output_field=BinaryField())


def month_digest(project: Project, period: str) -> bytes:
    """SHA-256 over all postings of a month: what is signed when it is closed."""
    found = Posting.objects.filter(entry__project=project, entry__period=period).aggregate(now=digest())["now"]
    return NOTHING if found is None else bytes(found)


def holders(project: Project, period: str, only: Key | None = None, *also: QuerySet[Any]) -> list[Row]:
    """Everybody who has a line in a month, the largest sum first; `only`: this one, if they have. `also` is read in the same query."""
    rows = of_month(project, period)
    if only is not None:
        rows = rows.filter(**whose(only))
    summed = rows.order_by().values(*HOLDER).annotate(**_sums(), digest=digest(), last=Max("pk"))
    fill(summed, *also)
    keys = [key_of_row(row) for row in summed]
    named = sharers(keys)
    teams = teams_of(project, [key.pk for key in keys if key.kind == Kind.PERSON and key.pk])
    found = [_row(key, who, row, teams) for key, who, row in zip(keys, named, summed, strict=True)]
    return sorted(found, key=lambda row: (-row.sums.due, -row.sums.waiting, row.name))


def whose(key: Key, prefix: str = "account__") -> dict[str, Any]:
    """The condition under which a posting is one of this holder's."""
    columns = {Kind.PERSON: "user", Kind.ORGANISATION: "organisation", Kind.TEAM_FUND: "team"}
    return {f"{prefix}{column}": key.pk if key.kind == kind else None for kind, column in columns.items()}


def teams_of(project: Project, people: list[int]) -> dict[int, str]:
    """The team of each of these people here, by name: that of their latest membership with one."""
    rows = Membership.objects.filter(project=project, user__in=people, team__isnull=False)
    return dict(rows.order_by("since", "pk").values_list("user", "team__name"))


def _sums() -> dict[str, Any]:
    kind = {one: COMMISSION & Q(account__kind=one) for one in OF_SOMEBODY}
    wanted = {
        "commission": kind[Account.Kind.PAYABLE], "waiting": kind[Account.Kind.ACCRUED],
        "deducted": kind[Account.Kind.DEDUCTION], "bonus": kind[Account.Kind.BONUS],
        "paused": kind[Account.Kind.PAYABLE] & Q(paused=True), "credit": CREDIT,
    }  # fmt: skip
    sums = {name: Sum("amount_fen", filter=which, default=0) for name, which in wanted.items()}
    return {"deals": Count("entry__deal", distinct=True), **sums}


def key_of_row(row: Mapping[str, Any]) -> Key:
    """The holder of a row grouped by `HOLDER`."""
    columns = {"user": Kind.PERSON, "organisation": Kind.ORGANISATION, "team": Kind.TEAM_FUND}
    found = ((kind, row[f"account__{column}"]) for column, kind in columns.items())
    return next((Key(kind, pk) for kind, pk in found if pk), COMPANY)


def _row(key: Key, who: Sharer, row: Mapping[str, Any], teams: Mapping[int, str]) -> Row:
    sums = Sums(*(row[one.name] for one in fields(Sums)))
    team = teams.get(who.pk, "") if isinstance(who, User) else who.name if isinstance(who, Organisation) else ""
    return Row(key, label(who), team, sums, bytes(row["digest"]), row["last"])


def total(rows: list[Row]) -> Sums:
    """The last line of the table."""
    return sum((row.sums for row in rows), Sums())


def sides(project: Project, period: str) -> dict[str, tuple[int, int]]:
    """Of each book the debits and credits of a month, in fen: what is booked against accounts and in favour of them. Equal, always."""
    return sides_in(side_rows(project, period))


def side_rows(project: Project, period: str) -> QuerySet[Posting, dict[str, Any]]:
    """The rows behind it, one for each book that has lines."""
    rows = Posting.objects.filter(entry__project=project, entry__period=period).order_by().values("entry__book")
    return rows.annotate(
        debit=Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0),
        credit=Sum("amount_fen", filter=Q(amount_fen__gt=0), default=0),
    )


def sides_in(found: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """What these rows say of each book."""
    return {book: (0, 0) for book in Entry.Book.values} | {
        row["entry__book"]: (-row["debit"], row["credit"]) for row in found
    }
