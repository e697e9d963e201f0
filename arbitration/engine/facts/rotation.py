"""Whose turn it is in the order of reception."""

from collections.abc import Collection
from datetime import datetime

from arbitration.engine.case import Record, moment
from arbitration.engine.facts.matter import Matter


def _covers(row: Record, at: datetime) -> bool:
    """Whether a roster line holds at a moment; half-open, open-ended where it says nothing."""
    since, until = row.get("from"), row.get("to")
    return (not since or moment(since) <= at) and (not until or at < moment(until))


def in_rotation(m: Matter, at: datetime) -> list[tuple[int, str]]:
    """(position, who) of those who take turns at a moment: not absent, not gone."""
    rows = [r for r in m.case.roster if _covers(r, at)]
    away = {r.get("person") for r in rows if r.get("kind") == "absent"}
    turns = {
        (int(r.get("position")), str(r.get("person")))
        for r in rows
        if r.get("kind") == "rotation" and r.get("position") is not None
    }
    return sorted((place, who) for place, who in turns if who not in away and m.sells(who))


def next_after(m: Matter, people: Collection[str], at: datetime) -> str | None:
    """Next in rotation after these people, cyclic, skipping them (case format): None where nobody is left."""
    places = [
        int(r.get("position"))
        for r in m.case.roster
        if r.get("kind") == "rotation"
        and r.get("person") in people
        and r.get("position") is not None
        and _covers(r, at)
    ]
    last = max(places, default=0)
    others = [(place, who) for place, who in in_rotation(m, at) if who not in people]
    return next((who for _later, _place, who in sorted((place <= last, place, who) for place, who in others)), None)
