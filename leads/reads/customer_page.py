"""A customer's page (客户档案): what hangs on the customer alone is read in one question (trail/together.py)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads import timeline
from leads.models import Customer
from leads.privacy.notices import basis_rows, brought_rows, held, notice_rows
from leads.privacy.provisions import provisions_of
from leads.profiles import profile_of, profile_rows
from leads.reads.access import relation_rows, relations
from leads.reads.following import following, task_rows
from leads.reads.pool import deeds, moves
from leads.reads.prechecks import asked_rows
from leads.reads.questions import asked_about, merge_rows, who
from people.roles import Right
from people.workplace import Workplace
from trail.together import fill


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind the page. Each is read whoever looks; what of it is shown, `page` says."""

    owners: QuerySet[Any]
    related: QuerySet[Any]
    bases: QuerySet[Any]
    lists: QuerySet[Any]
    notices: QuerySet[Any]
    provided: QuerySet[Any]
    profiles: QuerySet[Any]
    tasks: QuerySet[Any]
    deeds: QuerySet[Any]
    merges: QuerySet[Any]
    questions: QuerySet[Any]
    asked: QuerySet[Any]

    @classmethod
    def read(cls, here: Workplace, customer: Customer, at: datetime) -> "Rows":
        """Ask for all of them at once."""
        project = here.project
        rows = cls(
            owners=timeline.owner_rows(here, customer), related=relation_rows(customer), bases=basis_rows(project, customer)[:1],
            lists=brought_rows(project, customer)[:1], notices=notice_rows(project)[:1], provided=provisions_of(project, customer),
            profiles=profile_rows(project, customer),
            tasks=task_rows(here, customer), deeds=deeds(here).filter(customer=customer).order_by("-signed_at"),
            merges=merge_rows(customer), questions=asked_about(here, customer)[:1], asked=asked_rows(here, customer, at),
        )  # fmt: skip
        fill(*(getattr(rows, name) for name in cls.__slots__))
        return rows


def page(here: Workplace, customer: Customer, at: datetime) -> dict[str, Any]:
    """Who follows the customer and why, everything that happened, who they are, and what this person may do."""
    rows, every = Rows.read(here, customer, at), here.may(Right.ALL_CUSTOMERS)
    owners = timeline.owners(here, rows.owners, at)
    follows = any(owner["now"] and owner["mine"] for owner in owners)
    holds = next((owner for owner in owners if owner["now"]), None)
    story = timeline.story(here, customer, follows=follows)
    related, merges = relations(here, customer, rows.related), list(rows.merges)
    basis, provided = held(here.project, rows.bases, rows.lists), list(rows.provided)
    if customer.as_told:  # by an agency that does not follow them: what it wrote itself, and nothing of others
        related = [one for one in related if one["row"].by_id == here.user.pk]
        provided = [one for one in provided if one.by_id == here.user.pk]
        basis, merges = basis if basis and basis.by == here.user else None, []
    profile = profile_of(here.project, customer, rows.profiles)
    keeps = follows or every
    return {
        "customer": customer, "owners": owners, "holds": holds, "story": story, "relations": related,
        "basis": basis, "notice": next(iter(rows.notices), None), "provided": provided,
        "moves": moves(here, holds), "deeds": rows.deeds, "asked_for": rows.asked if keeps else [],
        "who": who(here, customer, related, merges, asked=bool(rows.questions)),
        "may_reveal": follows or here.may(Right.REVEAL), "may_add": keeps or here.may(Right.DESK), "all": every,
        "may_deal": here.may(Right.DEALS), "may_identify": here.may(Right.IDENTITY), "may_merge": here.may(Right.MERGE),
        **(following(here, profile, rows.tasks, at, story) if keeps else {"following": None}),
    }  # fmt: skip
