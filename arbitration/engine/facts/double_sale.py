"""D15: one and the same item sold to several buyers. Which sales clash, and what those who sold it owe once they know."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import discoveries, one_buyer, recorded
from arbitration.engine.facts.handling import above
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Act, Fact, Finding, act, fact, finding

# There is only one of each; of a product or service of which there are many every buyer has their own piece.
UNIQUE = frozenset({"unit", "media_slot", "production_slot"})

Clash = tuple[Event, Event]  # the earlier and the later contract


# ── the collision ──


def clashes(m: Matter) -> list[Clash]:
    """Pairs of contracts by which one item was sold to two buyers, the earlier still standing when the later was signed.

    Of the subject of the contract asked about, where one is named; else of every subject.
    """
    asked = m.case.by_ref.get(m.case.about or "")
    sold = [k for k in m.case.of("contract") if _one_of_a_kind(m, k)]
    mine = [k for k in sold if asked is None or k["subject"] == asked.get("subject")]
    pairs = ((a, b) for i, a in enumerate(mine) for b in mine[i + 1 :] if a["subject"] == b["subject"])
    return [(a, b) for a, b in pairs if not one_buyer(m, a["customer"], b["customer"]) and _stood(m, a, b.at)]


def _one_of_a_kind(m: Matter, contract: Event) -> bool:
    subject = m.case.subjects.get(contract.get("subject") or "")
    return bool(subject and subject.get("kind") in UNIQUE)


def _stood(m: Matter, contract: Event, at: datetime) -> bool:
    """Whether a contract was not yet cancelled at a moment."""
    return not any(e["contract"] == contract.ref and e.at <= at for e in m.case.of("cancellation"))


@fact("sale.any", "签过合同", "something was sold")
def sale_any(m: Matter) -> Fact:
    """Whether there is a contract that could clash with another (D15-1). Silence: no."""
    found = tuple(k.ref for k in m.case.of("contract"))
    return Fact(bool(found), found, (f"{len(found)} 份合同", f"{len(found)} contracts"))


@fact("sale.double", "同一标的卖给了不同的买家", "one item was sold to different buyers")
def sale_double(m: Matter) -> Fact:
    """D15-1: two contracts with different buyers for the same unit or slot stand at one time. A product of which there are many,
    a contract that names no subject, one household buying together and a contract cancelled by now make no double sale."""
    standing = [pair for pair in clashes(m) if all(_stood(m, k, m.case.ask) for k in pair)]
    refs = tuple(dict.fromkeys(k.ref for pair in standing for k in pair))
    buyers = len({k["customer"] for pair in standing for k in pair})
    return Fact(bool(standing), refs, (f"{buyers} 位买家", f"{buyers} buyers") if standing else _why_none(m))


def _why_none(m: Matter) -> tuple[str, str]:
    if clashes(m):
        return "其中一份合同已经取消", "one of the contracts has been cancelled"
    subjects = (m.case.subjects.get(k.get("subject") or "") for k in m.case.of("contract"))
    if any(s and s.get("kind") == "product" for s in subjects):
        return "同一种商品可以卖多件，各买各的", "there are many pieces of a product, to each buyer their own"
    return "", ""


@finding("double_sale", "是否一物多卖", "whether one item was sold twice")
def double_sale(m: Matter) -> Iterator[Finding]:
    """D15-1, about the case, as soon as anything was sold."""
    if sale_any(m).value:
        found = sale_double(m)
        yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


# ── duties ──


@act("record_needs", "及时记录客户的需求和意向", "promptly record the customer's needs and intentions")
def record_needs(m: Matter) -> Iterator[Act]:
    """D15-2b: after every talk with a customer who has not bought yet, by whoever sells. A report, an update of the platform or a
    notebook entry is a record. After-sales service and calls that were not answered are no talks."""
    for talk in m.case.of("contact"):
        who, customer = next(iter(talk.by), ""), talk["customer"]
        sold = any(k["customer"] == customer and k.at <= talk.at for k in m.case.of("contract"))
        if m.sells(who) and talk["mode"] != "service" and talk.get("connected", True) and not sold:
            entry = recorded(m, who, customer, talk.at)
            refs = (talk.ref, entry.ref) if entry else (talk.ref,)
            yield Act(who, "record", talk.ref, talk.at, entry.at if entry else None, refs)


def informed(m: Matter) -> Iterator[tuple[str, datetime, Event]]:
    """(who, since when, event): whoever sells and knows of the double sale; nobody can know of it before it happened.

    Where nobody is on record as knowing, those who sold the item learn of it with the question.
    """
    found = clashes(m)
    if not found:
        return
    happened = min(later.at for _earlier, later in found)
    contracts = {k.ref: k for pair in found for k in pair}.values()
    known = list(discoveries(m, customers={k["customer"] for k in contracts}))
    for who, event in known:
        if m.sells(who):
            yield who, max(event.at, happened), event
    sellers = {} if known else {who: k for k in contracts for who in k.by if m.sells(who)}
    for who, contract in sellers.items():
        yield who, m.case.ask, contract


@act("tell_buyer", "立即联系客户，说明情况", "contact the customer at once and explain")
def tell_buyer(m: Matter) -> Iterator[Act]:
    """D15-3a: everybody who sold the item, to each of their own buyers, from when they know of it (X-18: not to another's)."""
    pairs = clashes(m)
    for who, since, event in informed(m):
        for buyer in dict.fromkeys(k["customer"] for pair in pairs for k in pair if who in k.by):
            told = (e for e in m.case.of("contact") if who in e.by and e["customer"] == buyer)
            done = next((e for e in told if e.at >= since and e.get("connected", True)), None)
            yield _owed(who, "contact", since, event, done)


@act("report_double_sale", "及时向上级汇报并请示", "promptly report to the superior and ask for instructions")
def report_double_sale(m: Matter) -> Iterator[Act]:
    """D15-3c: whoever sells and knows of it, to their superior or whoever manages."""
    for who, since, event in informed(m):
        told = (e for e in m.case.of("collision_reported") if who in e.by and e.get("to") in above(m, who))
        yield _owed(who, "report", since, event, next((e for e in told if e.at >= since), None))


def _owed(who: str, what: str, since: datetime, event: Event, done: Event | None) -> Act:
    refs = (event.ref, done.ref) if done else (event.ref,)
    return Act(who, what, event.ref, since, done.at if done else None, refs)
