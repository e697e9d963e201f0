"""What is booked for a deal and still stands, under the deal's lock."""

from collections import Counter
from collections.abc import Sequence

from finance.dividing import Place
from finance.models import Account, Entry, Posting
from leads.models import Deal

OF_A_DEAL = (Entry.Kind.ACCRUAL, Entry.Kind.CORRECTION, Entry.Kind.SETTLEMENT)


def lock(deal: Deal) -> Deal:
    """The deal as it is now; whoever else books for it waits."""
    return Deal.objects.select_for_update(of=("self",)).select_related("project").get(pk=deal.pk)


def standing(deal: Deal) -> list[Entry]:
    """What is booked for a deal and not reversed, in the order of posting."""
    rows = deal.entries.filter(reversed_by__isnull=True, kind__in=OF_A_DEAL)
    return list(rows.select_related("ruling", "project").order_by("pk"))


def balance(entries: Sequence[Entry], book: Entry.Book = Entry.Book.COMMISSION) -> dict[Place, int]:
    """What these entries of one book come to, on each account but the other side's."""
    rows = Posting.objects.filter(entry__in=[entry for entry in entries if entry.book == book])
    sums: Counter[Place] = Counter()
    for row in rows.exclude(account__kind=Account.Kind.COMMISSION).select_related("account").order_by("pk"):
        sums[Account.Kind(row.account.kind), row.account.key] += row.amount_fen
    return dict(sums)
