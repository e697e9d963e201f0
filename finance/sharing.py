"""Who has how much of a deal: of its commission, and of its credit (业绩), by the ruling in force; else who signed."""

from arbitration.models import Collision, Ruling
from arbitration.payees import Paid, payees
from finance.models import Account, Entry
from leads.models import Deal, Ownership

# The text divides 提成 only: the credit stays whole with who follows the customer (G-29).
CREDIT_STAYS = frozenset({"D18-4", "D18-5"})


def held_by_case(deal: Deal) -> Collision | None:
    """The unruled case that keeps this deal's commission waiting."""
    case: Collision | None = (
        Collision.objects.unruled().filter(project=deal.project_id, customer=deal.customer_id).first()
    )
    return case


def ruling_for(deal: Deal) -> Ruling | None:
    """The ruling in force for the customer of a deal, the latest."""
    rulings = Ruling.objects.filter(
        collision__project=deal.project_id, collision__customer=deal.customer_id, superseded_by__isnull=True
    )
    return rulings.order_by("-at", "-pk").first()


def shared(deal: Deal, ruling: Ruling | None) -> dict[Entry.Book, Paid]:
    """Who has how many basis points of each book, in the order of valid claims (G-07). Credit goes like the commission where the text
    says 业绩、提成 (D17-3, D09), and by default (D04-3.5); not where a ruling rests on D18-4 or D18-5.
    """
    paid = _paid(deal, ruling.shares() if ruling else [], *_owner(ruling))
    credit, keeper = paid, _keeper(deal, ruling)
    if keeper is not None:
        credit = _paid(deal, [], Ruling.Owner.PERSON, keeper)
    return {Entry.Book.COMMISSION: paid, Entry.Book.CREDIT: credit}


def clauses(ruling: Ruling | None) -> str:
    """The clauses that a line rests on; of what was ruled otherwise there are none, only the reason of the ruling."""
    return ", ".join(ruling.rules)[:120] if ruling and ruling.kind == Ruling.Kind.AGREED else ""


def _paid(deal: Deal, shares: Paid, owner_kind: str, owner: int | None) -> Paid:
    """By the rule that the check page showed before signing (docs/decisions/0008)."""
    return payees(deal.project, shares, owner_kind=owner_kind, owner=owner, closers=[deal.closer_id])[0]


def _owner(ruling: Ruling | None) -> tuple[str, int | None]:
    return (ruling.owner_kind, ruling.owner_id) if ruling else (Ruling.Owner.UNCHANGED, None)


def _keeper(deal: Deal, ruling: Ruling | None) -> int | None:
    """Whose the credit stays: who follows the customer when it is ruled, or signed later. None: it goes like the commission."""
    if ruling is None or ruling.kind != Ruling.Kind.AGREED or not CREDIT_STAYS & set(ruling.rules):
        return None
    if ruling.owner_id:
        return ruling.owner_id
    held = Ownership.objects.filter(project=deal.project_id, customer=deal.customer_id, user__isnull=False)
    row = held.filter(since__lte=max(ruling.at, deal.signed_at)).order_by("-since", "-pk").first()
    return row.user_id if row else None


def recorded(accrual: Entry) -> Paid:
    """The percentages of an accrual, as they were booked: a correction keeps them (G-16)."""
    rows = accrual.postings.exclude(account__kind=Account.Kind.COMMISSION).select_related("account").order_by("pk")
    return [(row.account.key, row.share_bp or 0) for row in rows]
