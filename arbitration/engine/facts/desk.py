"""The front desk of D01: what each visit is worth, what the customer answered, who was on duty when they came."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from arbitration.engine.case import Event, Record, moment
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import local_day, midnight, same_day
from arbitration.engine.facts.words import once

DESK = frozenset({"front_desk", "admin"})  # who enters visits; an administrator by audited correction (D01-1)
QUESTIONS = ("invited_by", "asked_for", "first_time")  # D01-2; null is an answer, a missing key is none


# ── registration ──


def told_at(m: Matter, event: Event, key: str) -> datetime | None:
    """A time that an event tells under a key, if it has come by now."""
    at = moment(event[key]) if event.get(key) else None
    return at if at and at <= m.case.ask else None


def left_at(m: Matter, visit: Event) -> datetime:
    """When the customer left: as entered, else when the last reception ended, else when they came (silence)."""
    ends = [at for e in _receptions(m, visit) if (at := told_at(m, e, "until"))]
    return told_at(m, visit, "left_at") or max(ends, default=visit.at)


def entered_at(m: Matter, visit: Event) -> datetime | None:
    """When a visit that the customer would not register was registered after all, together with the desk (D01-1.n2a)."""
    return told_at(m, visit, "registered_at") if at_desk(m, visit) else None


def at_desk(m: Matter, visit: Event) -> bool:
    """Whether the desk made the entry. Silence: it did."""
    person = m.case.people.get(visit.get("registered_by", ""))
    return person is None or person.get("role") in DESK


def term(m: Matter, visit: Event) -> datetime:
    """The last moment for registering a visit after the customer has left, inclusive (G-06)."""
    return left_at(m, visit) + timedelta(hours=int(m.params["sla_prompt_h"]))


def standing(m: Matter, visit: Event) -> str:
    """What a visit is worth: `void` (everything refused, D01-1.n1), `registered`, `pending` (data obtained, to be registered
    in time), `lost` (not registered in time, D01-1.n2b). Silence: registered."""
    kind = visit.get("registration", "registered")
    if kind != "late":
        return "void" if kind == "refused" else "registered"
    entered = entered_at(m, visit)
    if (entered or m.case.ask) > term(m, visit):
        return "lost"
    return "registered" if entered else "pending"


def counts_from(m: Matter, visit: Event) -> datetime:
    """From when a registered visit counts: the arrival; where it was registered later, that moment (G-35)."""
    late = visit.get("registration") == "late"
    return (entered_at(m, visit) if late else None) or visit.at


@once
def registered(m: Matter) -> list[Event]:
    """Registered visits of the customer or household, in the order in which they count."""
    visits = (v for v in m.visits if standing(m, v) == "registered")
    return sorted(visits, key=lambda v: counts_from(m, v))


@once
def at_hand(m: Matter) -> Event | None:
    """The visit that the question is about: the latest registered one, before the contract where there is one."""
    visits = registered(m)
    before = [v for v in visits if not m.contract or v.at <= m.contract.at]
    return max(before or visits, key=lambda v: v.at, default=None)


# ── the three answers ──


def brought_by(m: Matter, visit: Event) -> str | None:
    """Who may claim a visit by the customer's answers: the inviter, else whom they ask for. Where the desk did not ask who
    invited, the latest invitation that succeeded before."""
    inviter = visit.get("invited_by")
    if "invited_by" not in visit:
        sent = [e for e in m.of("invitation") if e.get("succeeded", True) and e.at <= visit.at]
        inviter = (sent[-1].get("for") or sent[-1]["by"]) if sent else None
    named = (inviter, visit.get("asked_for"))
    return next((who for who in named if who and m.sells(who)), None)


def unannounced(m: Matter, visit: Event) -> bool | None:
    """Whether nobody who follows customers invited the visitor and the visitor asks for nobody. Not asked: unknown."""
    if brought_by(m, visit):
        return False
    return True if "invited_by" in visit and "asked_for" in visit else None


def returning(m: Matter, visit: Event) -> bool | None:
    """Whether the customer has been here before: the records, else the customer's answer (G-55). Not asked: unknown."""
    earlier = (v for v in m.visits if v["customer"] == visit["customer"] and v.at < visit.at)
    if any(standing(m, v) == "registered" and counts_from(m, v) < visit.at for v in earlier):
        return True
    return visit["first_time"] is False if "first_time" in visit else None


def names_nobody(m: Matter, visit: Event) -> bool | None:
    """Whether the customer can name no salesperson: said so, or named nobody who is still here. Not asked: unknown."""
    if any(m.sells(visit.get(key)) for key in ("names", "asked_for")):
        return False
    forgot = any(e["kind"] == "forgot" and same_day(e.at, visit.at) for e in m.of("statement"))
    return True if forgot or "names" in visit or "asked_for" in visit else None


# ── duty and rotation ──


def _receptions(m: Matter, visit: Event) -> list[Event]:
    """Receptions of a visit; one that names no visit belongs to the customer's visit of that day."""

    def belongs(e: Event) -> bool:
        if e.get("visit"):
            return bool(e["visit"] == visit.ref)
        return e.get("customer") == visit["customer"] and same_day(e.at, visit.at)

    return [e for e in m.case.of("reception") if belongs(e)]


def receivers(m: Matter, visit: Event) -> list[str]:
    """For whom a visit was received, in order of time; whoever pushed in out of turn is left out."""
    in_turn = (e for e in _receptions(m, visit) if e.get("mode") != "out_of_turn")
    people = ((e.get("for") or next(iter(e.by), None)) for e in in_turn)
    return [who for who in people if who and m.sells(who)]


def _covers(row: Record, at: datetime) -> bool:
    since, until = (moment(row.get(key)) if row.get(key) else None for key in ("from", "to"))
    return (since is None or since <= at) and (until is None or at < until)


def _listed(m: Matter, kind: str, at: datetime) -> dict[str, int | None]:
    """Person → position of those whom the roster has at a moment; half-open shifts (G-24)."""
    found: dict[str, int | None] = {}
    for row in m.case.roster:
        who = row.get("person", "")
        if row.get("kind") == kind and _covers(row, at):
            places = [p for p in (found.get(who), row.get("position")) if p is not None]
            found[who] = min(places, default=None)
    return found


def _there(m: Matter, people: Mapping[str, int | None], at: datetime) -> dict[str, int | None]:
    away = _listed(m, "absent", at)
    return {who: place for who, place in people.items() if m.sells(who) and who not in away}


def rotation(m: Matter, at: datetime) -> dict[str, int | None]:
    """Person → place in the rotation, of those present."""
    return _there(m, _listed(m, "rotation", at), at)


def on_duty(m: Matter, at: datetime) -> dict[str, int | None]:
    """Person → place of those on duty and present: by the roster, else whoever holds the role of duty. The place is the one
    that the roster gives with the duty, else that in the rotation."""
    people = _listed(m, "on_duty", at) or {p.id: None for p in m.case.people.values() if p.get("role") == "duty"}
    order = _listed(m, "rotation", at)
    placed = {who: order.get(who) if place is None else place for who, place in people.items()}
    return _there(m, placed, at)


def duty_planned(m: Matter, at: datetime) -> bool:
    """Whether the roster says for the day of a moment who is on duty, if not at that very moment: shifts are half-open (G-24)."""
    day = local_day(at)
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    rows = ((row.get("from"), row.get("to")) for row in m.case.roster if row.get("kind") == "on_duty")
    return any((not since or moment(since) < ends) and (not until or moment(until) > begins) for since, until in rows)


def _next(people: Mapping[str, int | None]) -> str | None:
    """Who of several is next: the lowest place; nobody where the places do not single out one (G-24)."""
    lowest = min((place for place in people.values() if place is not None), default=None)
    first = [who for who, place in people.items() if place == lowest]
    return first[0] if len(first) == 1 else None


def taker(m: Matter, visit: Event) -> str | None:
    """Who takes an unannounced visitor: a returning one the person on duty (D01-2.An), a new one whoever received them, and
    that is the person on duty, else the next in rotation (G-58). With `walk_in_default: rotation` the rotation goes first."""
    duty, turns, received = on_duty(m, visit.at), rotation(m, visit.at), receivers(m, visit)
    if returning(m, visit) is True and duty:
        chosen = [*(who for who in received if who in duty), _next(duty)]
    else:
        first, then = (turns, duty) if m.params["walk_in_default"] == "rotation" else (duty, turns)
        chosen = [*received, _next(first or then)]
    return next((who for who in chosen if who), None)
