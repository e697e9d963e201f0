"""Facts of D17 (sales office), section two: whom the customer endorses, who put in more, and who must step back for another."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.sales_office import COUNTS, parties, received
from arbitration.engine.facts.time import days_before
from arbitration.engine.facts.words import Fact, Turn, fact, once, role, turns

PREFERENCES = ("endorses", "asks_for", "no_preference")  # statements by which a customer says whom they approve of

# ── 2.1 to 2.3: endorsement, effort, first reception ──


@fact("office.in_order", "都按正常接待顺序接待", "all received in the normal order")
def in_order(m: Matter) -> Fact:
    """The premise of 2.1: nobody's reception began out of turn. Silence on the mode: in turn."""
    jumped = [c.event.ref for c in parties(m) if not c.in_order]
    return Fact(not jumped, tuple(jumped))


@once
def endorsed(m: Matter) -> tuple[list[str], tuple[str, ...]]:
    """(parties whom the customer approves of, events): the latest statement of each customer; without one, whom they asked for
    on arrival once the second had come in (G-32). Silence: nobody."""
    held = {c.who: c for c in parties(m)}
    latest: dict[str, list[Event]] = {}
    for said in (e for e in m.of("statement") if e["kind"] in PREFERENCES):
        before = [e for e in latest.get(said["customer"], []) if e.at == said.at]
        latest[said["customer"]] = [*before, said]
    named = [(who, e) for events in latest.values() for e in events for who in e.get("people", ())]
    if not latest and held:
        asked = [v for v in m.visits if v.get("asked_for") and v.at >= max(c.since for c in held.values())]
        named = [(v["asked_for"], v) for v in asked[-1:]]
    found = [(who, e) for who, e in named if who in held]
    return [who for who in held if who in dict(found)], tuple(dict.fromkeys(e.ref for _who, e in found))


@fact("office.endorsed", "客户认可的人数", "how many the customer endorses", values=COUNTS)
def office_endorsed(m: Matter) -> Fact:
    """How many of those who received the customer endorses. Silence: none (G-57)."""
    who, events = endorsed(m)
    return Fact(("none", "one")[len(who)] if len(who) < 2 else "several", events)


@role("office_endorsed", "客户认可的销售员", "whom the customer endorses")
def office_endorsed_role(m: Matter) -> tuple[str, ...]:
    """Whom the customer endorses among those who received."""
    return tuple(endorsed(m)[0])


@once
def effort(m: Matter) -> dict[str, Fraction]:
    """Party → points of effort: those on record, else counted from what they did (G-28); of several endorsed, only those."""
    chosen = endorsed(m)[0]
    names = chosen if len(chosen) > 1 else [c.who for c in parties(m)]
    given = {who: Fraction(str(e["score"])) for e in m.of("effort") for who in e.by}  # a later score overrides
    return {who: given[who] if who in given else Fraction(_counted(m, who)) for who in names}


def _counted(m: Matter, who: str) -> int:
    """G-28: points for a reception, a visit in the field, a sample, a quotation, a connected call (one a day)."""
    points = dict(zip(("reception", "field_visit", "sample", "quote", "call"), m.params["effort_points"], strict=False))
    done = [e for e in m.of("contact") if who in e.by and e["mode"] in points and e.get("connected", True)]
    calls = {days_before(e.at, m.case.ask) for e in done if e["mode"] == "call"}
    kinds = [e["mode"] for e in done if e["mode"] != "call"] + ["reception" for by, _at, _e in received(m) if by == who]
    return sum(int(points.get(kind, 0)) for kind in (*kinds, *("call" for _day in calls)))


def foremost(m: Matter) -> list[str]:
    """Those who put in the most, or no more than `effort_equal_pct` per cent less (G-28), in order of reception."""
    points = effort(m)
    most = max(points.values(), default=Fraction(0))
    return [who for who, p in points.items() if 100 * (most - p) <= int(m.params["effort_equal_pct"]) * most]


def together(m: Matter) -> bool:
    """Whether two of those who put in the same began to receive the customer in the same second, so that none was first."""
    equal = foremost(m)
    began = [c.event.at for c in parties(m) if c.who in equal]
    return len(began) > 1 and began.count(min(began)) > 1


@fact(
    "office.effort", "谁付出较多", "who put in more",
    values={"more": ("一人较多", "one did"), "equal": ("同等", "equal")},
)  # fmt: skip
def office_effort(m: Matter) -> Fact:
    """Whether one put in more than the others (G-28). Nothing on record: equal. Unknown where those who
    put in the same began to receive in the same second: nothing then tells them apart."""
    points, events = effort(m), tuple(e.ref for e in m.of("effort"))
    if together(m):
        return Fact(None, events)
    told = "、".join(str(p) for p in points.values())
    note = (f"付出 {told} 分", f"effort {told.replace('、', ', ')} points")
    return Fact("more" if len(foremost(m)) == 1 and len(points) > 1 else "equal", events, note)


@role("office_going_on", "付出较多者；同等则首次接待者", "who put in more; of equal effort, who received first")
def office_going_on(m: Matter) -> tuple[str, ...]:
    """D17-2.2, 2.3, G-57: ranked by effort, then by the first reception; of several endorsed, among those."""
    return tuple(foremost(m)[:1])


@fact("office.unlisted", "认可与付出的组合，条款没有列出", "the clauses do not list this endorsement and effort")
def office_unlisted(m: Matter) -> Fact:
    """G-57: equal effort without an endorsement of both (or of one, in order), or both endorsed and unequal effort."""
    count, put_in = office_endorsed(m).value, office_effort(m).value
    if count == "one" and in_order(m).value:
        return Fact(False)
    return Fact(None if put_in is None else (put_in == "equal") != (count == "several"))


# ── 2.4 and 2.5: friend or relative of another; brought as new, but had come before ──


@once
def recognised(m: Matter) -> dict[str, tuple[datetime, tuple[str, ...]]]:
    """Salesperson → (when, events): whose friend or relative the customer proved to be at a repeat visit (D17-2.4).

    A mere acquaintance is neither; what was known when the first received the customer was not found at a repeat visit.
    """
    held = parties(m)
    said = [
        (who, e.at, e.ref) for e in m.of("statement") if e["kind"] == "claims_relation" for who in e.get("people", ())
    ]
    dated = [(who, moment(at), "") for who, _kind, at in _ties(m) if at]
    found: dict[str, tuple[datetime, tuple[str, ...]]] = {}
    for who, at, ref in sorted((*said, *dated), key=lambda row: (row[1], row[2], m.rank(row[0]))):
        again = [v for v in m.visits if held and held[0].since < v.at <= at]
        if again and m.sells(who) and who != held[0].who and not _mere_acquaintance(m, who):
            found.setdefault(who, (at, tuple(filter(None, (again[-1].ref, ref)))))
    return found


def _ties(m: Matter) -> list[tuple[str, str, str | None]]:
    """(person, kind, when declared) of the customer's relations with staff."""
    ends = ((r, {r.get("a"), r.get("b")}) for r in m.relations)
    return [
        (who, str(r.get("kind")), r.get("declared_at"))
        for r, pair in ends if pair & set(m.unit) for who in sorted(pair - set(m.unit)) if who in m.case.people
    ]  # fmt: skip


def _mere_acquaintance(m: Matter, who: str) -> bool:
    kinds = [kind for other, kind, _at in _ties(m) if other == who]
    return bool(kinds) and set(kinds) == {"acquaintance"}


@fact("office.recognised", "再次来访时发现另一人是亲友", "at a repeat visit another proves to be a friend or relative")
def office_recognised(m: Matter) -> Fact:
    """D17-2.4: relatives of any degree and friends; acquaintances are not meant."""
    found = recognised(m)
    return Fact(bool(found), tuple(ref for _at, refs in found.values() for ref in refs))


@once
def brought(m: Matter) -> list[tuple[str, datetime, tuple[str, ...]]]:
    """(whose old customer, when, events): an old customer brought this one, by a referral or in one party."""
    rows: list[tuple[str | None, datetime, tuple[str, ...]]] = []
    for event in m.of("referral"):
        old = m.case.customers.get(event["old_customer"])
        rows.append((event.get("to") or (old.get("assigned_to") if old else None), event.at, (event.ref,)))
    for visit in (v for v in m.visits if v.get("party")):
        for other in (v for v in m.case.of("visit") if v.get("party") == visit["party"]):
            companion = m.case.customers[other["customer"]]
            if companion.id not in m.unit and companion.get("lifecycle") == "old":
                rows.append((companion.get("assigned_to"), visit.at, (other.ref, visit.ref)))
    return sorted(((to, at, refs) for to, at, refs in rows if to and m.sells(to)), key=lambda row: (row[1], row[2]))


@fact(
    "office.came_before", "老客户带来的「新客户」原来来过", "the “new” customer whom an old one brings had come before"
)
def office_came_before(m: Matter) -> Fact:
    """D17-2.5: an old customer brings to one salesperson somebody whom another had received before and within the week."""
    held = parties(m)
    for to, at, refs in brought(m):
        if held and held[0].who != to and held[0].since < at < held[0].until:
            return Fact(True, (held[0].event.ref, *refs))
    return Fact(False)


@turns("office_make_up", "补接一个客户", "a make-up turn")
def office_make_up(m: Matter) -> Iterator[Turn]:
    """D17-2.1 to 2.3: everybody else who holds a reception has one turn more."""
    for claim in parties(m):
        if claim.who != m.outcome.owner:
            yield Turn(claim.who, "make_up", 1, events=(claim.event.ref,))
