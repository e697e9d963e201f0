"""What the ledger says, in short: who gets how much of which book, and that nothing was lost or made."""

from collections import Counter

from django.db.models import Sum

from arbitration.shares import Sharer
from finance.models import Account, Entry, Posting
from leads.models import Deal

FOR_SOMEBODY = (Account.Kind.PAYABLE, Account.Kind.ACCRUED)
COMMISSION, CREDIT = Entry.Book.COMMISSION, Entry.Book.CREDIT


def lines(deal: Deal | None = None, book: Entry.Book = COMMISSION) -> list[Posting]:
    """What is booked in favour of people, agencies, funds and the company, in the order of posting."""
    rows = Posting.objects.filter(entry__book=book, account__kind__in=FOR_SOMEBODY)
    if deal is not None:
        rows = rows.filter(entry__deal=deal)
    related = ("entry__ruling", "account__user", "account__organisation", "account__team")
    return list(rows.select_related(*related).order_by("pk"))


def splits(deal: Deal | None = None, book: Entry.Book = COMMISSION) -> list[tuple[Sharer, int]]:
    """Who gets how many fen, line by line."""
    return [(line.account.holder, line.amount_fen) for line in lines(deal, book)]


def sums(deal: Deal | None = None, book: Entry.Book = COMMISSION) -> dict[Sharer, int]:
    """What it comes to for each; nobody who has nothing."""
    total: Counter[Sharer] = Counter()
    for holder, fen in splits(deal, book):
        total[holder] += fen
    return {holder: fen for holder, fen in total.items() if fen}


def balanced() -> bool:
    """Whether each entry sums to zero."""
    return not Posting.objects.values("entry").annotate(fen=Sum("amount_fen")).exclude(fen=0).exists()
