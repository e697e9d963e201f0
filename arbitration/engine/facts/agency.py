"""Distribution companies and their brokers beside the consultants of the house (D07, D11, D21): who belongs to whom, which
customers count as one, who brought them, whose protection runs, what everybody agreed to.

Common ground of these policies; no words are registered here.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from arbitration.engine.case import Event, Record, moment
from arbitration.engine.facts.kin import relations_of
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days, same_day

WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class Served:
    """Somebody brought or received a customer: when the customer arrived, by which event, at which visit."""

    who: str
    at: datetime
    customer: str
    ref: str
    visit: str | None


# ── who belongs to whom ──


def agency_of(m: Matter, who: str | None) -> str | None:
    """The distribution company of somebody; of such a company, itself. None for the house and for Party A."""
    person = m.case.people.get(who or "")
    org = m.case.orgs.get(str(person.get("org")) if person else who or "")
    return org.id if org and org.get("kind") == "distributor" else None


def of_party_a(m: Matter, who: str) -> bool:
    """Whether somebody belongs to Party A."""
    person = m.case.people.get(who)
    org = m.case.orgs.get(str(person.get("org")) if person else who)
    return org is not None and org.get("kind") == "party_a"


def broker(m: Matter, who: str | None) -> bool:
    """Whether somebody is from outside: a broker, or whoever belongs to a distribution company."""
    person = m.case.people.get(who or "")
    return bool(person and person.get("role") == "broker") or agency_of(m, who) is not None


def in_house(m: Matter, who: str | None) -> bool:
    """Whether somebody sells for the house or for Party A."""
    return m.sells(who) and not broker(m, who)


# ── which customers count as one ──


def with_kin(m: Matter, customer: str, counts: Callable[[Record], bool]) -> tuple[str, ...]:
    """A customer with the direct relatives who count as them (`kin_list`, G-15); relatives of relatives do not."""
    kin = (other for r, other in relations_of(m, customer) if r.get("kind") in m.params["kin_list"] and counts(r))
    return tuple(sorted({customer, *kin}))


def asked_about(m: Matter, claims: Callable[[str], int]) -> str | None:
    """The customer of the contract; without one, whom most claim, and of these who was last heard of."""
    if m.contract:
        return str(m.contract["customer"])

    def last(customer: str) -> float:
        return max((e.at.timestamp() for e in m.case.events if e.get("customer") == customer), default=0.0)

    return max(m.case.customers, key=lambda c: (claims(c), last(c), c), default=None)


# ── who brought, who received ──


def brings(m: Matter, customers: Collection[str]) -> list[Served]:
    """Visits to which somebody of an agency brought one of these customers in person. Silence on presence: was there."""
    found = (e for e in m.case.of("bring") if e.get("customer") in customers and e.get("present", True))
    return sorted((_served(m, e, e.by[0]) for e in found if broker(m, e.by[0])), key=order)


def receptions(m: Matter, customers: Collection[str]) -> list[Served]:
    """Registered receptions of these customers, by whom they count: a stand-in receives for another."""
    found = (e for e in m.case.of("reception") if e.get("customer") in customers and _registered(m, e))
    return sorted((_served(m, e, e.get("for") or e.by[0]) for e in found), key=order)


def order(served: Served) -> tuple[float, str]:
    """In order of time."""
    return served.at.timestamp(), served.ref


def _served(m: Matter, event: Event, who: str) -> Served:
    visit = m.case.by_ref.get(event.get("visit") or "") or _same_day_visit(m, event)
    at = visit.at if visit and event.type == "bring" else event.at
    return Served(who, at, event["customer"], event.ref, visit.ref if visit else None)


def _same_day_visit(m: Matter, reception: Event) -> Event | None:
    """The visit that a reception is of, where it names none: the latest one before it on that day."""
    visits = (v for v in m.case.of("visit") if v["customer"] == reception["customer"] and v.at <= reception.at)
    return next((v for v in reversed(list(visits)) if same_day(v.at, reception.at)), None)


def _registered(m: Matter, reception: Event) -> bool:
    """Whether the visit was registered, or was by now. Silence: it was."""
    visit = m.case.by_ref.get(reception.get("visit") or "")
    state = visit.get("registration", "registered") if visit else "registered"
    later = visit.get("registered_at") if visit and state == "late" else None
    return state == "registered" or bool(later and moment(later) <= m.case.ask)


# ── the protection of a consultant of the house (D11-M1, G-22, G-23) ──


def protections(
    m: Matter, received: Iterable[Served], brought: Sequence[Served], rivals: Collection[str], before: datetime
) -> list[Served]:
    """The last reception that counts of every consultant of the house before a moment, earlier protections first.

    Who receives a customer whom an agency brings is the host and gains no protection by it, nor who first received one whom a
    rival had brought before; who was protected stays so, and it begins anew (G-23).
    """
    visits = {b.visit for b in brought}
    came = min((b.at for b in brought if b.who in rivals), default=before)
    since: dict[str, Served] = {}
    for one in received:
        known = since.get(one.who)
        own = protected(m, known, one.at) if known and one.visit in visits else one.visit not in visits
        if in_house(m, one.who) and one.at < before and own and (known or one.at <= came):
            since[one.who] = one
    return list(since.values())


def protected(m: Matter, reception: Served, at: datetime) -> bool:
    """Whether the protection by a reception runs at a moment: `protect_days` local days, its own day not counted (G-04)."""
    return at < until(m, reception)


def until(m: Matter, reception: Served) -> datetime:
    """The end of the protection by a reception, exclusive."""
    return after_days(reception.at, int(m.params["protect_days"]))


# ── what everybody agreed to ──


def settlement(m: Matter, sides: Sequence[Collection[str]]) -> Event | None:
    """The latest settled negotiation that somebody of every side confirmed and that leaves nothing open (G-48).

    `sides`: who may speak for each party. Shares that are not the whole settle nothing.
    """
    talks = [t for t in m.case.of("negotiation") if t.get("outcome") == "settled" and _whole(t)]
    agreed = (t for t in reversed(talks) if all(set(side) & set(t.get("confirmed_by", ())) for side in sides))
    return next(agreed, None) if sides else None


def _whole(talk: Event) -> bool:
    shares = talk.get("shares") or {}
    return sum(shares.values()) == WHOLE if shares else bool(talk.get("owner"))
