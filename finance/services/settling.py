"""甲方结佣: Party A pays the commission of agencies, in one sum or in instalments (D07-8.6, G-29). Gross, tax included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from finance import dividing
from finance.models import Account, Entry
from finance.services.posting import Line, post
from finance.services.standing import balance, lock, standing
from leads.models import Deal
from leads.money import yuan
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

SLIP_LENGTH = 60


@transaction.atomic
def settle_deal(*, here: Workplace, deal: Deal, amount_fen: int, slip: str, at: datetime) -> Entry:
    """Party A has paid so much of a deal's agency commission, by this slip: the agencies' shares become payable, in proportion.

    Raises Refusal: nothing accrued, more than is, no slip number, or one that is entered for this deal already.
    """
    locked = lock(deal)
    stands = standing(locked)
    entry = _settle(locked, stands, _judged(stands, amount_fen), at, source=_fresh(stands, slip), by=here.user)
    trail.note(
        by=here.user.pk, action="deal.settle", subject=f"deal:{locked.no}", at=at, project=here.project.code, fen=amount_fen,
        entry=entry.no,
    )  # fmt: skip
    return entry


def carry_over(deal: Deal, before: Sequence[Entry], received_fen: int, at: datetime) -> None:
    """After a new ruling: what Party A had paid is settled again, of what agencies are to have now."""
    stands = standing(deal)
    received_fen = min(received_fen, dividing.waiting(balance(stands)))
    if received_fen:
        slips = [entry.source for entry in before if entry.kind == Entry.Kind.SETTLEMENT]
        _settle(deal, stands, received_fen, at, source="、".join(slips)[:SLIP_LENGTH])


def _judged(stands: Sequence[Entry], amount_fen: int) -> int:
    waits = dividing.waiting(balance(stands))
    if not waits:
        raise Refusal("nothing_to_settle", _("这笔签单没有待甲方结的佣金"), field="amount", status=409)
    if amount_fen > waits:
        raise Refusal("settled_too_much", _("还待结 %(fen)s，最多录这么多") % {"fen": yuan(waits)}, field="amount")
    return amount_fen


def _fresh(stands: Sequence[Entry], slip: str) -> str:
    slip = " ".join(slip.split())[:SLIP_LENGTH]
    if not slip:
        raise Refusal("slip_missing", _("填结佣单号，以后对账靠它"), field="slip")
    if any(entry.source == slip for entry in stands if entry.kind == Entry.Kind.SETTLEMENT):
        raise Refusal("slip_known", _("这个单号在这笔签单里已经录过"), field="slip", status=409)
    return slip


def _settle(deal: Deal, stands: Sequence[Entry], received_fen: int, at: datetime, **more: Any) -> Entry:
    """Move each agency's part of what was received from accrued to payable."""
    accrual = next(
        entry for entry in stands if entry.kind == Entry.Kind.ACCRUAL and entry.book == Entry.Book.COMMISSION
    )
    parts = dividing.settle(balance(stands), received_fen)
    lines = [
        Line(kind, sign * fen, key)
        for key, fen in parts.items()
        if fen
        for kind, sign in ((Account.Kind.ACCRUED, -1), (Account.Kind.PAYABLE, 1))
    ]
    return post(
        project=deal.project, book=Entry.Book.COMMISSION, kind=Entry.Kind.SETTLEMENT, lines=lines, at=at, deal=deal,
        ruling=accrual.ruling, clauses=accrual.clauses, **more,
    )  # fmt: skip
