"""D14: a collision with three exclusions, and customers that belong to whoever holds their region or industry."""

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import Dealing, at_once, dealings, firsts, gap, let_in, met
from arbitration.engine.facts.handling import ABOVE
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import proven
from arbitration.engine.facts.words import Fact, fact, once, role

# Negotiating, quoting, signing "and so on" (D14-2.1); a greeting or a mere call is none of it, receiving a visitor is.
STEPS = ("contact", "reception", "offer", "deposit", "contract")
NEGOTIATING = frozenset({"negotiate", "quote", "pitch", "field_visit", "sample"})


@once
def bargaining(m: Matter) -> list[Dealing]:
    """Who negotiated, quoted or signed, in order of time."""
    return dealings(m, STEPS, NEGOTIATING)


@fact("bargain.collision", "两人以上同时洽谈、报价、签约", "two or more negotiate, quote or sign at the same time")
def bargain_collision(m: Matter) -> Fact:
    """D14-2.1: the steps of two people lie within `active_days` days of each other (G-02)."""
    found = bargaining(m)
    pair = met(m, found, at_once)
    return Fact(pair is not None, tuple(d.ref for d in pair or found), gap(m, found))


# ── what is no collision ──


def company(m: Matter, who: str) -> str:
    """Somebody's company: the legal entity (G-49); what it does not say of them, their contract does. Silence: our own."""
    signed = next((e["org"] for e in m.of("contract") if who in e.by and e.get("org")), "own")
    return str(m.case.people[who].get("org") or signed)


def _several_companies(m: Matter) -> bool:
    """Whether at least two people bargain, each for another company."""
    people = firsts(bargaining(m))
    return len(people) > 1 and len({company(m, who) for who in people}) == len(people)


@fact(
    "exclusion.comparison",
    "客户主动找多家公司比较，各自正常洽谈",
    "the customer asked several companies for comparison, who negotiate normally",
)
def exclusion_comparison(m: Matter) -> Fact:
    """D14-2.2a: everybody bargains for another company, the customer had come to each on their own initiative before, and no
    misconduct is proven. Silence on the initiative: no."""
    people = firsts(bargaining(m))
    came = {who: _came_to(m, who, first) for who, first in people.items()}
    excluded = _several_companies(m) and all(came.values()) and not proven(m)
    return Fact(excluded, tuple(e.ref for e in came.values() if e))


def _came_to(m: Matter, who: str, first: Dealing) -> Event | None:
    """How the customer turned to somebody of their own accord, before that person did anything: a visit, or words on record."""
    received = {e.get("visit") for e in m.of("reception") if who in e.by}
    came = (v for v in m.visits if v.get("initiative") == "self" and (v.get("asked_for") == who or v.ref in received))
    asked = (s for s in m.of("statement") if s["kind"] == "asks_for" and who in s.get("people", ()))
    return next((e for e in (*came, *asked) if e.at <= first.at), None)


@fact("exclusion.cooperation", "客户与多家公司建立合作", "the customer works with several companies")
def exclusion_cooperation(m: Matter) -> Fact:
    """D14-2.2b: everybody bargains for another company, and the customer signed with at least two of these."""
    gone = {e["contract"] for e in m.case.of("cancellation")}
    signed = [e for e in m.of("contract") if e.ref not in gone]
    companies = {e.get("org") or company(m, e.by[0]) for e in signed if e.get("org") or e.by}
    return Fact(_several_companies(m) and len(companies) > 1, tuple(e.ref for e in signed))


@fact("exclusion.consent", "属于培训或经同意的分享", "training, or sharing with consent")
def exclusion_consent(m: Matter) -> Fact:
    """D14-2.2c: all but one who bargain had the consent of one of the others, or of the management, before they began."""
    people = firsts(bargaining(m))
    managers = {p.id for p in m.case.people.values() if p.get("role") in ABOVE}
    leave = {who: let_in(m, who, {*people, *managers}, first.at) for who, first in people.items()}
    given = [e for e in leave.values() if e]
    return Fact(len(people) > 1 and len(given) >= len(people) - 1, tuple(e.ref for e in given))


# ── whose customer it is ──


def territory_holders(m: Matter) -> tuple[str, list[str]]:
    """(what decides, holders): those who hold the customer's region, else its industry; of several in a region those who hold the
    industry too (region before industry)."""
    region, industry = (_of_unit(m, key) for key in ("region", "industry"))
    in_region, in_industry = (_holding(m, scope) for scope in (region, industry))
    if len(in_region) > 1:
        both = [who for who in in_region if who in in_industry]
        return str(region), both or in_region
    return (str(region), in_region) if in_region else (str(industry), in_industry)


def _of_unit(m: Matter, key: str) -> str | None:
    """What the customer asked about says of itself, else the household."""
    told = (m.case.customers[c].get(key) for c in (m.customer, *m.unit) if c in m.case.customers)
    return next((value for value in told if value), None)


def _holding(m: Matter, scope: str | None) -> list[str]:
    people = (p.id for p in m.case.people.values() if scope and scope in p.get("territory", ()))
    return sorted((who for who in people if m.sells(who)), key=m.rank)


@fact("territory.held", "客户属于某人的地域或行业", "the customer is in one person's region or industry")
def territory_held(m: Matter) -> Fact:
    """D14-4.2: exactly one person who sells holds the customer's region or, failing that, industry. Silence: no."""
    scope, holders = territory_holders(m)
    n = len(holders)
    return Fact(n == 1, (m.customer,) if n else (), (f"{scope}：{n} 人", f"{scope}: {n} holders") if n else ("", ""))


@role("territory_holder", "该地域或行业的负责人", "who holds the region or industry")
def territory_holder(m: Matter) -> tuple[str, ...]:
    """D14-4.2; nobody where several hold it."""
    _scope, holders = territory_holders(m)
    return tuple(holders) if len(holders) == 1 else ()


@fact("scope.contested", "客户有争议", "the customer is contested")
def scope_contested(m: Matter) -> Fact:
    """Whether two people bargain at the same time, or somebody else than the holder of the territory follows the customer."""
    holder = territory_holder(m)
    competing = {d.who for d in dealings(m, (*STEPS, "invitation", "report"), NEGOTIATING)}
    strangers = bool(holder) and bool(competing - set(holder))
    met = bargain_collision(m)
    return Fact(bool(met.value) or strangers, met.events if met.value else ())


@role("holder_or_sole", "该地域负责人，否则唯一洽谈的人", "who holds the territory, else the only one who bargains")
def holder_or_sole(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nobody competes."""
    alone = tuple(firsts(bargaining(m))) or m.claimants
    return territory_holder(m) or (alone if len(alone) == 1 else ())
