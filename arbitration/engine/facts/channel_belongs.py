"""D11 and D21, measures one and three: the protection of the house, who viewed first in a family, who holds the slip."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from arbitration.engine.facts.agency import Served, agency_of, broker, protected, protections, until
from arbitration.engine.facts.channel_project import (
    brought,
    buyer,
    closing,
    closing_broker,
    friends_servants,
    hosted,
    kin_counts,
    last_bring,
    serving,
)  # fmt: skip
from arbitration.engine.facts.kin import pair, relations_of
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import local_day
from arbitration.engine.facts.words import Fact, Finding, fact, finding, once, role

# ── the protection of the house (M1) ──

PROTECTION = {
    "none": ("没有保护期", "no protection"), "protected": ("在保护期内", "within the protection"),
    "expired": ("保护期已过", "the protection is over"),
}  # fmt: skip


@once
def decisive(m: Matter) -> datetime:
    """When protection is looked at: the arrival of the bring that led to the deal, by whoever closed, or by any broker where the
    house closed; without one, the deal; without a deal, the latest bring, or now."""
    brokers = [who for who in closing(m) or () if broker(m, who)]
    last = last_bring(m, brokers or m.role("project_claimants"))
    return last.at if last else m.contract.at if m.contract else m.case.ask


@once
def house_protections(m: Matter) -> list[Served]:
    """The last reception that counts of every consultant of the house before the decisive moment."""
    about = m.role("family")
    rivals = [who for who in closing(m) or () if broker(m, who)] or m.role("project_claimants")
    return protections(m, hosted(m, about), brought(m, about), rivals, decisive(m))


@fact("house.protection", "案场置业顾问的保护期", "the protection of the house's consultants", values=PROTECTION)
def house_protection(m: Matter) -> Fact:
    """D11-M1: whether one of them had received the customer, or a direct relative, and is protected at the decisive moment."""
    found, at = house_protections(m), decisive(m)
    if not found:
        return Fact("none")
    running = [one for one in found if protected(m, one, at)]
    one = (running or found)[0]
    last = local_day(until(m, one) - timedelta(seconds=1))
    note = (
        f"{local_day(one.at)} 接访，保护到 {last} 24:00，带看 {local_day(at)}",
        f"received {local_day(one.at)}, protected until the end of {last}, brought {local_day(at)}",
    )
    return Fact("protected" if running else "expired", (one.ref,), note)


@role("protected_consultant", "受保护的置业顾问", "the protected consultant")
def protected_consultant(m: Matter) -> tuple[str, ...]:
    """D11-M1b: of several, who received first."""
    return tuple(one.who for one in house_protections(m) if protected(m, one, decisive(m)))[:1]


# ── relatives and friends (M3) ──

RELATIVES = {
    "none": ("没有", "none"), "direct": ("直系亲属先看房", "a direct relative viewed first"),
    "others": ("非直系亲属或朋友先看房", "a friend or other relative viewed first"),
}  # fmt: skip


@once
def first_viewing(m: Matter) -> Served | None:
    """The first viewing in the family; of several at once, that of the earlier claim."""
    found = sorted(serving(m, m.role("family")), key=lambda s: (s.at, m.rank(s.who)))
    return found[0] if found else None


def crossed(m: Matter) -> bool:
    """Whether whoever closed served only members of the family other than the first viewer, who was another's."""
    first, customer = first_viewing(m), buyer(m)
    if first is None:
        return False
    served = serving(m, m.role("family"))
    rivals = set(closing(m) or ()) or {s.who for s in served if s.who != first.who}
    theirs = {s.customer for s in served if s.who in rivals}
    return (
        bool(rivals)
        and first.who not in rivals
        and first.customer not in theirs
        and (bool(theirs) or first.customer != customer)
    )


@fact(
    "relatives.first",
    "亲属或朋友先看房、另有人接待",
    "a relative or friend viewed first, with somebody else",
    values=RELATIVES,
)
def relatives_first(m: Matter) -> Fact:
    """D11-M3: whether a direct relative (`kin_list`, G-15) was the first viewer, or a friend or other relative viewed before, with
    another consultant or broker. A contested relation without a document, while there is time for one: unknown."""
    customer, first = buyer(m), first_viewing(m)
    direct = [r for r, _o in relations_of(m, customer) if r.get("kind") in m.params["kin_list"]] if customer else []
    if any(kin_counts(m, r) is None for r in direct):
        return Fact(None)
    if first and crossed(m):
        return Fact("direct", (first.ref,))
    friends = friends_servants(m)
    return Fact("others" if friends else "none", tuple(friends.values()))


@role("first_viewers", "接待第一看房者的人", "who served the first viewer")
def first_viewers(m: Matter) -> tuple[str, ...]:
    """Who served the first viewer (D11-M3a)."""
    first = first_viewing(m)
    return (first.who,) if first else ()


@fact("viewer.stands", "第一看房者的接待人仍有主张", "whoever served the first viewer still has a claim")
def viewer_stands(m: Matter) -> Fact:
    """D11-M3a: a broker's has no term; against a broker, a consultant of the house must still be protected (M1)."""
    first = first_viewing(m)
    if first is None:
        return Fact(False)
    safe = {one.who for one in house_protections(m) if protected(m, one, decisive(m))}
    against = m.contract is None or any(broker(m, who) for who in closing(m) or ())
    return Fact(broker(m, first.who) or not against or first.who in safe, (first.ref,), m.fact("house.protection").note)


def slip_holders(m: Matter) -> dict[str, str]:
    """Claimant → slip for the buyer or a direct relative; a slip that names only the agency is its closing, or only, broker's."""
    found: dict[str, str] = {}
    claim = m.role("project_claimants")
    for slip in (e for e in m.case.of("slip") if e["customer"] in m.role("family")):
        agency = agency_of(m, slip.get("org"))
        of_it = [who for who in claim if agency and agency_of(m, who) == agency]
        for who in slip.by or [who for who in of_it if who in (closing(m) or ())] or of_it[:1]:
            if who in claim:
                found.setdefault(who, slip.ref)
    return found


@fact("slip.held", "客户有确认单", "there is a confirmation slip for the customer")
def slip_held(m: Matter) -> Fact:
    """There is a confirmation slip for the customer (D11-M3b)."""
    return Fact(bool(slip_holders(m)), tuple(slip_holders(m).values()))


@role("slip_holder", "持确认单的人", "who holds the slip")
def slip_holder(m: Matter) -> tuple[str, ...]:
    """D11-M3b: of several, who closed, else who had it first."""
    holders = slip_holders(m)
    return tuple(who for who in closing_broker(m) if who in holders) or tuple(holders)[:1]


@finding("kin_of_buyer", "直系亲属是否算同一客户", "whether direct relatives count as the customer")
def kin_of_buyer(m: Matter) -> Iterator[Finding]:
    """D11-M3a: every relation of the customer with another; only direct kin count, and only with proof once it is contested."""
    customer = buyer(m)
    for relation, _other in relations_of(m, customer) if customer else ():
        direct = relation.get("kind") in m.params["kin_list"]
        counts = kin_counts(m, relation) if direct else False
        result = {True: "same_customer", False: "not_same_customer", None: "pending"}[counts]
        note = ("直系亲属", "direct kin") if direct else ("不是直系亲属", "no direct kin")
        yield Finding(pair(relation), result, (), note)
