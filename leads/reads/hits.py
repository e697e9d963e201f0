"""Whom a newcomer may be, for somebody who looks before reporting: how strongly, why, and as much of whom as they may know."""

from dataclasses import dataclass
from typing import Any

from leads.answers import Finding, Known
from leads.candidates import Hit
from leads.findings import in_words
from leads.models import IdentityQuestion
from leads.templatetags.guishu import masked

Strength = IdentityQuestion.Strength
CERTAIN = (Strength.WHOLE, Strength.KIN)  # of a mask or a name nobody is told who follows whom


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit: 整号一致, why, 张**, and who follows them."""

    strength: str
    why: str
    who: str
    owner: str


def hits(finding: Finding | None) -> list[HitView]:
    """The hits of an answer, for the house and as its policy discloses: of an agency nothing was looked for."""
    if finding is None or finding.screened is None or finding.known is None:
        return []
    return [_view(hit, finding.known) for hit in finding.screened.hits]


def _view(hit: Hit, known: Known) -> HitView:
    one = known.rows.people.get(hit.customer) if hit.customer else None
    held = known.held.get(hit.customer) if hit.customer and hit.strength in CERTAIN else None
    owner = held.user.name if held and held.user else ""
    return HitView(str(Strength(hit.strength).label), in_words(hit.reason), masked(one.name) if one else "", owner)


def add_hits(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of a check with `hits`."""
    return [answer | {"hits": hits(answer.get("finding"))} for answer in answers]
