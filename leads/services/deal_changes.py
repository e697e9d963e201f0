"""What becomes of a contract: another price, money given back, cancelled. Finance corrects by it, with the same percentages (G-16)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims
from leads.models import Deal, DealChange
from leads.money import in_proportion, yuan
from leads.signals import deal_changed
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

Kind = DealChange.Kind
Sums = tuple[int, int]  # what the contract comes to, and its commission, in fen


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked for: the new price (改价), so much given back (部分退款), or the whole cancelled (解约).

    `commission_fen` is the commission from now on; None is in proportion.
    """

    kind: str
    amount_fen: int | None = None
    commission_fen: int | None = None


@transaction.atomic
def change_deal(
    *, here: Workplace, deal: Deal, change: Change, reason: str, at: datetime, seen: Sums | None = None
) -> DealChange:
    """Change what a contract comes to. `seen`: what it was on the page where this was decided.

    Raises Refusal: as `sums_after` does, cancelled already, changed meanwhile, no reason.
    """
    claims.lock_customer(deal.customer)
    locked = Deal.objects.select_for_update(of=("self",)).select_related("project").get(pk=deal.pk)
    was = (locked.amount_fen, locked.commission_fen)
    if seen not in (None, was):
        raise Refusal("deal_stale", _("合同金额刚被改过。看最新的，再决定"), status=409)
    sums = sums_after(locked, change)
    reason = need_words(reason, "reason_missing", _("写明原因，领分成的人看得到"), field="reason")
    row = DealChange.objects.create(
        deal=locked, kind=change.kind, was_amount_fen=was[0], amount_fen=sums[0], was_commission_fen=was[1],
        commission_fen=sums[1], reason=reason[:300], by=here.user, at=at,
    )  # fmt: skip
    locked.amount_fen, locked.commission_fen = sums
    locked.cancelled_at = at if change.kind == Kind.CANCEL else None
    locked.save(update_fields=["amount_fen", "commission_fen", "cancelled_at"])
    trail.note(
        by=here.user.pk, action="deal.change", subject=f"deal:{locked.no}", at=at, project=here.project.code, kind=change.kind,
        fen=sums[0], commission=sums[1],
    )  # fmt: skip
    deal_changed.send(sender=DealChange, deal=locked, change=row, at=at)
    return row


def sums_after(deal: Deal, change: Change) -> Sums:
    """What a contract and its commission come to after a change.

    Raises Refusal: cancelled already, the same as before, more given back than it stands at, a commission above the amount.
    """
    if deal.cancelled_at:
        raise Refusal("deal_cancelled", _("这份合同已经解约，不能再改"), status=409)
    if change.kind == Kind.CANCEL:
        return 0, 0
    amount = _amount(deal, change)
    commission = change.commission_fen
    if commission is None:
        commission = in_proportion(deal.commission_fen, deal.amount_fen, amount)
    if commission > amount:
        raise Refusal("commission_too_high", _("佣金不能比合同金额高"), field="commission")
    if (amount, commission) == (deal.amount_fen, deal.commission_fen):
        raise Refusal("price_same", _("和现在的金额一样，不用改"), field="amount")
    return amount, commission


def _amount(deal: Deal, change: Change) -> int:
    given = change.amount_fen or 0
    if change.kind == Kind.PRICE:
        return given
    if given >= deal.amount_fen:
        raise Refusal(
            "refund_too_high", _("合同现在是 %(sum)s，退款要比它少。全退就办解约") % {"sum": yuan(deal.amount_fen)},
            field="amount",
        )  # fmt: skip
    return deal.amount_fen - given
