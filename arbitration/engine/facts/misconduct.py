"""Misconduct as the policies punish it: proven acts, whether they are the first, what the amounts may be (G-17, G-18, G-31).

Every fine and every dismissal is a proposal to a person.
"""

from collections.abc import Collection, Iterator

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_months
from arbitration.engine.facts.words import Sanction

YEAR = 12  # months within which a further act is a repeat (G-17)
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
    return any((kinds is None or e["kind"] in kinds) and e.at < act.at < after_months(e.at, YEAR) for e in before)


def knew(m: Matter, who: str, before: Event) -> bool:
    """Whether somebody knew of the owner when they acted: query, notice or own words (G-18)."""
    shown = any(q.get("found") not in (None, who) and who in q.by and q.at <= before.at for q in m.of("query"))
    heard = any(who in e.by and e.at <= before.at for e in m.case.of("collision_known") if here(m, e))
    return shown or heard or any(n.at <= before.at for n in m.notices(to=who))


def fine(m: Matter, act: Event, first: int, repeat: int, low: int | None, high: int | None) -> Iterator[Sanction]:
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


def times_before(m: Matter, act: Event, who: str) -> int:
    """How many proven acts somebody had committed within the twelve months before this one, about whatever customer (G-17)."""
    acts = (e for e in m.case.of("conduct") if who in e.by and e.get("proven", True) and not _rejected(m, e))
    return sum(e.at < act.at < after_months(e.at, YEAR) for e in acts)


def warned_then_fined(m: Matter, acts: Collection[Event], yuan: int) -> list[Sanction]:
    """Where the text offers both: the first act a warning, a repeat the fine, a further repeat twice the fine (G-17).

    One sanction for each person, the heaviest (G-31).
    """
    found = []
    for act in acts:
        for who in act.by:
            times = times_before(m, act, who)
            kind, amount = ("fine", 100 * yuan * min(times, 2)) if times else ("warning", None)
            found.append(Sanction(who, kind, amount, events=(act.ref,)))
    return heaviest(found)


def serious(acts: Collection[Event]) -> list[Event]:
    """Acts whose severity is on record as serious (G-18)."""
    return [act for act in acts if act.get("severity") == "serious"]


def dismissed(acts: Collection[Event]) -> list[Sanction]:
    """Dismissal, proposed once against everybody who did one of these; the acts are what it rests on."""
    people = dict.fromkeys(who for act in acts for who in act.by)
    return [Sanction(who, "dismissal", events=tuple(a.ref for a in acts if who in a.by)) for who in people]


def accepted(m: Matter, event: Event) -> bool:
    """Whether the evidence about something was taken, where there is any; without any it is. Silence: yes."""
    return not _rejected(m, event)
