"""Duties that recur in the policies once a collision is known: report upward, investigate, tell the parties.

Each function lists the acts; a policy registers its own word over it, with its own roles and term.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.dealings import discoveries
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Act, Fact, fact, role

ABOVE = frozenset({"manager", "general_manager"})  # to whom a collision is reported


def above(m: Matter, who: str) -> frozenset[str]:
    """Whom somebody may report to: their superior, and whoever manages."""
    managing = {p.id for p in m.case.people.values() if p.get("role") in ABOVE}
    person = m.case.people.get(who)
    superior = person.get("superior") if person else None
    return frozenset(managing | ({superior} if superior else set())) - {who}


def reports_upward(
    m: Matter, what: str = "report", learned: Iterable[tuple[str, Event]] | None = None
) -> Iterator[Act]:
    """Whoever sells and learns of the collision reports it to a superior (D04-4.4, D13-5.1, D14-3.1, D15-3c).

    `learned`: (who, event) where a policy counts more than knowledge of the collision.
    """
    for who, known in discoveries(m) if learned is None else learned:
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
    opened = ((at, e) for e in inquiries(m) if (at := said_at(m, e, "opened")) and at >= since.at)
    done = min(opened, key=lambda row: row[0], default=None)
    events = (since.ref, done[1].ref) if done else (since.ref,)
    return Act(who, "investigate", about, since.at, done[0] if done else None, events)


def inquiries(m: Matter) -> list[Event]:
    """Investigations; what somebody who sells and is nobody's superior opens or closes is none (G-47)."""
    superiors = {p.get("superior") for p in m.case.people.values()}
    return [
        e for e in m.case.of("investigation") if not e.by or any(who in superiors or not m.sells(who) for who in e.by)
    ]


def said_at(m: Matter, event: Event, key: str) -> datetime | None:
    """When that happened which an event says under a key: at the time that it names, else when it was received.

    None where it says no, and where the time is still to come.
    """
    told = event.get(key)
    at = moment(told) if isinstance(told, str) else event.at
    return at if told and at <= m.case.ask else None


def closed(m: Matter) -> Event | None:
    """The closing of the investigation, the latest."""
    return max((e for e in inquiries(m) if e.get("closed")), key=lambda e: e.at, default=None)


def closed_at(m: Matter) -> tuple[Event, datetime] | None:
    """The closing of the investigation with its time, the latest; None while none is closed."""
    found = ((e, at) for e in inquiries(m) if (at := said_at(m, e, "closed")))
    return max(found, key=lambda row: row[1], default=None)


def examined(m: Matter, acts: Collection[Event]) -> list[Event]:
    """Of some acts of misconduct those that a closed investigation covers: done before it was closed."""
    closing = closed_at(m)
    return [act for act in acts if closing and act.at <= closing[1]]


def manages(m: Matter, who: str | None) -> bool:
    """Whether somebody decides for the sales management: a manager or the general manager."""
    person = m.case.people.get(who or "")
    return bool(person and person.get("role") in ABOVE)


def assignment(m: Matter) -> Event | None:
    """The latest written decision of the management that the customer goes to somebody: a consent of the department or the
    manager. What others sign so counts nothing; one without a name counts as the department's."""
    kinds = ("department_approval", "manager_assignment")
    given = (e for e in m.case.of("consent") if e["kind"] in kinds and e.get("customer") in (None, *m.unit))
    mine = [e for e in given if m.sells(e.get("to")) and (not e.by or manages(m, e.by[0]))]
    return mine[-1] if mine else None


@fact("management.assigned", "管理层已指定负责人", "the management has named who follows the customer")
def management_assigned(m: Matter) -> Fact:
    """A consent of the department or the manager names somebody who may claim. Silence: no."""
    given = assignment(m)
    return Fact(given is not None, (given.ref,) if given else ())


@role("assigned_by_management", "管理层指定的人", "whom the management named")
def assigned_by_management(m: Matter) -> tuple[str, ...]:
    """Whom the latest decision of the management names."""
    given = assignment(m)
    return (given["to"],) if given else ()


@role("common_superior", "各方共同的上级", "the superior whom the parties have in common")
def common_superior(m: Matter) -> tuple[str, ...]:
    """The lowest superior of all claimants (G-47: whoever is the superior of one party only does not rule); without one the
    general manager."""
    lines = [_superiors(m, who) for who in m.claimants]
    shared = [who for who in lines[0] if all(who in line for line in lines)] if lines else []
    top = [p.id for p in m.case.people.values() if p.get("role") == "general_manager"]
    return tuple((shared or top)[:1])


def _superiors(m: Matter, who: str) -> list[str]:
    """The line of superiors of somebody, from below."""
    line: list[str] = []
    person = m.case.people.get(who)
    while person and (above_them := person.get("superior")) and above_them not in (*line, who):
        line.append(above_them)
        person = m.case.people.get(above_them)
    return line
