"""What several policies ask of the dealings with a customer: who was active when, for what, and whether the records say so.

Functions here are the common ground on which the words of single policies are built; they register none themselves.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days, days_before
from arbitration.engine.facts.words import Note

SALES = ("contact", "reception", "invitation", "offer", "contract", "report")  # what counts as dealing with a customer
TALKS = frozenset(
    {"call", "im", "field_visit", "negotiate", "pitch", "quote"}
)  # modes of contact in which somebody sells


@dataclass(frozen=True)
class Dealing:
    """One thing that somebody did about a customer."""

    who: str
    at: datetime
    ref: str
    subject: str | None
    event: Event


# Whether two dealings, the earlier first, are a meeting in the sense of a policy.
Test = Callable[[Matter, Dealing, Dealing], bool]


def dealings(
    m: Matter, types: Collection[str] = SALES, modes: Collection[str] | None = None, *, anybody: bool = False
) -> list[Dealing]:
    """What those who sell did about the customer asked about, in order of time; contacts only of these modes.

    `anybody`: other staff too (marketing, service). Contacts that never reached the customer are left out.
    """
    found = []
    for event in m.of(*types):
        if event.type == "contact" and (not event.get("connected", True) or (modes and event.get("mode") not in modes)):
            continue
        for who in event.by:
            if m.sells(who) or (anybody and who in m.case.people):
                found.append(Dealing(who, event.at, event.ref, event.get("subject"), event))
    return found


def met(m: Matter, found: Sequence[Dealing], *tests: Test) -> tuple[Dealing, Dealing] | None:
    """The earliest two dealings of two people that pass every test: first by the later, then by the earlier of the two."""
    for i, later in enumerate(found):
        for earlier in found[:i]:
            if earlier.who != later.who and all(test(m, earlier, later) for test in tests):
                return earlier, later
    return None


def at_once(m: Matter, earlier: Dealing, later: Dealing) -> bool:
    """The follow-up of the earlier, `active_days` days long, is not over (G-02)."""
    return later.at < after_days(earlier.at, int(m.params["active_days"]))


def met_ever(found: list[Dealing]) -> tuple[Dealing, Dealing] | None:
    """Two dealings of two people at any time: the first, and the first of somebody else."""
    first = found[0] if found else None
    later = next((d for d in found if first and d.who != first.who), None)
    return (first, later) if first and later else None


def firsts(found: list[Dealing]) -> dict[str, Dealing]:
    """Everybody's first dealing, in order of time."""
    earliest: dict[str, Dealing] = {}
    for dealing in found:
        earliest.setdefault(dealing.who, dealing)
    return earliest


def knows_of_rival(m: Matter, who: str) -> list[Event]:
    """What shows that somebody knew of another's claim: a look-up that showed the owner, a notice, own words (G-18)."""
    shown = (q for q in m.of("query") if who in q.by and q.get("found") and q["found"] != who)
    heard = (e for e in m.case.of("collision_known") if who in e.by and e.get("customer") in (None, *m.unit))
    return sorted((*shown, *heard, *m.notices(to=who)), key=lambda e: e.at)


def recorded(m: Matter, who: str, customer: str, since: datetime) -> Event | None:
    """The first entry about a customer that somebody made from a moment on: report, update of the platform, or notebook."""
    kinds = m.case.of("report", "record_update", "notebook")
    return next((e for e in kinds if who in e.by and e.get("customer") == customer and e.at >= since), None)


def discoveries(m: Matter, customers: Collection[str] | None = None) -> Iterator[tuple[str, Event]]:
    """(who, event): everybody's first knowledge of the collision, in order of time.

    About these customers where they are named, else about the customer or household of the matter.
    """
    about = m.unit if customers is None else customers
    seen: set[str] = set()
    for event in m.case.of("collision_known"):
        if event.get("customer") in (None, *about):
            for who in event.by:
                if who not in seen:
                    seen.add(who)
                    yield who, event


ONE_BUYER = frozenset({"spouse", "same_buying_unit"})  # relations of two who buy together


def one_buyer(m: Matter, a: str, b: str) -> bool:
    """Whether two customers buy as one: the same, of one household or purchasing unit, or husband and wife (G-38)."""
    one, other = m.case.customers[a], m.case.customers[b]
    together = any(one.get(key) and one.get(key) == other.get(key) for key in ("household", "buying_unit"))
    related = any({r.get("a"), r.get("b")} == {a, b} and r.get("kind") in ONE_BUYER for r in m.relations)
    return a == b or together or related


def withdrew(m: Matter, who: str, since: datetime) -> bool:
    """Whether somebody has given the customer up from a moment on."""
    return any(who in e.by and e.at >= since for e in m.of("withdrawal"))


def lapsed(m: Matter, who: str, since: datetime) -> bool:
    """Whether a claim ran out for want of follow-up: `expiry_days` days without any dealing before the deal, or by now.

    Zero days, as the texts have it: claims never run out (G-46).
    """
    days = int(m.params["expiry_days"])
    until = m.contract.at if m.contract else m.case.ask
    kept = [d.at for d in dealings(m) if d.who == who and since < d.at < until]
    steps = pairwise([since, *kept, max(since, until)])
    return days > 0 and any(later >= after_days(earlier, days) for earlier, later in steps)


# Consents by which a holder, or whoever manages, lets somebody deal with a customer (G-39).
LEAVES = frozenset({"holder_permission", "holder_request", "manager_assignment", "department_approval"})


def let_in(m: Matter, who: str, by: Collection[str], at: datetime) -> Event | None:
    """The consent by one of these people under which somebody dealt with the customer; given before or with the act."""
    given = (e for e in m.case.of("consent") if e["kind"] in LEAVES and e.get("to") == who and e.at <= at)
    return next((e for e in given if set(e.by) & set(by) - {who} and e.get("customer") in (None, *m.unit)), None)


def nearest(found: list[Dealing]) -> tuple[Dealing, Dealing] | None:
    """The two dealings of two people that lie closest in time: by how much a collision was missed."""
    pairs = [(one, other) for i, one in enumerate(found) for other in found[i + 1 :] if one.who != other.who]
    return min(pairs, key=lambda pair: pair[1].at - pair[0].at, default=None)


def gap(m: Matter, found: list[Dealing]) -> Note:
    """How far apart two people were active, and what `active_days` allows (G-02)."""
    pair = nearest(found)
    if pair is None:
        return "只有一人跟进", "one person follows"
    days, limit = days_before(pair[0].at, pair[1].at), m.params["active_days"]
    return f"相隔 {days} 天，期限 {limit} 天", f"{days} days apart, limit {limit}"
