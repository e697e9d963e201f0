"""Deals whose agency commission Party A has still to pay, and what it has paid of each."""

from django.db.models import QuerySet, Sum

from finance.models import Account, Entry, Posting
from leads.models import Deal
from people.models import Project


def unsettled(project: Project) -> list[tuple[Deal, int]]:
    """Deals that wait for Party A's payment, with how many fen, the oldest first."""
    rows = Posting.objects.filter(
        entry__project=project, entry__book=Entry.Book.COMMISSION, account__kind=Account.Kind.ACCRUED
    )
    sums = dict(rows.order_by().values_list("entry__deal").annotate(fen=Sum("amount_fen")).filter(fen__gt=0))
    deals = Deal.objects.filter(pk__in=sums).select_related("customer", "closer").order_by("signed_at", "pk")
    return [(deal, sums[deal.pk]) for deal in deals]


def of_agencies(deal: Deal) -> list[tuple[str, int, int]]:
    """Each agency of a deal with what Party A has settled and what it has still to, in fen."""
    rows = Posting.objects.filter(
        entry__deal=deal, entry__book=Entry.Book.COMMISSION, account__organisation__isnull=False
    )
    sums: dict[str, dict[str, int]] = {}
    found = rows.order_by().values_list("account__organisation__name", "account__kind").annotate(fen=Sum("amount_fen"))
    for name, kind, fen in found:
        sums.setdefault(name, {})[kind] = fen
    payable, accrued = Account.Kind.PAYABLE, Account.Kind.ACCRUED
    return [(name, kinds.get(payable, 0), kinds.get(accrued, 0)) for name, kinds in sorted(sums.items())]


def settlements(deal: Deal) -> QuerySet[Entry]:
    """Party A's payments for a deal in the order of entry, those that were reversed too, each with `fen`."""
    rows = deal.entries.filter(kind=Entry.Kind.SETTLEMENT, postings__account__kind=Account.Kind.PAYABLE)
    return rows.annotate(fen=Sum("postings__amount_fen")).select_related("by", "reversed_by").order_by("pk")
