"""Customers are given to others; where that gives them to another company, it is on record at the same time (PIPL 23).

In each, `ground` and `told`: on what basis, and how the customer was told. `reached`: how the customer reaches that company; left
empty, as it was written last. All three are empty where nobody else's people get the customer.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims, reads
from leads.models import Customer, Deed, Ownership, Provision, Transfer
from leads.privacy.provisions import may_provide, record_provision
from leads.services import allocate, ask_transfer, decide_transfer, enter_deed, release_to_pool, unprovided
from people.models import Organisation, Project, User
from people.workplace import Workplace
from trail.refusals import Refusal

Consent = Transfer.Consent


@transaction.atomic
def allocate_told(
    *, here: Workplace, customer: Customer, to: User, reason: str, at: datetime, ground: str = "", told: str = "", reached: str = ""
) -> Ownership:  # fmt: skip
    """A manager gives a customer to somebody.

    Raises Refusal as `allocate` and `record_provision` do, and `provision_missing` for no ground.
    """
    locked = claims.lock_customer(customer)
    company = reads.company_given(here.project, claims.current(here.project, locked, at), to, at)
    if company and not ground:
        raise unprovided(to, company)
    if company:
        said = _said(here.project, company, told, reached)
        record_provision(here=here, customer=locked, ground=ground, at=at, **said)
    return allocate(here=here, customer=customer, to=to, reason=reason, at=at)


@transaction.atomic
def transfer_told(
    *, here: Workplace, customer: Customer, to: User, consent: str, reason: str, at: datetime, ground: str = "", told: str = "",
    reached: str = "",
) -> Transfer:  # fmt: skip
    """The owner hands a customer over. What waits for the department keeps the three, and is on record once it is approved.

    Raises Refusal as `ask_transfer` and `record_provision` do, and `provision_missing` for no ground.
    """
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    company = reads.company_given(here.project, held, to, at)
    asked: dict[str, Any] = {"customer": customer, "to": to, "consent": consent, "reason": reason}
    if company is None or held is None or held.user_id != here.user.pk:
        return ask_transfer(here=here, at=at, **asked)
    if not ground:
        raise unprovided(to, company)
    said = _said(here.project, company, told, reached)
    if consent == Consent.CUSTOMER:
        record_provision(here=here, customer=locked, ground=ground, at=at, **said)
    else:
        may_provide(here=here, customer=locked, ground=ground, **said)
    return ask_transfer(here=here, at=at, **asked, ground=ground, told=said["told"], reached=said["reached"])


@transaction.atomic
def decide_told(*, here: Workplace, transfer: Transfer, approve: bool, reason: str, at: datetime) -> Transfer:
    """The department approves a transfer, or does not; to another company on the ground that was given when it was asked for.

    Raises Refusal as `decide_transfer` and `record_provision` do, and `provision_missing` where no ground was given.
    """
    locked = claims.lock_customer(transfer.customer)
    held = claims.current(transfer.project, locked, at)
    row = Transfer.objects.select_related("project", "giver", "taker").get(pk=transfer.pk)
    company = reads.company_given(row.project, held, row.taker, at)
    given = approve and row.state == Transfer.State.ASKED
    if given and company and not row.ground:
        raise _unsaid(row, company)
    if given and company:
        said = _said(row.project, company, row.told, row.reached)
        record_provision(here=here, customer=locked, ground=row.ground, at=at, **said)
    return decide_transfer(here=here, transfer=transfer, approve=approve, reason=reason, at=at)


@transaction.atomic
def deed_told(
    *, here: Workplace, customer: Customer, user: User, signed_at: datetime, terms: str, at: datetime, ground: str = "",
    told: str = "", reached: str = "",
) -> Deed:  # fmt: skip
    """A signed agreement is put on record, which gives a free customer to whoever it names; held by somebody, they move nowhere yet.

    Raises Refusal as `enter_deed` and `record_provision` do, and `provision_missing` for no ground.
    """
    locked = claims.lock_customer(customer)
    held = claims.current(here.project, locked, at)
    company = None if held else reads.company_given(here.project, None, user, at)
    if company and not ground:
        raise unprovided(user, company)
    if company:
        said = _said(here.project, company, told, reached)
        record_provision(here=here, customer=locked, ground=ground, at=at, **said)
    return enter_deed(here=here, customer=customer, user=user, signed_at=signed_at, terms=terms, at=at)


def clean_up_customers(
    *, here: Workplace, customers: Collection[UUID], to: User | None, at: datetime, ground: str = "", told: str = "",
    reached: str = "",
) -> tuple[int, list[str]]:  # fmt: skip
    """What a clean-up decides about these customers (D12-6.5b): given to somebody, or, to nobody, back into the public pool.

    Gives how many moved, and why others did not: a case that waits, theirs already, somebody was quicker, another company's
    agent without ground and notice.
    """
    moved, kept, why = 0, dict[str, None](), _("清查")
    said = {"ground": ground, "told": told, "reached": reached}
    for customer in Customer.objects.filter(pk__in=customers).order_by("pk"):
        try:
            if to:
                allocate_told(here=here, customer=customer, to=to, reason=why, at=at, **said)
            else:
                release_to_pool(here=here, customer=customer, reason=why, at=at)
            moved += 1
        except Refusal as refusal:
            kept[str(refusal.sentence)] = None
    return moved, list(kept)


def _said(project: Project, company: Organisation, told: str, reached: str) -> dict[str, str]:
    """The words of the provision by which an agent's company gets a customer to follow."""
    last = Provision.objects.filter(project=project, recipient=company.name).order_by("-at", "-pk").first()
    return {
        "recipient": company.name, "told": told, "reached": reached or (last.reached if last else ""),
        "purpose": _("跟进、带看和成交"), "what": _("姓名和手机号"),
    }  # fmt: skip


def _unsaid(transfer: Transfer, company: Organisation) -> Refusal:
    sentence = _(
        "%(who)s是%(company)s的人，转交里没写根据什么给别的公司、怎么告诉客户的（个人信息保护法 23 条）：不批准，让%(giver)s写上再提"
    )
    named = {"who": transfer.taker.name, "company": company.name, "giver": transfer.giver.name}
    return Refusal("provision_missing", sentence % named, status=409)
