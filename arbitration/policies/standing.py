"""How policies stand in a project: how many rulings rest on each clause, who has signed for them, which versions there were."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F, Func

from arbitration.models import PolicyInForce, Ruling
from arbitration.policies.offers import Held
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
    """Every version that governs, governed or is to, the latest first; one row for each time, not for each row that keeps it.

    Where a version went on unchanged, as it does after a later one was called off, its time is one.
    """
    rows = PolicyInForce.objects.filter(project=project).select_related("policy").order_by("since", "policy", "scope")
    times: dict[tuple[int, datetime], PolicyInForce] = {}
    for row in rows:
        times.setdefault((row.policy_id, row.since), row)
    shown: list[PolicyInForce] = []
    for row in times.values():
        goes_on = next((one for one in shown if _goes_on(one, row)), None)
        if goes_on is None:
            shown.append(row)
        else:  # these rows are read, never kept
            goes_on.until, goes_on.ended_early = row.until, row.ended_early
    return sorted(shown, key=lambda row: (row.since, -row.pk), reverse=True)


def _goes_on(one: PolicyInForce, row: PolicyInForce) -> bool:
    """Whether the second only carries the first on; what never governed carries nothing."""
    governed = one.end != one.since and row.end != row.since
    return governed and (one.policy_id, one.params, one.end) == (row.policy_id, row.params, row.since)
