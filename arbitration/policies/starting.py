"""What a project sees of a shipped policy before it starts or stops it: the page and the API look at the same."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404

from arbitration import terms as rules_of_terms
from arbitration.models import PolicyInForce
from arbitration.policies import offers
from arbitration.policies.offers import Held, Offer
from people.models import Project
from people.terms import Terms


def found(project: Project, pack: str, at: datetime) -> tuple[list[PolicyInForce], Offer]:
    """What lasts in the project, and a shipped policy beside what of that is in force. 404 for a text that is not shipped."""
    rows = offers.lasting_rows(project, at)
    offer = offers.offer(pack, offers.at_present(rows, at))
    if offer is None:
        raise Http404
    return rows, offer


def terms_of(offer: Offer, rows: list[PolicyInForce], project: Project) -> Terms | None:
    """The project's terms where a policy on customers is in force already; else what this one suggests; None where it has no say."""
    if not rules_of_terms.asked(offer.pack):
        return None
    governed = any(row.scope.startswith("customer/") for row in rows)
    return project.terms if governed else rules_of_terms.suggested(offer.pack, offer.pack.values)


def apart(terms: Terms, values: dict[str, Any]) -> Terms:
    """How far apart is at once, the policy's own parameter says where it has one."""
    seconds = values.get(rules_of_terms.SIMULTANEOUS)
    return terms if seconds is None else replace(terms, simultaneous_seconds=seconds)


def held_of(project: Project, name: str, at: datetime) -> Held | None:
    """A policy that lasts in the project, by its name with or without a version."""
    held = offers.held(offers.lasting_rows(project, at))
    return next((one for one in held if one.policy.pack == name.partition("@")[0]), None)
