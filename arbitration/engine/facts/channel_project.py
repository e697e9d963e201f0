"""D11 and D21: who claims the deal, consultants of the house and brokers of several agencies; who served the customer, who closed.

Claims are those of people. Direct relatives of the buyer count as the buyer (M3a); friends and other kin bring in further
claimants (M3b).
"""

from collections.abc import Collection
from datetime import datetime

from arbitration.engine import case
from arbitration.engine.case import Record
from arbitration.engine.facts.agency import (
    Served,
    agency_of,
    asked_about,
    brings,
    broker,
    in_house,
    order,
    receptions,
    with_kin,
)  # fmt: skip
from arbitration.engine.facts.channel_announced import announced, recognised
from arbitration.engine.facts.kin import proven_by, relations_of
from arbitration.engine.facts.matter import Matter, involved
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Fact, fact, moment, once, role

OTHERS = frozenset({"sibling", "other_kin", "friend"})  # 非直系亲属或朋友 (M3b)


# ── the customer, the family, the friends ──


def kin_counts(m: Matter, relation: Record) -> bool | None:
    """M3a, G-15: the customers' word is enough until somebody objects; then a document, filed within `proof_days` days. None:
    there is still time for it."""
    declared = relation.get("declared_at")
    contest = next((o for o in m.case.of("objection") if not declared or o.at >= case.moment(declared)), None)
    if contest is None:
        return True
    limit = after_days(contest.at, int(m.params["proof_days"]))
    filed = (relation.get("proof") or {}).get("at")
    if proven_by(m, relation) and (not filed or case.moment(filed) < limit):
        return True
    return None if m.case.ask < limit else False


@once
def buyer(m: Matter) -> str | None:
    """Whose deal it is; before a deal, the customer with whose family most people dealt."""
    return asked_about(m, lambda c: len(dealt(m, with_kin(m, c, lambda r: bool(kin_counts(m, r))))))


@role("family", "客户及其直系亲属", "the customer with direct relatives")
def family(m: Matter) -> tuple[str, ...]:
    """The customer with direct relatives (D11-M3a)."""
    customer = buyer(m)
    return with_kin(m, customer, lambda r: bool(kin_counts(m, r))) if customer else ()


def dealt(m: Matter, customers: Collection[str]) -> set[str]:
    """Everybody who sells and had to do with one of these customers."""
    found: set[str] = set()
    for event in m.case.events:
        if event.get("customer") in customers:
            found |= {*involved(event), *(event.by if event.type in ("bring", "slip") else ())}
    return {who for who in found if m.sells(who)}


@once
def friends_servants(m: Matter) -> dict[str, str]:
    """Who else served a friend or other relative of the customer, before anybody served the customer → by which event (M3b)."""
    customer = buyer(m)
    ours = serving(m, m.role("family"))
    found: dict[str, str] = {}
    for relation, other in relations_of(m, customer) if customer else ():
        if relation.get("kind") in OTHERS and other not in m.role("family"):
            for one in serving(m, (other,)):
                if (not ours or one.at <= ours[0].at) and one.who not in {s.who for s in ours}:
                    found.setdefault(one.who, one.ref)
    return found


@role("project_claimants", "各主张人", "the claimants")
def project_claimants(m: Matter) -> tuple[str, ...]:
    """Everybody with a claim to the deal, earlier valid claims first."""
    return tuple(sorted(dealt(m, m.role("family")) | {*friends_servants(m)}, key=m.rank))


@fact("project.contested", "两人以上主张这位客户", "two or more claim the customer")
def project_contested(m: Matter) -> Fact:
    """Whether there is anything to decide between consultants and brokers. Unknown where only a contested relation, for whose
    proof there is still time, brings in the second."""
    n, customer = len(m.role("project_claimants")), buyer(m)
    perhaps = with_kin(m, customer, lambda r: kin_counts(m, r) is not False) if customer else ()
    open_ = n < 2 <= len(dealt(m, perhaps) | {*friends_servants(m)})
    return Fact(None if open_ else n >= 2, note=(f"{n} 人", f"{n} claimants"))


@fact("brokers.count", "主张客户的经纪人", "brokers who claim", values=range(10), unit=("人", "brokers"))
def brokers_count(m: Matter) -> Fact:
    """How many brokers claim the customer (D11-M4)."""
    found = [who for who in m.role("project_claimants") if broker(m, who)]
    return Fact(min(len(found), 9), note=("、".join(map(m.case.name, found)), ", ".join(map(m.case.name, found))))


@fact("claims.mixed", "置业顾问与几位经纪人都主张", "a consultant of the house and several brokers claim")
def claims_mixed(m: Matter) -> Fact:
    """G-11: the house is looked at first, then the brokers among themselves."""
    claim = m.role("project_claimants")
    return Fact(any(in_house(m, who) for who in claim) and sum(broker(m, who) for who in claim) >= 2)


# ── who brought, who received ──


def brought(m: Matter, customers: Collection[str]) -> list[Served]:
    """Visits that brokers brought: in person, received by themselves, or announced by SMS; within the cooperation (M2a, M5a)."""
    found = [*brings(m, customers), *(r for r in receptions(m, customers) if broker(m, r.who))]
    found += [
        Served(who, v.at, v["customer"], r.ref, v.ref) for who, r, v in announced(m) if v["customer"] in customers
    ]
    return sorted((b for b in found if m.sells(b.who) and recognised(m, b.who, b.customer, b.at)), key=order)


def hosted(m: Matter, customers: Collection[str]) -> list[Served]:
    """Receptions by consultants of the house; a visit that one invited to and nobody is noted for is theirs."""
    found = [r for r in receptions(m, customers) if in_house(m, r.who)]
    noted = {r.visit for r in (*receptions(m, customers), *brought(m, customers))}
    visits = (v for v in m.case.of("visit") if v["customer"] in customers and v.ref not in noted)
    found += [
        Served(v["invited_by"], v.at, v["customer"], v.ref, v.ref) for v in visits if in_house(m, v.get("invited_by"))
    ]
    return sorted(found, key=order)


def serving(m: Matter, customers: Collection[str]) -> list[Served]:
    """Who served whom, in order of time: the broker where one brought, else the consultant of the house."""
    brokers = brought(m, customers)
    visits = {b.visit for b in brokers} - {None}
    return sorted([*brokers, *(h for h in hosted(m, customers) if h.visit not in visits)], key=order)


# ── the closing ──

CLOSING = {
    "no_deal": ("还没有成交", "no deal yet"), "broker_brought": ("带看过的经纪人", "a broker who had brought the customer"),
    "broker_alone": ("没有带看的经纪人", "a broker who had not brought the customer"), "house": ("案场", "the house"),
}  # fmt: skip


@once
def closing(m: Matter) -> tuple[str, ...] | None:
    """Who closed: the brokers at the signing; else those of the agency that the contract names; else the consultants of the house.
    None: nobody says."""
    if m.contract is None:
        return ()
    attended = tuple(who for who in m.contract.by if m.sells(who))
    brokers = tuple(who for who in attended if broker(m, who))
    agency = agency_of(m, m.contract.get("org"))
    named = tuple(who for who in m.role("project_claimants") if agency and agency_of(m, who) == agency)
    said = bool(m.contract.by or m.contract.get("org"))
    return brokers or named or attended if said else None


def last_bring(m: Matter, people: Collection[str]) -> Served | None:
    """The latest visit up to the deal to which one of these brought the family."""
    limit = m.contract.at if m.contract else m.case.ask
    found = [b for b in brought(m, m.role("family")) if b.who in people and b.at <= limit]
    return found[-1] if found else None


@fact("closing.by", "谁成交", "who closed", values=CLOSING)
def closing_by(m: Matter) -> Fact:
    """D11-M1, M4: whether a broker closed, and had brought the customer by then. A contract that names nobody: unknown."""
    people = closing(m)
    events = (m.contract.ref,) if m.contract else ()
    if people is None or m.contract is None:
        return Fact(None if people is None else "no_deal", events)
    last = last_bring(m, [who for who in people if broker(m, who)])
    if last:
        return Fact("broker_brought", (last.ref, *events))
    return Fact("broker_alone" if any(broker(m, who) for who in people) else "house", events)


@fact("closing.announced", "成交的带看由短信报备", "the bring that led to the deal was announced by SMS")
def closing_announced(m: Matter) -> Fact:
    """D11-M2a: the broker was not there, and the visit counts as theirs."""
    last = last_bring(m, closing(m) or ())
    reports = {r.ref for _who, r, _v in announced(m)}
    return Fact(bool(last and last.ref in reports), (last.ref,) if last else ())


@role("closing_broker", "带客成交的经纪人", "the broker who brought and closed")
def closing_broker(m: Matter) -> tuple[str, ...]:
    """D11-M1a, M4: of several at the signing, who brought last."""
    last = last_bring(m, [who for who in closing(m) or () if broker(m, who)])
    return (last.who,) if last else ()


@moment("deal", "成交时", "when the deal is closed")
def deal(m: Matter) -> datetime | None:
    """Which nobody can date before it happens."""
    return m.contract.at if m.contract else None
