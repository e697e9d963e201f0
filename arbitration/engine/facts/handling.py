"""Duties that recur in the policies once a collision is known: report upward, investigate, tell the parties.

Each function lists the acts; a policy registers its own word over it, with its own roles and term.
"""

from collections.abc import Collection, Iterator

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import discoveries
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Act

ABOVE = frozenset({"manager", "general_manager"})  # to whom a collision is reported


def above(m: Matter, who: str) -> frozenset[str]:
    """Whom somebody may report to: their superior, and whoever manages."""
    managing = {p.id for p in m.case.people.values() if p.get("role") in ABOVE}
    person = m.case.people.get(who)
    superior = person.get("superior") if person else None
    return frozenset(managing | ({superior} if superior else set())) - {who}


def reports_upward(m: Matter, what: str = "report") -> Iterator[Act]:
    """Whoever sells and learns of the collision reports it to a superior (D04-4.4, D13-5.1, D14-3.1, D15-3c)."""
    for who, known in discoveries(m):
        if m.sells(who):
            told = (e for e in m.case.of("collision_reported") if who in e.by and e.get("to") in above(m, who))
            done = next((e for e in told if e.at >= known.at), None)
            events = (known.ref, done.ref) if done else (known.ref,)
            yield Act(who, what, known.ref, known.at, done.at if done else None, events)


def investigations(m: Matter, roles: Collection[str] = ABOVE) -> Iterator[Act]:
    """Whoever receives the report of a collision opens an investigation (D12-6.4a, D13-5.2, D14-3.2)."""
    seen: set[str] = set()
    for report in m.case.of("collision_reported"):
        to = report.get("to")
        person = m.case.people.get(to or "")
        if (
            to
            and person
            and to not in seen
            and (person.get("role") in roles or to in above(m, next(iter(report.by), "")))
        ):
            seen.add(to)
            yield _opened(m, to, report.ref, report)


def _opened(m: Matter, who: str, about: str, since: Event) -> Act:
    opened = (e for e in m.case.of("investigation") if e.get("opened") and e.at >= since.at)
    done = next(opened, None)
    events = (since.ref, done.ref) if done else (since.ref,)
    return Act(who, "investigate", about, since.at, done.at if done else None, events)


def closed(m: Matter) -> Event | None:
    """The closing of the investigation, the latest."""
    return max((e for e in m.case.of("investigation") if e.get("closed")), key=lambda e: e.at, default=None)
