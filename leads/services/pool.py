"""The public pool (公海): taking a customer out of it, putting one into it, giving one to somebody, and the next in line."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims, reads, succession
from leads.models import Customer, NotebookEntry, Offer, Ownership, Transfer
from leads.services.ownership import note_in_book
from leads.services.providing import must_be_provided
from leads.signals import customer_moving, plan_contact
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal, need_words

RELEASED = "released"
REASSIGN = "customer.reassign"  # what asks a manager to find somebody for a customer


@transaction.atomic
def claim_from_pool(*, here: Workplace, customer: Customer, at: datetime) -> Ownership:
    """Take a customer out of the public pool (认领). Of several at once the first one owns, the others are told.

    Raises Refusal: not there (any more), offered to somebody else first, a case that waits for a ruling, too many held or taken
    today, or lost by this very person too lately.
    """
    terms = here.project.terms
    if terms.pool_holding_limit is not None:
        claims.lock_holder(here.project, here.user)
    locked = claims.lock_customer(customer)
    pool = claims.in_force(here.project, locked, at)
    if pool and pool.user_id == here.user.pk:
        return pool  # the second tap of one's own claim
    if pool is None or pool.holder != Ownership.Holder.POOL:
        raise Refusal("not_in_pool", _("这位客户已经不在公海，可能刚被别人认领"), status=409)
    _refuse_offered(here, locked)
    _refuse_cooling(here, locked, at)
    customer_moving.send(sender=Ownership, project=here.project, customer=locked)
    _ask_receiver(here, locked, at)
    _refuse_limits(here, at)
    return _taken(here, locked, Ownership.Reason.POOL, trail.next_number("GH", at), at)


def _ask_receiver(here: Workplace, customer: Customer, at: datetime) -> None:
    """Who takes a customer will get in touch: where a colleague received them, with their leave only (D18-7)."""
    plan_contact(Ownership, project=here.project, customer=customer, by=here.user, at=at)


def _refuse_offered(here: Workplace, customer: Customer) -> None:
    offer = succession.open_offer(here.project, customer)
    if offer and offer.to_id != here.user.pk:
        until = _moment(offer.until, here)
        raise Refusal(
            "offered_first", _("这位客户先问更早报备的人，%(until)s 以后才能认领") % {"until": until}, status=409
        )


def _refuse_cooling(here: Workplace, customer: Customer, at: datetime) -> None:
    until = claims.cooling_until(here.project, customer, here.user)
    if until and until > at:
        facts = {"days": here.project.terms.pool_cooldown_days, "until": _moment(until, here)}
        raise Refusal("cooling", _("你刚失去这位客户，%(days)s 天内不能再认领，%(until)s 以后可以") % facts, status=409)


def _refuse_limits(here: Workplace, at: datetime) -> None:
    """Both are counted under a lock or in one statement, so that many at once do not get past them."""
    holds, a_day = here.project.terms.pool_holding_limit, here.project.terms.pool_claims_a_day
    mine = Ownership.objects.live_at(at).filter(project=here.project, user=here.user, reason=Ownership.Reason.POOL)
    if holds is not None and mine.count() >= holds:
        sentence = _("公海认领的客户最多同时跟 %(n)s 位，先放回或签下一位") % {"n": holds}
        raise Refusal("pool_full", sentence, status=409)
    span, key = here.project.day_so_far(at), f"pool:{here.project.pk}:{here.user.pk}"
    if a_day is not None and not limits.take(key, limit=a_day, within=span, at=at):
        raise Refusal("pool_day_full", _("今天已经认领 %(n)s 位，明天再来") % {"n": a_day}, status=409)


def _taken(here: Workplace, customer: Customer, reason: str, source: str, at: datetime) -> Ownership:
    held = claims.give(here.project, customer, to=here.user, reason=reason, source=source, by=here.user.pk, at=at)
    note_in_book(here.project, customer, here.user, NotebookEntry.Book.COLLECTION, source, at)
    _note(here, "pool.claim" if reason == Ownership.Reason.POOL else "offer.accept", customer, at, source=source)
    return held


@transaction.atomic
def answer_offer(*, here: Workplace, offer: Offer, accept: bool, at: datetime) -> Ownership | None:
    """The next in line takes the customer, or does not and the one after is asked. Raises Refusal where it is too late."""
    if offer.to_id != here.user.pk or offer.project_id != here.project.pk:
        raise Refusal("offer_not_yours", _("这位客户没有问你"), status=404)
    locked = claims.lock_customer(offer.customer)
    pool = claims.in_force(here.project, locked, at)
    waiting = succession.open_offer(here.project, locked)
    if accept and pool and pool.user_id == here.user.pk:
        return pool  # the second tap of one's own answer
    if pool is None or waiting is None or waiting.pk != offer.pk:
        raise Refusal("offer_over", _("过了答复的时间，或者客户已经有人跟进"), status=409)
    if accept:
        _ask_receiver(here, locked, at)
        return _taken(here, locked, Ownership.Reason.NEXT, offer.registration.no, at)
    succession.answer(waiting, Offer.Answer.DECLINED, at=at)
    succession.offer_next(pool, moment=at, at=at)
    _note(here, "offer.decline", locked, at)
    return None


@transaction.atomic
def release_to_pool(*, here: Workplace, customer: Customer, reason: str, at: datetime) -> Ownership:
    """The owner gives a customer up (放弃), or a manager takes one back for all: to the next in line, then the public pool.

    Raises Refusal: not one's own, no reason, nobody follows them.
    """
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    mine = held is not None and held.user_id == here.user.pk
    if not mine and not here.may(Right.ALLOCATE):
        raise Refusal("not_yours", _("这位客户不归你跟进"), status=404)
    _need_reason(reason)
    if held is None:
        raise Refusal("nobody_follows", _("这位客户现在没有人跟进"), status=409)
    claims.end(held, at=at, cause=RELEASED)
    by = here.user.pk
    pool = claims.to_pool(held, locked, reason=Ownership.Reason.RELEASED, by=by, since=max(at, held.since), at=at)
    if held.user_id and not mine:
        _tell_lost(here, locked, held.user_id, gettext_noop("主管把你的一位客户放回了公海"), at)
    _note(here, "pool.release", locked, at, reason=reason.strip()[:100])
    return pool


@transaction.atomic
def allocate(*, here: Workplace, customer: Customer, to: User, reason: str, at: datetime) -> Ownership:
    """A manager gives a customer to somebody (分配), of the pool, of the company's, or of somebody else's (D12-6.5, D18-7).

    Raises Refusal: not a manager, no reason, to nobody who sells here, theirs already, a case waits for a ruling, or it would give
    the customer to another company and nothing is on record of that (leads/privacy/giving.py writes both).
    """
    if not here.may(Right.ALLOCATE):
        raise Refusal("not_yours", _("分配客户由主管办"), status=404)
    _need_reason(reason)
    if not reads.sellers(here, at).filter(pk=to.pk, is_active=True).exists():
        raise Refusal("taker_unknown", _("选一位在这个项目做销售的人"), field="to")
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    if held and held.user_id == to.pk:
        raise Refusal("theirs_already", _("客户已经归%(who)s跟进") % {"who": to.name}, field="to", status=409)
    must_be_provided(project=here.project, customer=locked, held=held, to=to, by=here.user, at=at)
    customer_moving.send(sender=Ownership, project=here.project, customer=locked)
    source = trail.next_number("FP", at)
    if held and held.user:
        source = _handed(here, held.user, customer, to, reason, at)
    if held:
        claims.end(held, at=at, cause=source)
    given = claims.give(
        here.project, locked, to=to, reason=Ownership.Reason.ALLOCATED, source=source, by=here.user.pk, at=at
    )
    note_in_book(here.project, locked, to, NotebookEntry.Book.COLLECTION, source, at)
    trail.done(kind=REASSIGN, link=f"/customers/{locked.pk}", at=at)
    trail.tell(
        to=to.pk, kind="customer.given", project=here.project.code, link=f"/customers/{locked.pk}", at=at,
        sentence=gettext_noop("主管分配给你一位客户，去跟进"),
    )  # fmt: skip
    _note(here, "customer.allocate", locked, at, to=to.pk, reason=reason.strip()[:100])
    return given


def _handed(here: Workplace, giver: User, customer: Customer, to: User, reason: str, at: datetime) -> str:
    """That a manager took a customer from one and gave them to another is on record as a transfer, with its approval."""
    no = trail.next_number("ZJ", at)
    Transfer.objects.create(
        no=no, project=here.project, customer=customer, giver=giver, taker=to, consent=Transfer.Consent.DEPARTMENT,
        reason=reason.strip()[:200], state=Transfer.State.DONE, at=at, decided_by=here.user, decided_at=at,
    )  # fmt: skip
    _tell_lost(here, customer, giver.pk, gettext_noop("主管把你的一位客户分配给了别人"), at)
    return no


def _tell_lost(here: Workplace, customer: Customer, user: int, sentence: str, at: datetime) -> None:
    trail.tell(
        to=user,
        kind="customer.lost",
        project=here.project.code,
        link=f"/customers/{customer.pk}",
        at=at,
        sentence=sentence,
    )


def _need_reason(reason: str) -> None:
    need_words(reason, "reason_missing", _("写明理由"), field="reason")


def _moment(moment: datetime, here: Workplace) -> str:
    return f"{localtime(moment, here.project.zone):%Y-%m-%d %H:%M}"


def _note(here: Workplace, action: str, customer: Customer, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"customer:{customer.pk}", at=at, project=here.project.code, **detail
    )
