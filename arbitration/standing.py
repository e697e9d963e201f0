"""How policies stand in a project: how many rulings rest on each clause, who has signed for them, which versions there were."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F, Func

from arbitration.models import PolicyInForce, Ruling
from arbitration.offers import Held
from people.acknowledging import readers
from people.models import Acknowledgement, Project


def cited_by(project: Project) -> Counter[tuple[str, str]]:
    """How many rulings in force rest on each rule of each policy, whichever version: one query."""
    rulings = Ruling.objects.filter(collision__project=project, superseded_by=None, policy__isnull=False)
    rows = rulings.values_list("policy__pack", Func(F("rules"), function="unnest"))
    return Counter((pack, rule) for pack, rule in rows)


def signatures(project: Project, held: list[Held], at: datetime) -> dict[int, dict[str, Any]]:
    """For each policy in force: how many of those bound have signed for this version, and who has not. Two queries."""
    bound = readers(project, at) if held else []
    subjects = {one.policy.pk: f"policy:{bytes(one.policy.sha256).hex()}" for one in held}
    rows = Acknowledgement.objects.filter(project=project, subject__in=subjects.values(), at__lte=at)
    done = set(rows.values_list("subject", "user"))
    missing = {pk: [user for user in bound if (subject, user.pk) not in done] for pk, subject in subjects.items()}
    return {pk: {"of": len(bound), "done": len(bound) - len(left), "missing": left} for pk, left in missing.items()}


def versions(project: Project) -> list[PolicyInForce]:
    """Every version that governs, governed or is to, the latest first; one row for each time."""
    rows = PolicyInForce.objects.filter(project=project).select_related("policy").order_by("-since", "policy", "scope")
    return list({(row.policy_id, row.since): row for row in rows}.values())
