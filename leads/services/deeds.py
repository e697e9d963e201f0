"""The customer-ownership agreement (客户归属协议, D05-4.2c): written proof of whose customer this is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims, reads
from leads.models import Customer, Deed, NotebookEntry, Ownership
from leads.services.ownership import note_in_book
from leads.services.providing import must_be_provided
from leads.signals import claim_contested
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def enter_deed(
    *, here: Workplace, customer: Customer, user: User, signed_at: datetime, terms: str, at: datetime
) -> Deed:
    """Put a signed agreement on record. Who owns a free customer by it follows them; against somebody else's claim it opens a case.

    `signed_at` is what the paper says; what counts is when it was entered, `at` (G-35). Raises Refusal: not a manager, somebody
    who does not sell here, signed in the future or before 2000, which is a slip of the keyboard, or it would give a free customer
    to another company and nothing is on record of that (leads/privacy/giving.py writes both).
    """
    if not here.may(Right.ALLOCATE):
        raise Refusal("not_yours", _("归属协议由主管录入"), status=404)
    if not reads.sellers(here, at).filter(pk=user.pk, is_active=True).exists():
        raise Refusal("taker_unknown", _("选一位在这个项目做销售的人"), field="user")
    if signed_at > at:
        raise Refusal("signed_later", _("签字的日子还没到，看一下日期"), field="signed_on")
    if not clock.likely(signed_at):
        raise Refusal("signed_too_early", _("签字日期太早了，核对一下年份"), field="signed_on")
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    if held is None:
        must_be_provided(project=here.project, customer=locked, held=None, to=user, by=here.user, at=at)
    deed = Deed.objects.create(
        no=trail.next_number("XY", at), project=here.project, customer=locked, user=user, signed_at=signed_at,
        terms=terms.strip()[:500], entered_by=here.user, at=at,
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="deed.enter", subject=f"deed:{deed.no}", at=at, project=here.project.code, user=user.pk
    )
    _take_effect(deed, held, at)
    return deed


def _take_effect(deed: Deed, held: Ownership | None, at: datetime) -> None:
    if held is None:
        claims.give(
            deed.project, deed.customer, to=deed.user, reason=Ownership.Reason.ALLOCATED, source=deed.no,
            by=deed.entered_by_id, at=at,
        )  # fmt: skip
        note_in_book(deed.project, deed.customer, deed.user, NotebookEntry.Book.COLLECTION, deed.no, at)
    elif held.user and held.user_id != deed.user_id:
        claim_contested.send(
            sender=Deed, project=deed.project, customer=deed.customer, trigger="deed", source=deed.no, deal=None,
            claimants=[(held.user, held.source, None), (deed.user, deed.no, None)], at=at,
        )  # fmt: skip
