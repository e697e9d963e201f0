"""A case opened for its page: what is its own is read at once, and what its parts ask beside that they ask once."""

from datetime import datetime
from typing import Any

from arbitration.appeals import appeals_of, who_rule
from arbitration.casefile import concerned
from arbitration.cases.history import history_of
from arbitration.cases.judgement import late_contacts
from arbitration.cases.once import once_a_page
from arbitration.cases.parties import memberships_of
from arbitration.cases.proposals import in_force
from arbitration.models import Collision, Draft
from leads.models import Deal
from trail.together import fill
from visits.models import Visit


@once_a_page
def deals_of(case: Collision) -> Any:
    """The contracts of the customer of a case here, whenever they were signed; of a case about a thing none."""
    return Deal.objects.filter(project=case.project_id, customer=case.customer_id)


@once_a_page
def brought_to(case: Collision) -> Any:
    """The visits to which an agent brought the customer of a case; of a case about a thing none, though nobody knows many a visitor."""
    rows = Visit.objects.filter(project=case.project_id, customer=case.customer_id, brought_by__isnull=False)
    rows = rows.select_related("brought_by")
    return rows if case.customer_id else rows.none()


@once_a_page
def drafts_of(case: Collision) -> Any:
    """What people are writing on a case, sealed."""
    return Draft.objects.filter(collision=case)


READS = (memberships_of, appeals_of, late_contacts, deals_of, brought_to, drafts_of, concerned, in_force)


def open_for_page(case: Collision, at: datetime) -> None:
    """Read claims, entries, files, statements, terms, rulings and appeals of a case, who its parties are and who rules: one question
    for all.

    Only for a page: a service locks a case and reads it as it is then.
    """
    own: dict[str, Any] = {
        "claims": case.claims.select_related("user", "customer", "registration").order_by("joined_at", "pk"),
        "events": case.events.select_related("by").order_by("at", "pk"),
        "attachments": case.attachments.select_related("by", "event").order_by("staged_at", "pk"),
        "statements": case.statements.select_related("by").order_by("at", "pk"),
        "settlements": case.settlements.select_related("by", "owner").prefetch_related("confirmations__by").order_by("-at", "-pk"),
        "rulings": case.rulings.select_related("by", "owner", "policy").order_by("-at", "-pk"),
    }  # fmt: skip
    asked = {read.__name__: read(case) for read in READS} | {who_rule.__name__: who_rule(case, at)}
    history = history_of(case)
    fill(*own.values(), *asked.values(), *history.tables())
    for rows in own["settlements"]:
        rows.collision = case
    vars(case).setdefault("_prefetched_objects_cache", {}).update(own)  # as `prefetch_related` keeps it
    case.known = {**asked, history_of.__name__: history}
