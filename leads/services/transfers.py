"""Handing a customer over to a colleague (转交): with the customer's consent, or the department's approval (D05-4.2b2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims, reads
from leads.models import Customer, NotebookEntry, Ownership, Transfer
from leads.services.ownership import note_in_book
from leads.services.providing import must_be_provided, unprovided
from leads.signals import customer_moving
from people.models import Membership, User
from people.roles import Right, roles_with
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

Consent, State = Transfer.Consent, Transfer.State


@transaction.atomic
def ask_transfer(
    *, here: Workplace, customer: Customer, to: User, consent: str, reason: str, at: datetime, **provided: str
) -> Transfer:
    """The owner hands a customer over: done at once where the customer consents, else once the department approved.

    `reason`: how the customer consented, or why the department should approve. `provided`: what is put on record where another
    company gets the customer (leads/privacy/giving.py). Raises Refusal: neither consent nor approval, not one's own, to nobody who
    sells here, no reason, one is asked for already, a case waits for a ruling, or another company would get them with no ground.
    """
    if consent not in Consent.values:
        raise private(here)
    _judge(here, to, reason, at)
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    if held is None or held.user_id != here.user.pk:
        raise Refusal("not_yours", _("这位客户不归你跟进，不能转交"), status=404)
    customer_moving.send(sender=Transfer, project=here.project, customer=locked)
    if _waiting(here, locked):
        raise Refusal("transfer_waits", _("这位客户已经有一份转交在等批准"), status=409)
    company = reads.company_given(here.project, held, to, at)
    if company and not provided.get("ground"):
        raise unprovided(to, company)
    transfer = Transfer.objects.create(
        no=trail.next_number("ZJ", at), project=here.project, customer=locked, giver=here.user, taker=to, consent=consent,
        reason=reason.strip()[:200], at=at, **provided,
    )  # fmt: skip
    _note(here, "transfer.ask", transfer, at, consent=consent)
    if consent == Consent.CUSTOMER:
        _carry_out(transfer, held, by=here.user, at=at)
    else:
        _ask_department(here, transfer, at)
    return transfer


def _judge(here: Workplace, to: User, reason: str, at: datetime) -> None:
    if to.pk == here.user.pk or not reads.sellers(here, at).filter(pk=to.pk, is_active=True).exists():
        raise Refusal("taker_unknown", _("选一位在这个项目做销售的同事"), field="to")
    need_words(reason, "reason_missing", _("写明理由：客户怎么同意的，或者为什么要转交"), field="reason")


def private(here: Workplace) -> Refusal:
    """Why nobody hands a customer over on their own."""
    return Refusal("transfer_private", _("不能私自转交：要客户同意，或者部门批准"), field="consent", status=409)


def refuse_private(*, here: Workplace, customer: Customer, to: User | None, at: datetime) -> Refusal:
    """Put on record that somebody tried to hand a customer over on their own, a breach (D05-4.2b2); gives what to tell them.

    Not inside a transaction that the refusal undoes: the note must stay.
    """
    trail.note(
        by=here.user.pk, action="transfer.blocked", subject=f"customer:{customer.pk}", at=at, project=here.project.code,
        to=to.pk if to else None,
    )  # fmt: skip
    return private(here)


def _waiting(here: Workplace, customer: Customer) -> bool:
    return Transfer.objects.filter(project=here.project, customer=customer, state=State.ASKED).exists()


def _ask_department(here: Workplace, transfer: Transfer, at: datetime) -> None:
    """Everybody who may allocate customers here is asked; the first to decide decides."""
    bosses = Membership.objects.people(here.project, roles_with(Right.ALLOCATE), at)
    for user in (pk for pk in bosses if pk not in (transfer.giver_id, transfer.taker_id)):
        trail.tell(
            to=user, kind="transfer.asked", project=here.project.code, link=link(transfer), to_do=True, at=at,
            sentence=gettext_noop("%(giver)s要把一位客户转交给%(taker)s，等你批准（%(no)s）"), no=transfer.no,
            giver=transfer.giver.name, taker=transfer.taker.name,
        )  # fmt: skip


def link(transfer: Transfer) -> str:
    """Where a transfer is decided."""
    return f"/transfers#{transfer.no}"


@transaction.atomic
def decide_transfer(*, here: Workplace, transfer: Transfer, approve: bool, reason: str, at: datetime) -> Transfer:
    """The department approves a transfer, or does not. Raises Refusal: one's own, decided or overtaken meanwhile, no reason."""
    locked, held = _lock(transfer, at)
    if not here.may(Right.ALLOCATE) or locked.project_id != here.project.pk:
        raise Refusal("not_yours", _("转交由主管批准"), status=404)
    if here.user.pk in (locked.giver_id, locked.taker_id):
        raise Refusal("recused", _("这份转交与你有关，由别人批准"), status=403)
    if locked.state != State.ASKED:
        raise Refusal("transfer_decided", _("这份转交刚有人办过了，或者客户已经不归原来的人"), status=409)
    if not approve:
        need_words(reason, "reason_missing", _("写明为什么不批准"), field="reason")
    locked.decision = reason.strip()[:200]
    if not approve:
        _settle(locked, State.REFUSED, here.user, at)
        _tell(locked, locked.giver, gettext_noop("转交没有批准（%(no)s），看理由"), at)
    else:
        _approve(here, locked, held, at)
    _note(here, "transfer.approve" if approve else "transfer.refuse", locked, at)
    return locked


def _approve(here: Workplace, transfer: Transfer, held: Ownership | None, at: datetime) -> None:
    if held is None or held.user_id != transfer.giver_id:
        raise Refusal(
            "transfer_overtaken", _("客户已经不归%(who)s跟进，不能转交") % {"who": transfer.giver.name}, status=409
        )
    if not reads.sellers(here, at).filter(pk=transfer.taker_id, is_active=True).exists():
        raise Refusal("taker_unknown", _("%(who)s已经不在这个项目做销售") % {"who": transfer.taker.name}, status=409)
    customer_moving.send(sender=Transfer, project=transfer.project, customer=transfer.customer)
    _carry_out(transfer, held, by=here.user, at=at)
    _tell(transfer, transfer.giver, gettext_noop("转交已批准（%(no)s），客户不再归你跟进"), at)


@transaction.atomic
def withdraw_transfer(*, here: Workplace, transfer: Transfer, at: datetime) -> Transfer:
    """Whoever asked takes the question back. Raises Refusal where it is decided already."""
    locked, _held = _lock(transfer, at)
    if locked.giver_id != here.user.pk:
        raise Refusal("not_yours", _("这份转交不是你提的"), status=404)
    if locked.state != State.ASKED:
        raise Refusal("transfer_decided", _("这份转交刚有人办过了，或者客户已经不归原来的人"), status=409)
    _settle(locked, State.WITHDRAWN, None, at)
    _note(here, "transfer.withdraw", locked, at)
    return locked


def _lock(transfer: Transfer, at: datetime) -> tuple[Transfer, Ownership | None]:
    """The customer's lock, then the transfer as it is now: what time ended takes its transfer back on the way."""
    customer = claims.lock_customer(transfer.customer)
    held = claims.current(transfer.project, customer, at)
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("project", "customer", "giver", "taker")
    return rows.get(pk=transfer.pk), held


def _settle(transfer: Transfer, state: str, by: User | None, at: datetime) -> None:
    transfer.state, transfer.decided_by, transfer.decided_at = state, by, at
    transfer.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    trail.done(link=link(transfer), at=at)


def _carry_out(transfer: Transfer, held: Ownership, *, by: User, at: datetime) -> None:
    """The customer changes hands; the taker hears of it. Raises Refusal where another company gets them in silence."""
    must_be_provided(
        project=transfer.project, customer=transfer.customer, held=held, to=transfer.taker, by=by, at=at,
    )  # fmt: skip
    _settle(transfer, State.DONE, by, at)
    claims.end(held, at=at, cause=transfer.no)
    claims.give(
        transfer.project, transfer.customer, to=transfer.taker, reason=Ownership.Reason.TRANSFER, source=transfer.no,
        by=by.pk, at=at,
    )  # fmt: skip
    note_in_book(transfer.project, transfer.customer, transfer.taker, NotebookEntry.Book.COLLECTION, transfer.no, at)
    _tell(transfer, transfer.taker, gettext_noop("转交给你一位客户（%(no)s），去跟进"), at)


def _tell(transfer: Transfer, to: User, sentence: str, at: datetime) -> None:
    trail.tell(
        to=to.pk, kind="transfer.done", project=transfer.project.code, link=f"/customers/{transfer.customer_id}", at=at,
        sentence=sentence, no=transfer.no,
    )  # fmt: skip


def _note(here: Workplace, action: str, transfer: Transfer, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"transfer:{transfer.no}", at=at, project=here.project.code, **detail
    )
