"""The rules of sanctions as they stand in a project: which law, which city, the switch for fines, how the rules came about."""

from dataclasses import dataclass
from datetime import date

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


def rules_of(project: Project) -> Rules:
    """What holds in a project now."""
    row = ProjectRules.objects.filter(project=project).order_by("-pk").first()
    if row is None:
        return Rules(jurisdiction(DEFAULT))
    return Rules(
        jurisdiction(row.jurisdiction), row.city, row.minimum_wage_fen, row.fines_payable, row.adopted_on, row.published_on,
        row.basis,
    )  # fmt: skip


def minimum_wage(project: Project, day: date) -> int | None:
    """The minimum monthly wage there on a day, in fen: the larger of what the project entered and what the table says."""
    rules = rules_of(project)
    known = [fen for fen in (rules.minimum_wage_fen, rules.law.minimum(rules.city, day)) if fen is not None]
    return max(known, default=None)
