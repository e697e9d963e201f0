"""A month's splits line by line: what deals bring to whom, why, and what of it waits for an appeal."""

from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from arbitration.appeals import pending
from arbitration.models import Ruling
from finance.models import Account, Entry, Posting
from people.models import Project

# What of a deal is shown as its splits: what it brings, and what was corrected or reversed of it.
OF_DEALS = (Entry.Kind.ACCRUAL, Entry.Kind.CORRECTION, Entry.Kind.REVERSAL)


def lines(project: Project, period: str) -> QuerySet[Posting]:
    """A month's splits in the order of posting: what deals bring to whom. `paused`: the ruling is under appeal, nothing is paid by it
    meanwhile (G-27).
    """
    rows = Posting.objects.filter(
        entry__project=project, entry__period=period, entry__book=Entry.Book.COMMISSION, entry__kind__in=OF_DEALS,
        account__kind__in=(Account.Kind.PAYABLE, Account.Kind.ACCRUED),
    ).annotate(paused=paused())  # fmt: skip
    related = ("entry__deal__customer", "entry__ruling", "account__user", "account__organisation", "account__team")
    return rows.select_related(*related).order_by("pk")


def paused() -> Coalesce:
    """Of a posting: whether an appeal is pending against the ruling that it rests on. Those rulings are looked up once, not for each
    posting: they are few.
    """
    return Coalesce(Q(entry__ruling__in=pending().values("ruling")), False, output_field=BooleanField())


def whole() -> Subquery:
    """Of a posting: what its entry divides, in fen; nothing where it divides nothing, as when Party A settles."""
    others = Posting.objects.filter(entry=OuterRef("entry"), account__kind=Account.Kind.COMMISSION).values("entry")
    return Subquery(others.annotate(fen=-Sum("amount_fen")).values("fen"))


def ground(line: Posting) -> str:
    """What a line rests on: the clauses, or «改判» with the reason where it was ruled otherwise than proposed."""
    ruling = line.entry.ruling
    if ruling and ruling.kind == Ruling.Kind.OTHERWISE:
        return overruled(ruling.reason)
    return str(line.entry.clauses)


def overruled(reason: str) -> str:
    """What stands in place of clauses where it was ruled otherwise than proposed."""
    return _("改判：%(reason)s") % {"reason": reason}


def basis(line: Posting) -> str:
    """Why a line is there, in a word."""
    return basis_of(line.entry.kind, ruled=line.entry.ruling_id is not None)


def basis_of(kind: str, *, ruled: bool) -> str:
    """The same by the kind of an entry, and whether it follows a ruling."""
    if kind != Entry.Kind.ACCRUAL:
        return str(Entry.Kind(kind).label)
    return _("裁定") if ruled else _("无撞单，归签单人")
