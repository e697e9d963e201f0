"""Whose customer it is on record, and how that title passed from one to another. Registers no words itself."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import LEAVES
from arbitration.engine.facts.handling import manages
from arbitration.engine.facts.matter import Matter

NOBODY = ""


@dataclass(frozen=True)
class Title:
    """Who keeps a customer, since when and by what (`kept`: so the records say, without a date)."""

    who: str
    kind: str
    since: datetime | None = None
    ref: str = ""


Takes = Callable[
    [Event, Title], Title | None
]  # the title that an event gives over the one before; None: it changes nothing


def title(m: Matter, takes: Takes, at: datetime, customers: Collection[str] | None = None) -> Title:
    """The title at a moment: as the records have it at first (nobody's, where they name two), then as each event passed it on.
    Leavers keep nothing (G-10)."""
    scope = m.unit if customers is None else customers
    kept = {who for c in scope if m.sells(who := m.case.customers[c].get("assigned_to"))}
    held = Title(kept.pop() if len(kept) == 1 else NOBODY, "kept")
    for event in m.case.events:
        if event.at <= at and event.get("customer") in scope:
            held = takes(event, held) or held
    return held


def gives_up(event: Event, held: Title) -> Title | None:
    """A withdrawal by whoever holds the title leaves it to nobody."""
    if event.type == "withdrawal" and held.who and held.who in event.by:
        return Title(NOBODY, "withdrawal", event.at, event.ref)
    return None


def hands_over(m: Matter, event: Event, held: Title) -> Title | None:
    """A transfer by whoever holds the title passes it on: to a colleague who may follow, else to nobody."""
    if event.type != "transfer" or not held_by(m, event.get("from"), held):
        return None
    to = event.get("to")
    return Title(to if m.sells(to) else NOBODY, "transfer", event.at, event.ref)


def held_by(m: Matter, who: str | None, held: Title) -> bool:
    """Whether somebody can pass a title on: its holder, a leaver who may have been, or nobody in particular."""
    return who in (None, held.who) or who in m.leavers


def assigns(m: Matter, event: Event) -> Title | None:
    """A manager's assignment gives the title."""
    to = event.get("to")
    if event.type == "consent" and event["kind"] == "manager_assignment" and m.sells(to):
        return Title(str(to), "assigned", event.at, event.ref) if _by_management(m, event) else None
    return None


def _by_management(m: Matter, event: Event) -> bool:
    return not event.by or manages(m, event.by[0])


def keeper(m: Matter, customer: str, at: datetime) -> str:
    """Who keeps one customer at a moment by assignment, transfer and withdrawal; nobody: the empty text."""

    def takes(event: Event, held: Title) -> Title | None:
        return gives_up(event, held) or hands_over(m, event, held) or assigns(m, event)

    return title(m, takes, at, (customer,)).who


def given_up(m: Matter, who: str, since: datetime, until: datetime) -> bool:
    """Whether somebody withdrew from the customer, or handed it over, within a span of time."""
    left = (e for e in m.of("withdrawal") if who in e.by)
    passed = (e for e in m.of("transfer") if e.get("from") == who and e.get("to") != who)
    return any(since <= e.at <= until for e in (*left, *passed))


def leave(m: Matter, who: str, holder: str, at: datetime) -> Event | None:
    """The consent, given by a moment, under which somebody may deal with a holder's customer: by the holder or the management."""
    given = (e for e in m.case.of("consent") if e.get("to") == who and e["kind"] in LEAVES and e.at <= at)
    mine = (e for e in given if e.get("customer") in (None, *m.unit))
    return next((e for e in mine if holder in e.by or _by_management(m, e)), None)
