"""Misconduct as the policies punish it: proven acts, whether they are the first, what the amounts may be (G-17, G-18, G-31).

Every fine and every dismissal is a proposal to a person.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Sanction

YEAR = timedelta(days=365)  # a repeat is one within twelve months
# From light to heavy: of several sanctions for one act the heaviest remains (G-31).
WEIGHT = ("criticism", "rectify", "warning", "written_warning", "fine", "suspension", "dismissal")


def here(m: Matter, event: Event) -> bool:
    """Whether something is about the customer asked about; what names no customer is."""
    return event.get("customer") in (None, *m.unit)


def proven(m: Matter, kinds: Collection[str] | None = None) -> list[Event]:
    """Acts of misconduct in this matter that are proven, of these kinds, in order of time.

    An act is unproven where it says so, or where the evidence about it was not accepted.
    """
    acts = (e for e in m.case.of("conduct") if here(m, e) and (kinds is None or e["kind"] in kinds))
    return [e for e in acts if e.get("proven", True) and not _rejected(m, e)]


def _rejected(m: Matter, act: Event) -> bool:
    about = [e for e in m.case.of("evidence") if e.get("about") == act.ref]
    return bool(about) and not any(e.get("accepted") for e in about)


def repeated(m: Matter, act: Event, kinds: Collection[str] | None = None) -> bool:
    """Whether the same person did something of these kinds within the twelve months before, about whatever customer."""
    before = (e for e in m.case.of("conduct") if e.ref != act.ref and e.get("proven", True) and set(e.by) & set(act.by))
    return any((kinds is None or e["kind"] in kinds) and e.at < act.at <= e.at + YEAR for e in before)


def knew(m: Matter, who: str, before: Event) -> bool:
    """Whether somebody knew of the owner when they acted: query, notice or own words (G-18)."""
    shown = any(q.get("found") not in (None, who) and who in q.by and q.at <= before.at for q in m.of("query"))
    heard = any(who in e.by and e.at <= before.at for e in m.case.of("collision_known") if here(m, e))
    return shown or heard or any(n.at <= before.at for n in m.notices(to=who))


def fine(m: Matter, act: Event, first: int, repeat: int, low: int, high: int | None) -> Iterator[Sanction]:
    """A fine against whoever did it: the first amount, or that of a repeat within twelve months (G-17). Money in fen."""
    for who in act.by:
        amount = repeat if repeated(m, act) else first
        yield Sanction(who, "fine", amount, low, high, (act.ref,))


def heaviest(found: Collection[Sanction]) -> list[Sanction]:
    """One sanction for each person: the heaviest, of equals the larger amount, then the earlier (G-31)."""
    best: dict[str, Sanction] = {}
    for one in found:
        kept = best.get(one.to)
        if kept is None or _weight(one) > _weight(kept):
            best[one.to] = one
    return list(best.values())


def _weight(one: Sanction) -> tuple[int, int]:
    return (WEIGHT.index(one.kind) if one.kind in WEIGHT else -1, one.amount or 0)
