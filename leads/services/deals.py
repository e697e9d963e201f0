"""Deposit, refund, contract: what finance will split."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims, commission
from leads.models import Customer, Deal, Deposit, NotebookEntry, Profile, Refund
from leads.money import yuan
from leads.services.following import advance
from leads.services.ownership import note_in_book
from leads.services.protection import keep_signed
from leads.signals import claim_contested, deal_signed, deposit_taken
from people.models import Project, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def take_deposit(
    *, here: Workplace, customer: Customer, by: User, amount_fen: int, designer: User | None, at: datetime
) -> Deposit:
    """Record a deposit (定金) that the customer paid with `by`."""
    deposit = Deposit.objects.create(
        no=trail.next_number("DJ", at), project=here.project, customer=customer, by=by, designer=designer,
        amount_fen=amount_fen, at=at,
    )  # fmt: skip
    _note(here, "deposit.take", f"deposit:{deposit.no}", at, fen=amount_fen)
    deposit_taken.send(sender=Deposit, deposit=deposit, by=here.user, at=at)
    return deposit


@transaction.atomic
def give_deposit_back(*, here: Workplace, deposit: Deposit, amount_fen: int, at: datetime) -> Refund:
    """Record a refund (退定), at most what is left of the deposit. Raises Refusal for more."""
    locked = Deposit.objects.select_for_update().get(pk=deposit.pk)
    if amount_fen > locked.left_fen:
        raise Refusal(
            "refund_too_high",
            _("定金 %(paid)s，已退 %(back)s，最多还能退 %(left)s")
            % {"paid": yuan(locked.amount_fen), "back": yuan(locked.refunded_fen), "left": yuan(locked.left_fen)},
            field="amount",
        )
    refund = Refund.objects.create(deposit=locked, amount_fen=amount_fen, by=here.user, at=at)
    locked.refunded_fen += amount_fen
    locked.save(update_fields=["refunded_fen"])
    _note(here, "deposit.refund", f"deposit:{locked.no}", at, fen=amount_fen)
    return refund


@transaction.atomic
def sign_deal(
    *, here: Workplace, customer: Customer, closer: User, amount_fen: int, commission_fen: int | None, designer: User | None,
    term_months: int | None, at: datetime, product: str = "",
) -> Deal:  # fmt: skip
    """Record a contract (签单). Signed by somebody else than who follows the customer, it contests that claim.

    `commission_fen`: None is by the plan of who signs. Raises Refusal where no plan fits, or the commission exceeds the amount.
    """
    product = " ".join(product.split())
    if commission_fen is None:
        commission_fen = _by_plan(here.project, closer, product, amount_fen, at)
    if commission_fen > amount_fen:
        raise Refusal("commission_too_high", _("佣金不能比合同金额高"), field="commission")
    locked = claims.lock_customer(customer)
    deal = Deal.objects.create(
        no=trail.next_number("HT", at), project=here.project, customer=locked, closer=closer, designer=designer,
        amount_fen=amount_fen, commission_fen=commission_fen, product=product, term_months=term_months, entered_by=here.user,
        signed_at=at,
    )  # fmt: skip
    note_in_book(here.project, locked, closer, NotebookEntry.Book.SIGNED, deal.no, at)
    advance(project=here.project, customer=locked, to=Profile.Stage.SIGN, by=here.user, at=at)
    _note(here, "deal.sign", f"deal:{deal.no}", at, fen=amount_fen, commission=commission_fen)
    _contest_if_other(here.project, locked, closer, deal, at)
    keep_signed(project=here.project, customer=locked, user=closer, source=deal.no, at=at)
    deal_signed.send(sender=Deal, deal=deal, at=at)
    return deal


def _by_plan(project: Project, closer: User, product: str, amount_fen: int, at: datetime) -> int:
    due = commission.due_fen(project=project, closer=closer, product=product, amount_fen=amount_fen, at=at)
    if due is None:
        raise Refusal("commission_unplanned", _("没有适用的提成方案。填上佣金金额，或者先加方案"), field="commission")
    return due


def _contest_if_other(project: Project, customer: Customer, closer: User, deal: Deal, at: datetime) -> None:
    held = claims.current(project, customer, at)
    if held and held.user and held.user_id != closer.pk:
        claim_contested.send(
            sender=Deal, project=project, customer=customer, trigger="deal", source=deal.no, deal=deal,
            claimants=[(held.user, held.source, None), (closer, deal.no, None)], at=at,
        )  # fmt: skip


def _note(here: Workplace, action: str, subject: str, at: datetime, **detail: Any) -> None:
    trail.note(by=here.user.pk, action=action, subject=subject, at=at, project=here.project.code, **detail)
