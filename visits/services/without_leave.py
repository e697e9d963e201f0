"""What was done with a customer whom a colleague receives or received last, without leave (D18-6, D18-7), and could not be prevented.

A deposit, a contract and an invitation are facts: they are recorded all the same, and put before the managers as what they are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims
from leads.models import Customer, Deal, Deposit
from people.models import Project, User
from trail import services as trail
from visits import conduct as reads
from visits.conduct import Hold
from visits.models import Conduct, Visit

AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody had to do with a customer: when, what, and whose entry says so."""

    project: Project
    customer: Customer
    by: User
    at: datetime
    what: str
    reported_by: User


def look_at_deal(*, deal: Deal, at: datetime) -> None:
    """A contract was signed by somebody who needed leave to get in touch, as matters stood before it."""
    what = _("签单时还没有人允许")
    _look(Done(deal.project, deal.customer, deal.closer, deal.signed_at, what, deal.entered_by), at)


def look_at_deposit(*, deposit: Deposit, by: User, at: datetime) -> None:
    """A deposit was paid with somebody who needed leave; `by` entered it."""
    what = _("收定金时还没有人允许")
    _look(Done(deposit.project, deposit.customer, deposit.by, deposit.at, what, by), at)


def look_at_invitation(visit: Visit, at: datetime) -> None:
    """The visitor says who invited them: had they leave, as matters stood before the visit (D18-4 is a helper who had)?"""
    if visit.customer and visit.invited_by:
        what = _("客户说是 TA 邀约的，当时还没有人允许")
        _look(Done(visit.project, visit.customer, visit.invited_by, visit.arrived_at, what, visit.registered_by), at)


def _look(done: Done, at: datetime) -> None:
    """Under the customer's lock: leave that is being ended is ended, or counts."""
    if not done.project.terms.ask_receiver:
        return
    claims.lock_customer(done.customer)
    if held := reads.in_the_way(done.project, done.customer, done.by, done.at - AN_INSTANT):
        report_done(done, held, at)


def report_done(done: Done, held: Hold, at: datetime) -> None:
    """It happened, without leave: on record, and before the managers; whoever did it is asked for their side."""
    row = Conduct.objects.create(
        project=done.project, customer=done.customer, visit=held.visit, kind=Conduct.Kind.UNAUTHORISED_CONTACT, by=done.by,
        against=held.holders[0], what=done.what, happened_at=done.at, reported_by=done.reported_by, reported_at=at,
    )  # fmt: skip
    code, link = done.project.code, reverse("conduct_one", args=[row.pk])
    subject = f"conduct:{row.pk}"
    trail.note(
        by=done.reported_by.pk, action="conduct.report", subject=subject, at=at, project=code, kind=str(row.kind)
    )
    if done.reported_by != done.by:
        trail.tell(
            to=done.by.pk, kind="conduct.named", project=code, link=link, to_do=True, at=at,
            sentence=gettext_noop("接待时的一件事记下了，提到了你。还没有认定，写下你看到的"),
        )  # fmt: skip
    for user in reads.managers(done.project, at):
        trail.tell(
            to=user, kind="conduct.reported", project=code, link=link, to_do=True, at=at,
            sentence=gettext_noop("%(who)s没经允许和同事接待的客户联系，看要不要认定"), who=done.by.name,
        )  # fmt: skip
