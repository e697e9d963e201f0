"""Keeping a shipped policy as a version, and putting one in force in a project."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.engine import load_pack
from arbitration.engine.scope import scopes_of
from arbitration.models import PolicyInForce, PolicyVersion
from arbitration.proposals import pack_of
from people.models import Project
from people.terms import Terms
from trail import services as trail
from trail.refusals import Refusal


def publish(pack_id: str, *, at: datetime) -> PolicyVersion:
    """Keep a shipped pack as a policy version, byte for byte; the one already kept if nothing in it changed."""
    pack = load_pack(pack_id)
    digest = sha256(pack.canonical).digest()
    kept = PolicyVersion.objects.filter(sha256=digest).first()
    return kept or PolicyVersion.objects.create(
        pack=pack.id, version=pack.version, canonical=pack.canonical, sha256=digest, published_at=at
    )


@transaction.atomic
def put_in_force(
    *, project: Project, policy: PolicyVersion, terms: Terms | None = None, by: object, at: datetime,
    params: dict[str, Any] | None = None,
) -> list[PolicyInForce]:  # fmt: skip
    """From now on this policy governs its scopes in the project; cases that began before keep theirs (G-20).

    A new version takes the place of the old. Raises Refusal where another policy holds one of the scopes: two texts about the
    same matter are never in force at once. `terms`: what the left apps need of it; None leaves theirs. `params`: what the project
    sets otherwise than the pack; raises ValueError for a parameter that the pack has not.
    """
    pack = pack_of(policy)
    unknown = set(params or {}) - set(pack.params)
    if unknown:
        raise ValueError(f"{policy} has no such parameter: {', '.join(sorted(unknown))}")
    locked = Project.objects.select_for_update().get(pk=project.pk)
    scopes = scopes_of(pack)
    _refuse_overlap(locked, pack.id, scopes)
    _close(locked, pack.id, at)
    if terms is not None:
        locked.terms_data = terms.as_json()
        locked.save(update_fields=["terms_data"])
    trail.note(by=by, action="policy.in_force", subject=f"policy:{policy}", at=at, project=project.code)
    rows = [
        PolicyInForce(project=locked, policy=policy, scope=scope, params=params or {}, since=at) for scope in scopes
    ]
    return PolicyInForce.objects.bulk_create(rows)


def _refuse_overlap(project: Project, pack: str, scopes: list[str]) -> None:
    held = PolicyInForce.objects.filter(project=project, scope__in=scopes, until__isnull=True).exclude(
        policy__pack=pack
    )
    other = held.select_related("policy").order_by("scope").first()
    if other:
        raise Refusal(
            "scope_taken",
            _("%(policy)s 已经管着这类事（%(scope)s）。先停用它，再启用这一份：同一件事不能有两份制度")
            % {"policy": other.policy, "scope": other.scope},
            status=409,
        )


@transaction.atomic
def withdraw(*, project: Project, pack: str, by: object, at: datetime) -> int:
    """From now on this policy governs nothing in the project; cases that began before keep it. Returns how many scopes are free."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    trail.note(by=by, action="policy.withdraw", subject=f"policy:{pack}", at=at, project=project.code)
    return _close(locked, pack, at)


def _close(project: Project, pack: str, at: datetime) -> int:
    return PolicyInForce.objects.filter(project=project, policy__pack=pack, until__isnull=True).update(until=at)
