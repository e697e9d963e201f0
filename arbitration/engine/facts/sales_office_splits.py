"""Facts of D17 (sales office), section three: a family in two batches, the customer who forgot, pure help, the stand-in's deal."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import knows_of_rival
from arbitration.engine.facts.kin import DIRECT
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.sales_office import deal, office_first, parties, received
from arbitration.engine.facts.sales_office_choice import brought
from arbitration.engine.facts.sales_office_conduct import confiscated, office_scene, office_stayed
from arbitration.engine.facts.time import days_before, same_day, within_seconds
from arbitration.engine.facts.words import Fact, Turn, fact, once, role, turns

# ── 3.1: a family comes in two batches ──


def _kin(m: Matter, a: str, b: str) -> bool:
    """One family: the same household, or direct kin (G-15). Buyers of one company are none."""
    mine, other = (m.case.customers[c].get("household") for c in (a, b))
    pairs = ({r.get("a"), r.get("b")} for r in m.relations if r.get("kind") in DIRECT)
    return bool(mine and mine == other) or {a, b} in pairs


def first_receivers(m: Matter) -> dict[str, tuple[str, Event, datetime]]:
    """Member of the household → (who received them first, visit or reception, arrival)."""
    found: dict[str, tuple[str, Event, datetime]] = {}
    for who, at, event in received(m):
        found.setdefault(event["customer"], (who, m.case.by_ref.get(event.get("visit", ""), event), at))
    return found


def _batch(m: Matter, visit: Event, at: datetime) -> set[str]:
    """Who came in one batch with a visit: the same party; without one, within `simul_visit_min` minutes (G-02, G-33)."""
    span = 60 * int(m.params["simul_visit_min"])
    party = visit.get("party")
    together = (
        v["customer"] for v in m.visits
        if (v.get("party") == party if party or v.get("party") else within_seconds(v.at, at, span))
    )  # fmt: skip
    return {visit["customer"], *together}


def family(m: Matter) -> dict[str, str]:
    """Salesperson → event: each received a member of the family whom another batch brought (D17-3.1), earlier first."""
    firsts, found = first_receivers(m), dict[str, str]()
    for a, (who, visit, at) in firsts.items():
        for b, (other, visit_b, at_b) in firsts.items():
            apart = not _batch(m, visit, at) & _batch(m, visit_b, at_b)
            if who != other and apart and _kin(m, a, b):
                found.setdefault(who, visit.ref)
    return found


@fact("office.family", "一家人分两批来，两人分别接待", "a family came in two batches, received by two")
def office_family(m: Matter) -> Fact:
    """D17-3.1: different members, different batches, different salespeople; in whichever order and whenever discovered."""
    found = family(m)
    return Fact(len(found) > 1, tuple(found.values()), (f"{len(found)} 位销售员", f"{len(found)} salespeople"))


@role("office_family", "分别接待一家人的销售员", "those who received the family's batches")
def office_family_role(m: Matter) -> tuple[str, ...]:
    """D17-3.1: equal parts, also for three (G-09)."""
    return tuple(family(m))


# ── 3.2: the customer does not remember the first salesperson ──


def forgotten(m: Matter) -> tuple[list[str], str, tuple[str, ...]] | None:
    """(earlier salespeople, last, events): the last received a customer who remembered nobody, up to the deal, and no earlier one
    learned of it before the deal. What the last knew and kept does not count: the text asks when the first discovers."""
    rows, closed = received(m), deal(m)
    people = list(dict.fromkeys(who for who, _at, _e in rows))
    if closed is None or len(people) < 2:
        return None
    earlier, last = people[:-1], people[-1]
    at, event = next((at, e) for who, at, e in rows if who == last)
    events = _forgot(m, earlier, event, at)
    known = any(_knew_by(m, who, last, at) < closed.at for who in earlier)
    if not events or known or set(closed.by) & set(earlier):
        return None
    return earlier, last, (*events, closed.ref)


def _forgot(m: Matter, earlier: list[str], event: Event, at: datetime) -> tuple[str, ...]:
    """What shows that the customer did not remember: a statement, or nobody named when asked at that visit. Silence: nothing."""
    said = [e.ref for e in m.of("statement") if e["kind"] == "forgot" and e.at >= at]
    visit = m.case.by_ref.get(event.get("visit", ""))
    if visit is None or visit.get("names") in earlier or visit.get("asked_for") in earlier:
        return tuple(said[:1])
    return tuple(said[:1]) or ((visit.ref,) if "names" in visit and visit["names"] is None else ())


def _knew_by(m: Matter, who: str, last: str, since: datetime) -> datetime:
    """When somebody, or whoever is not the last salesperson, first knew of the collision; now, where nothing shows it."""
    own = [e.at for e in knows_of_rival(m, who) if e.at >= since]
    known = (e for e in m.case.of("collision_known") if e.get("customer") in (None, *m.unit))
    others = [e.at for e in known if set(e.by) - {last} and e.at >= since]
    return min((*own, *others), default=m.case.ask)


@fact(
    "office.forgotten", "客户不记得原销售员，下定时才发现",
    "the customer had forgotten the first, who discovers it only at the deal",
)  # fmt: skip
def office_forgotten(m: Matter) -> Fact:
    """D17-3.2. Discovery at the moment of the deposit or later."""
    found = forgotten(m)
    return Fact(found is not None, found[2] if found else ())


@role("office_earlier", "原销售员", "the earlier salespeople")
def office_earlier(m: Matter) -> tuple[str, ...]:
    """D17-3.2: the first; of three, both earlier ones (G-09)."""
    found = forgotten(m)
    return tuple(found[0]) if found else ()


@role("office_last", "后接待的销售员", "the salesperson who received last")
def office_last(m: Matter) -> tuple[str, ...]:
    """D17-3.2: the second; of three, the last."""
    found = forgotten(m)
    return (found[1],) if found else ()


# ── 3.3: a second salesperson purely helps to close ──


def helper(m: Matter) -> tuple[str, tuple[str, ...]] | None:
    """(helper, events): whom the salesperson with the customer asked before the deal, and who closed it (D17-3.3, G-39)."""
    closed, first = deal(m), office_first(m)
    held = {c.who for c in parties(m)}
    for asked in m.case.of("consent") if closed and first else ():
        ours = asked.get("customer") in (None, *m.unit) and asked["kind"] == "holder_request" and first[0] in asked.by
        if closed and ours and asked.at <= closed.at and asked.get("to") in set(closed.by) - held:
            return asked["to"], (asked.ref, closed.ref)
    return None


@fact("office.helped", "将成单时请另一人纯属帮忙", "asked another purely to help to close")
def office_helped(m: Matter) -> Fact:
    """D17-3.3: the request is on record before the deal, and the helper has no reception of their own."""
    found = helper(m)
    return Fact(found is not None, found[1] if found else ())


@role("office_helper", "纯属帮忙的销售员", "who purely helped")
def office_helper(m: Matter) -> tuple[str, ...]:
    """Who purely helped (D17-3.3)."""
    found = helper(m)
    return (found[0],) if found else ()


# ── 3.4: an old customer brings a new one, the salesperson is away ──


@once
def substituted(m: Matter) -> tuple[str, str, Event, Event] | None:
    """(original, stand-in, reception, visit): an old customer brought a customer who had never come before, and somebody else
    than the old customer's salesperson, who received nobody that day, received them."""
    for to, at, _refs in brought(m):
        visits = [v for v in m.visits if same_day(v.at, at)]
        before = [r for _who, when, r in received(m) if visits and when < visits[0].at]
        met = [e for e in m.of("reception") if visits and same_day(e.at, at)]
        there = any(to in e.by and same_day(e.at, at) for e in m.case.of("reception"))
        if met and not before and not there:
            return to, met[0].by[0], met[0], m.case.by_ref.get(met[0].get("visit", ""), visits[0])
    return None


def _asked(m: Matter, to: str, visit: Event) -> bool:
    """Whether the new or the old customer asked for the original salesperson; where nobody was asked, the referral was to them."""
    party = visit.get("party")
    here = [v for v in m.case.of("visit") if v.ref == visit.ref or (party and v.get("party") == party)]
    answers = [v["asked_for"] for v in here if "asked_for" in v]
    return to in answers if answers else any(r.get("to") == to for r in m.of("referral"))


def _arranged(m: Matter, who: str, reception: Event) -> bool:
    """Whether the secretary arranged the stand-in: so entered at the reception, or as a consent of that day."""
    secretaries = {p.id for p in m.case.people.values() if p.get("role") == "secretary"}
    given = (e for e in m.case.of("consent") if e["kind"] == "secretary_arrangement" and e.get("to") == who)
    noted = any(same_day(e.at, reception.at) and set(e.by) <= secretaries for e in given)
    return reception.get("mode") == "stand_in" and (reception.get("arranged_by") in secretaries or noted)


@fact(
    "office.stand_in",
    "老客户带新客户，原销售员不在，秘书安排代接，当天成单",
    "an old customer brought a new one, the secretary arranged a stand-in, closed that day",
)
def office_stand_in(m: Matter) -> Fact:
    """D17-3.4a: all four conditions; the day is the calendar day of the visit (G-03), the deal a deposit or contract (G-45)."""
    found, closed = substituted(m), deal(m)
    if found is None:
        return Fact(False)
    to, who, reception, visit = found
    in_time = closed is not None and closed.at >= visit.at and same_day(closed.at, visit.at)
    days = days_before(visit.at, closed.at) if closed else 0
    note = (f"成单距到访 {days} 天", f"closed {days} days after the visit") if closed else ("尚未成单", "no deal yet")
    events = (visit.ref, reception.ref, *((closed.ref,) if closed else ()))
    return Fact(in_time and _asked(m, to, visit) and _arranged(m, who, reception), events, note)


@fact("office.original", "老客户带来的新客户由别人接待", "somebody else received whom an old customer brought")
def office_original(m: Matter) -> Fact:
    """Where a condition of 3.4a is missing the original salesperson keeps all, unless somebody else received the customer since."""
    found = substituted(m)
    if found is None:
        return Fact(False)
    to, who, reception, _visit = found
    since = [e for by, _at, e in received(m) if by != to and not (by == who and same_day(e.at, reception.at))]
    return Fact(not since, (reception.ref,))


@role("office_original", "原销售员（老客户的）", "the old customer's salesperson")
def office_original_role(m: Matter) -> tuple[str, ...]:
    """The old customer's salesperson (D17-3.4a)."""
    found = substituted(m)
    return (found[0],) if found else ()


@role("office_stand_in", "代接的销售员", "the stand-in")
def office_stand_in_role(m: Matter) -> tuple[str, ...]:
    """The stand-in (D17-3.4a)."""
    found = substituted(m)
    return (found[1],) if found else ()


@turns("office_skip", "代接者错过一轮", "the stand-in misses a turn")
def office_skip(m: Matter) -> Iterator[Turn]:
    """D17-3.4b: the stand-in is passed over once."""
    for who in office_stand_in_role(m):
        yield Turn(who, "skip", 1)


# ── whether any of this decides ──


@fact("office.section_two", "由第二部分或一周时效定", "section two or the week decides")
def office_section_two(m: Matter) -> Fact:
    """Neither misconduct before the customer or after a decision, nor a situation of section three: only then does the week count."""
    special = (confiscated, office_scene, office_stayed, office_stand_in, office_forgotten, office_family)
    met = [found for found in (ask(m) for ask in special) if found.value]
    return Fact(not met, tuple(ref for found in met for ref in found.events))
