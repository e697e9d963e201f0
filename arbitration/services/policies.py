"""Keeping a shipped policy as a version, and putting one in force in a project."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from arbitration.engine import load_pack
from arbitration.models import PolicyInForce, PolicyVersion
from people.models import Project
from people.terms import Terms
from trail import services as trail


def publish(pack_id: str, *, at: datetime) -> PolicyVersion:
    """Keep a shipped pack as a policy version, byte for byte; the one already kept if nothing in it changed."""
    pack = load_pack(pack_id)
    digest = sha256(pack.canonical).digest()
    kept = PolicyVersion.objects.filter(sha256=digest).first()
    return kept or PolicyVersion.objects.create(
        pack=pack.id, version=pack.version, canonical=pack.canonical, sha256=digest, published_at=at
    )


@transaction.atomic
def put_in_force(*, project: Project, policy: PolicyVersion, terms: Terms, by: object, at: datetime) -> PolicyInForce:
    """From now on this policy governs the project; cases that began before keep theirs (G-20)."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    held = PolicyInForce.objects.filter(project=locked, until__isnull=True).first()
    if held:
        held.until = at
        held.save(update_fields=["until"])
    locked.terms_data = terms.as_json()
    locked.save(update_fields=["terms_data"])
    trail.note(by=by, action="policy.in_force", subject=f"policy:{policy}", at=at, project=project.code)
    return PolicyInForce.objects.create(project=locked, policy=policy, since=at)
