"""Whom a newcomer may be, for somebody who looks before reporting: how strongly, why, and as much of whom as they may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.candidates import Hit, screen
from leads.findings import in_words
from leads.models import Customer, IdentityQuestion, Ownership
from leads.reads.access import told_names
from leads.screening.matching import Newcomer
from leads.templatetags.guishu import masked
from people.workplace import Workplace

Strength = IdentityQuestion.Strength
CERTAIN = (Strength.WHOLE, Strength.KIN, Strength.COMPANY)  # of a mask or a name nobody is told who follows whom


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit: 整号一致, why, 张**, and who follows them."""

    strength: str
    why: str
    who: str
    owner: str


def hits(here: Workplace, newcomers: Sequence[Newcomer], at: datetime) -> list[list[HitView]]:
    """The hits of each, for the house and as its policy discloses; an agency is told of nobody. A fixed number of queries."""
    if here.outside or not told_names(here):
        return [[] for _new in newcomers]
    found = [screened.hits for screened in screen(here.project, newcomers, at, alike=True)]
    ids = {hit.customer for own in found for hit in own if hit.customer}
    people = Customer.objects.in_bulk(ids)
    live = Ownership.objects.live_at(at).filter(project=here.project, customer__in=ids, user__isnull=False)
    held = {one.customer_id: one.user.name for one in live.select_related("user") if one.user}
    return [[_view(hit, people, held) for hit in own] for own in found]


def _view(hit: Hit, people: dict[Any, Customer], held: dict[Any, str]) -> HitView:
    known = people.get(hit.customer) if hit.customer else None
    owner = held.get(hit.customer, "") if hit.strength in CERTAIN else ""
    return HitView(str(Strength(hit.strength).label), in_words(hit.reason), masked(known.name) if known else "", owner)


def add_hits(here: Workplace, answers: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """The answers of a check with `hits`; nothing for a line without an answer, or once the day's answers are used up."""
    told = [a for a in answers if "answer" in a and not a.get("spent")]
    leads = [a["line"].lead for a in told]
    newcomers = [Newcomer(name=lead.name, honorific=lead.honorific, number=lead.number) for lead in leads]
    for answer, own in zip(told, hits(here, newcomers, at) if newcomers else [], strict=True):
        answer["hits"] = own
    return answers
