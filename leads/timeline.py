"""One customer's story in one project, newest first, in one query; and what of it this person may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Concat

from leads.models import Contact, Customer, Deal, Deposit, NotebookEntry, Ownership, Registration
from leads.models.register import Answer
from leads.reads import told_names
from people.roles import Right
from people.workplace import Workplace

MOST = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened with the customer. `who` is empty where this person may not know; `full`: sums and notes too.

    `said_at`: when it was, as somebody says. `flags`, of a contact: missed (nobody answered), unqueried (not looked up before),
    known (another's customer, and they knew), resampled (a sample had been sent).
    """

    kind: str
    at: datetime
    who_id: int | None
    who: str
    no: str
    word: str
    note: str
    masked: bool
    late: bool
    fen: int
    back_fen: int
    said_at: datetime | None
    flags: str
    full: bool = False

    @property
    def contesting(self) -> bool:
        """Whether this report met somebody else's live claim."""
        return self.kind == "registration" and self.word == Answer.TAKEN

    @property
    def mode(self) -> str:
        """How somebody was in touch, in words."""
        return str(dict(Contact.Mode.choices).get(self.word, ""))

    @property
    def left_fen(self) -> int:
        """What of a deposit may still be paid back."""
        return self.fen - self.back_fen


COLUMNS = tuple(f"row_{name}" for name in Moment.__slots__[:-1])


def story(here: Workplace, customer: Customer, *, follows: bool) -> list[Moment]:
    """What this person may see: everything of their own, of a customer they follow, or as a manager; of others, see `_shown`."""
    of = {"project": here.project, "customer": customer}
    first, *rest = _registrations(of), _visits(of), _contacts(of), _deposits(of), _deals(of)
    rows = first.union(*rest, all=True).order_by("-row_at", "-row_no")[:MOST]
    everything = follows or here.may(Right.ALL_CUSTOMERS)
    told = [replace(m := Moment(*row), full=everything or m.who_id == here.user.pk) for row in rows]
    return list(_shown(told, here, follows))


def _shown(moments: list[Moment], here: Workplace, follows: bool) -> Iterator[Moment]:
    """Of others: with disclosure, who did what, without sums and notes; without it, that somebody else claimed, and when.

    An agency that does not follow the customer is told nothing of others, not even a date.
    """
    names = told_names(here)
    for moment in moments:
        mine = moment.who_id == here.user.pk
        if mine or names:
            yield moment
        elif follows or (moment.kind == "registration" and not here.outside):
            yield replace(moment, who="", no="", flags="", said_at=None)


def _registrations(of: dict[str, Any]) -> QuerySet[Any]:
    late = Exists(Registration.objects.filter(pk=OuterRef("pk"), arrived_at__isnull=False))
    rows = Registration.objects.filter(**of)
    return _columns(
        rows,
        "registration",
        at="at",
        who="by",
        no=F("no"),
        word=F("answer"),
        masked=F("masked"),
        late=late,
        said_at=F("claimed_at"),
    )


def _visits(of: dict[str, Any]) -> QuerySet[Any]:
    rows = NotebookEntry.objects.filter(**of, book=NotebookEntry.Book.VISIT)
    return _columns(rows, "visit", at="at", who="user", no=F("source"))


def _contacts(of: dict[str, Any]) -> QuerySet[Any]:
    no = Cast("pk", CharField())  # tells two of one second apart
    marks = {
        "missed": Q(connected=False),
        "unqueried": Q(unqueried=True),
        "known": Q(owner__isnull=False),
        "resampled": Q(sampled_before=True),
    }
    flags = Concat(
        *(Case(When(when, then=Value(f"{word} ")), default=Value("")) for word, when in marks.items()),
        output_field=CharField(),
    )
    return _columns(
        Contact.objects.filter(**of),
        "contact",
        at="at",
        who="by",
        no=no,
        word=F("mode"),
        note=F("note"),
        said_at=F("claimed_at"),
        flags=flags,
    )


def _deposits(of: dict[str, Any]) -> QuerySet[Any]:
    rows = Deposit.objects.filter(**of)
    return _columns(rows, "deposit", at="at", who="by", no=F("no"), fen=F("amount_fen"), back_fen=F("refunded_fen"))


def _deals(of: dict[str, Any]) -> QuerySet[Any]:
    return _columns(Deal.objects.filter(**of), "deal", at="signed_at", who="closer", no=F("no"), fen=F("amount_fen"))


def _columns(rows: QuerySet[Any], kind: str, *, at: str, who: str, no: Any, **given: Any) -> QuerySet[Any]:
    """The columns of `Moment`, in its order, of the same types for every kind of row."""
    text, none = Value("", CharField()), Value(0, BigIntegerField())
    plain: dict[str, Any] = {
        "kind": Value(kind, CharField()), "at": F(at), "who_id": F(f"{who}_id"), "who": F(f"{who}__name"), "no": no,
        "word": text, "note": text, "masked": Value(False, BooleanField()), "late": Value(False, BooleanField()),
        "fen": none, "back_fen": none, "said_at": Value(None, DateTimeField()), "flags": text,
    }  # fmt: skip
    return rows.annotate(**{f"row_{name}": value for name, value in (plain | given).items()}).values_list(*COLUMNS)


def owner_rows(here: Workplace, customer: Customer) -> QuerySet[Ownership]:
    """Who followed the customer, newest first. An agency sees its own rows only."""
    rows = Ownership.objects.filter(project=here.project, customer=customer).select_related("user")
    if here.outside:
        rows = rows.filter(Q(user=here.user) | Q(until__isnull=True)).exclude(holder=Ownership.Holder.POOL)
    return rows.order_by("-since", "-pk")


def owners(here: Workplace, rows: Iterable[Ownership], at: datetime) -> list[dict[str, Any]]:
    """The same as they are shown: from when to when, and why."""
    names = told_names(here)
    return [_owner(here, row, names, at) for row in rows]


def _owner(here: Workplace, row: Ownership, names: bool, at: datetime) -> dict[str, Any]:
    mine, lapsed = row.user_id == here.user.pk, bool(row.protected_until and row.protected_until <= at)
    return {
        "row": row, "mine": mine, "who": row.user.name if row.user and (names or mine) else "", "named": names or mine,
        "now": row.until is None and not lapsed, "end": row.until or (row.protected_until if lapsed else None),
        "secret": here.outside and not mine,
    }  # fmt: skip
