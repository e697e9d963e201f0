"""The rules of sanctions as they stand in a project: which law, which city, the switch for fines, how the rules came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from penalties.jurisdictions import DEFAULT, Jurisdiction, jurisdiction
from penalties.models import ProjectRules
from people.models import Project


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds; before anybody set it, the strictest law and no city."""

    law: Jurisdiction
    city: str = ""
    minimum_wage_fen: int | None = None
    fines_payable: bool = False
    adopted_on: date | None = None
    published_on: date | None = None
    basis: str = ""

    def minimum(self, day: date) -> int | None:
        """The minimum monthly wage on a day, in fen: the larger of what the project entered and what the table says."""
        known = [fen for fen in (self.minimum_wage_fen, self.law.minimum(self.city, day)) if fen is not None]
        return max(known, default=None)


def rules_of(project: Project) -> Rules:
    """What holds in a project now."""
    return rules_in(rule_rows(project))


def rule_rows(project: Project) -> QuerySet[ProjectRules]:
    """The row behind it; none before anybody set it."""
    return ProjectRules.objects.filter(project=project).order_by("-pk")[:1]


def rules_in(found: Iterable[ProjectRules]) -> Rules:
    """What that row says."""
    row = next(iter(found), None)
    if row is None:
        return Rules(jurisdiction(DEFAULT))
    return Rules(
        jurisdiction(row.jurisdiction), row.city, row.minimum_wage_fen, row.fines_payable, row.adopted_on, row.published_on,
        row.basis,
    )  # fmt: skip
