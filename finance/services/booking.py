"""Booking who gets what of a deal: when it is signed, when a ruling changes it, when its price does. Append-only.

Commission and credit (业绩) are two books, booked alike. Whoever books holds the deal's row, so that nothing is booked twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from arbitration.appeals import pending
from arbitration.models import Appeal, Ruling
from arbitration.payees import Paid
from finance.dividing import Place, due, missing, settled_of
from finance.models import Account, Entry
from finance.services.posting import Line, post, reverse
from finance.services.settling import carry_over
from finance.services.standing import balance, lock, standing
from finance.sharing import clauses, held_by_case, recorded, ruling_for, shared
from leads.models import Customer, Deal, DealChange, Registration
from people.models import Membership
from people.roles import Role
from trail import services as trail


@transaction.atomic
def book_deal(*, deal: Deal, at: datetime) -> list[Entry]:
    """A contract was signed: by the ruling in force for this customer, else to who signed. Held while a case is open; once only."""
    locked = lock(deal)
    if held_by_case(locked) or standing(locked):
        return []
    return _accrue(locked, ruling_for(locked), at)


@transaction.atomic
def book_ruling(*, ruling: Ruling, at: datetime) -> list[Entry]:
    """A ruling was signed: the deals of this customer are split by it, at what they stand at now; what was booked otherwise is
    reversed first. What Party A had settled stays settled, of the agencies that get a share now.
    """
    case, entries = ruling.collision, []
    deals = Deal.objects.select_for_update(of=("self",)).filter(project=case.project, customer=case.customer)
    for deal in deals.select_related("project").order_by("pk"):
        before = standing(deal)
        received = sum(settled_of(balance(before)).values())
        for entry in before:
            reverse(entry, at=at, ruling=ruling)
        entries += _accrue(deal, ruling, at)
        carry_over(deal, before, received, at)
    _tell_who_pays(ruling, "split.booked", gettext_noop("【裁定】%(no)s 生效，分成按它记账了"), at)
    return entries


@transaction.atomic
def correct_deal(*, deal: Deal, change: DealChange, at: datetime) -> list[Entry]:
    """A contract has another price, or money was given back: the same percentages of the new sum (G-16). Cancelled, everything that
    stands is reversed. A deal that waits for a case has nothing to correct: it will be booked at what it stands at then.
    """
    locked = lock(deal)
    stands = standing(locked)
    if locked.cancelled_at:
        return [_taken_back(entry, change, at) for entry in stands]
    accruals = [entry for entry in stands if entry.kind == Entry.Kind.ACCRUAL]
    corrected = (_correct(locked, accrual, stands, change, at) for accrual in accruals)
    return [entry for entry in corrected if entry]


@transaction.atomic
def book_free(*, report: Registration, was: Customer, at: datetime) -> None:
    """A report was about somebody else, so that its case may not stand any more: deals that waited for that are booked."""
    for deal in Deal.objects.filter(project=report.project_id, customer=was, entries__isnull=True).order_by("pk"):
        book_deal(deal=deal, at=at)


def whole(deal: Deal, book: Entry.Book) -> int:
    """What is divided: of the one book the commission, of the other what the contract is worth."""
    return deal.commission_fen if book == Entry.Book.COMMISSION else deal.amount_fen


def _accrue(deal: Deal, ruling: Ruling | None, at: datetime) -> list[Entry]:
    """An entry for each book; of a cancelled deal none."""
    if deal.cancelled_at:
        return []
    about = {"deal": deal, "ruling": ruling, "clauses": clauses(ruling)}
    return [
        _post(Entry.Kind.ACCRUAL, deal, book, paid, due(whole(deal, book), paid, book, {}), at, about)
        for book, paid in shared(deal, ruling).items()
    ]


def _correct(deal: Deal, accrual: Entry, stands: Sequence[Entry], change: DealChange, at: datetime) -> Entry | None:
    book, paid, now = Entry.Book(accrual.book), recorded(accrual), balance(stands, Entry.Book(accrual.book))
    moves = missing(due(whole(deal, book), paid, book, settled_of(now)), now)
    if not moves:
        return None
    about = {**_grounds(accrual), "corrects": accrual, "change": change, "by": change.by}
    return _post(Entry.Kind.CORRECTION, deal, book, paid, moves, at, about)


def _taken_back(entry: Entry, change: DealChange, at: datetime) -> Entry:
    return reverse(entry, at=at, ruling=entry.ruling, clauses=entry.clauses, change=change, by=change.by)


def _grounds(entry: Entry) -> dict[str, Any]:
    return {"deal": entry.deal, "ruling": entry.ruling, "clauses": entry.clauses}


def _post(
    kind: Entry.Kind,
    deal: Deal,
    book: Entry.Book,
    paid: Paid,
    moves: dict[Place, int],
    at: datetime,
    about: dict[str, Any],
) -> Entry:
    """One entry: a line for each account that moves, and the other side."""
    bp = dict(paid)
    lines = [Line(place, fen, key, bp[key]) for (place, key), fen in moves.items()]
    other = Line(Account.Kind.COMMISSION, -sum(moves.values()))
    return post(project=deal.project, book=book, kind=kind, lines=[*lines, other], at=at, **about)


def tell_paused(*, appeal: Appeal, at: datetime) -> None:
    """A ruling is under appeal: whoever pays hears that its splits wait (G-27)."""
    _tell_who_pays(appeal.ruling, "split.paused", gettext_noop("【分佣】%(no)s 申诉中，按它的分成先不付"), at)


def tell_resumed(*, appeal: Appeal, at: datetime) -> None:
    """An appeal is over: whoever pays hears that the splits may be paid, unless another appeal or the new hearing keeps them."""
    if not pending().filter(ruling=appeal.ruling).exists():
        _tell_who_pays(appeal.ruling, "split.resumed", gettext_noop("【分佣】%(no)s 申诉结束，按它的分成可以付了"), at)


def _tell_who_pays(ruling: Ruling, kind: str, sentence: str, at: datetime) -> None:
    entry = ruling.entries.order_by("pk").first()
    if entry is None:
        return
    project, link = ruling.collision.project, f"/period/{entry.period}"
    for pk in Membership.objects.people(project, [Role.FINANCE], at):
        trail.tell(to=pk, kind=kind, project=project.code, link=link, at=at, sentence=sentence, no=ruling.no)
