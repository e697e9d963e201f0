"""How a project protects customers and keeps its public pool: what a policy leaves to the project."""

from dataclasses import fields
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Ownership
from people.models import Project
from people.roles import Right
from people.terms import BOUNDS, Terms, judge_protection
from people.workplace import Workplace
from trail import services as trail
from trail.canonical import canonical
from trail.refusals import Refusal

OWN = (*BOUNDS, "extend_on", "warn_hours", "ask_receiver")


def marker(terms: Terms) -> str:
    """A short mark of terms, so that nobody overwrites what they have not seen."""
    return sha256(canonical(terms.as_json()).encode()).hexdigest()[:16]


@transaction.atomic
def change_protection(*, here: Workplace, terms: Terms, seen: str, at: datetime) -> Terms:
    """From now on new protections last so long, and the pool has these limits; those that run already are not changed.

    `seen`: the mark of the terms on the page. Raises Refusal: not one's to change, changed meanwhile, or what cannot be.
    """
    if not here.may(Right.POLICIES):
        raise Refusal("not_yours", _("保护和公海的规则由总经理或管理员定"), status=404)
    judge_protection(terms)
    locked = Project.objects.select_for_update(no_key=True).get(pk=here.project.pk)
    before = locked.terms
    if seen != marker(before):
        raise Refusal("terms_changed", _("别人刚改过这些规则。看一遍现在的，再点一次"), status=409)
    named = {name: getattr(terms, name) for name in OWN}
    locked.terms_data = Terms.from_json(before.as_json() | named).as_json()
    locked.save(update_fields=["terms_data"])
    changed = [f.name for f in fields(Terms) if getattr(before, f.name) != getattr(locked.terms, f.name)]
    trail.note(
        by=here.user.pk, action="protection.terms", subject=f"project:{locked.code}", at=at, project=locked.code,
        changed=changed,
    )  # fmt: skip
    return locked.terms


def running(here: Workplace, at: datetime) -> int:
    """How many protections run now, which a change leaves alone."""
    return Ownership.objects.live_at(at).filter(project=here.project, protected_until__isnull=False).count()
