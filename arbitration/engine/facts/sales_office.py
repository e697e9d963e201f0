"""Facts of D17 (sales office with a rotation): the deal, when the collision was discovered, who received the customer in which
order, and whose week still ran."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import here
from arbitration.engine.facts.time import after_days, days_before
from arbitration.engine.facts.words import Fact, Finding, fact, finding, once, role

COUNTS = {"none": ("无", "none"), "one": ("一人", "one"), "several": ("两人以上", "two or more")}

# ── the deal, and when the collision was discovered ──


@once
def undone(m: Matter) -> set[str]:
    """Contracts that were cancelled and deposits that were given back in full (G-08): no deal any more."""
    gone = {e["contract"] for e in m.case.of("cancellation")}
    for deposit in m.of("deposit"):
        back = sum(Fraction(r.get("amount", "0")) for r in m.case.of("refund") if r["deposit"] == deposit.ref)
        if back and back >= Fraction(deposit.get("amount", "0")):
            gone.add(deposit.ref)
    return gone - {m.case.about}


@once
def deal(m: Matter) -> Event | None:
    """The deal of this purchase: what comes first of the events of `deal_event` (G-45), later than an earlier purchase."""
    made = [e for e in m.of("deposit", "contract") if e.ref not in undone(m)]
    earlier = [e.at for e in made if e.type == "contract" and m.contract and e.at < m.contract.at]
    since = max(earlier, default=None)
    return next((e for e in made if e.type in m.params["deal_event"] and (since is None or e.at > since)), None)


def discovery(m: Matter) -> tuple[datetime, str]:
    """(when, event) the collision became known: the earliest `collision_known`, else now."""
    known = (e for e in m.case.of("collision_known") if e.get("customer") in (None, *m.unit))
    first = next(known, None)
    return (first.at, first.ref) if first else (m.case.ask, "")


@fact("office.before_deal", "成单前发现撞单", "the collision was discovered before the deal")
def before_deal(m: Matter) -> Fact:
    """Whether section two applies: discovered before the first deposit or contract, or there is none yet. At the same moment: no."""
    closed, (at, ref) = deal(m), discovery(m)
    events = tuple(filter(None, (ref, closed.ref if closed else "")))
    return Fact(closed is None or at < closed.at, events)


# ── who received, in which order, and whose week still ran (note to section two) ──


@dataclass(frozen=True)
class Claim:
    """Somebody's reception of the customer: since when, the last that renews it (G-23), and until when it holds, exclusive."""

    who: str
    since: datetime
    last: datetime
    until: datetime
    event: Event

    @property
    def in_order(self) -> bool:
        """Whether it began in the order of reception; only jumping the queue is out of it."""
        return self.event.get("mode") != "out_of_turn"


@once
def received(m: Matter) -> list[tuple[str, datetime, Event]]:
    """(for whom, arrival of the visit, reception) up to the deal, in order of time; a stand-in receives for another."""
    closed, rows = deal(m), []
    for who, event in m.receptions:
        visit = m.case.by_ref.get(event.get("visit", ""))
        at = visit.at if visit else event.at
        if closed is None or at <= closed.at:
            rows.append((who, at, event))
    return sorted(rows, key=lambda row: (row[1], row[2].at, row[2].ref))


@once
def claims(m: Matter) -> tuple[list[Claim], list[tuple[Claim, Event]]]:
    """(claims that hold, in order; claims that had ended when a newcomer's visit arrived, with the newcomer's reception)."""
    days, live, ended = int(m.params["protect_days"]), dict[str, Claim](), []
    for who, at, event in received(m):
        if who in live:
            if event.get("mode") != "out_of_turn":
                live[who] = replace(live[who], last=at, until=after_days(at, days))
            continue
        for other in [c for c in live.values() if at >= c.until]:
            ended.append((live.pop(other.who), event))
        live[who] = Claim(who, at, at, after_days(at, days), event)
    return list(live.values()), ended


@once
def parties(m: Matter) -> list[Claim]:
    """Those who received the customer and whose week had not ended when the next came in, earliest first."""
    return claims(m)[0]


def _assigned(m: Matter) -> list[str]:
    """Whom a customer whom nobody received on record is assigned to."""
    kept = (m.case.customers[c].get("assigned_to") for c in m.unit)
    return [who for who in dict.fromkeys(kept) if who and m.sells(who)]


@fact("office.parties", "有效接待过客户的人数", "how many hold a reception of the customer", values=COUNTS)
def parties_count(m: Matter) -> Fact:
    """How many received the customer and are within the week (2.N); where nobody did, whom the customer is assigned to."""
    held = parties(m)
    n = len(held) or len(_assigned(m)[:1])
    return Fact(("none", "one")[n] if n < 2 else "several", tuple(c.event.ref for c in held), (f"{n} 人", f"{n}"))


@role("office_first", "首次接待的销售员", "who received the customer first")
def office_first(m: Matter) -> tuple[str, ...]:
    """The earliest of those within their week; where nobody received, whom the customer is assigned to."""
    return tuple(c.who for c in parties(m)[:1]) or tuple(_assigned(m)[:1])


@role("office_parties", "有效接待过客户的销售员", "those who hold a reception of the customer")
def office_parties(m: Matter) -> tuple[str, ...]:
    """Everybody who received the customer and is within the week, earliest first."""
    return tuple(c.who for c in parties(m))


@finding("office_week", "一周时效是否已过", "whether the week had ended")
def office_week(m: Matter) -> Iterator[Finding]:
    """D17-2.N: when a newcomer's visit arrives, the claim of each earlier salesperson has expired or is protected. Nothing to say
    where nobody came in second."""
    held, ended = claims(m)
    for claim, event in ended:
        yield Finding(event.ref, "expired", (claim.event.ref, event.ref), _week(claim, m, event))
    for claim in held[1:]:
        yield Finding(
            claim.event.ref, "protected", (held[0].event.ref, claim.event.ref), _week(held[0], m, claim.event)
        )


def _week(claim: Claim, m: Matter, event: Event) -> tuple[str, str]:
    visit = m.case.by_ref.get(event.get("visit", ""))
    days, limit = days_before(claim.last, visit.at if visit else event.at), m.params["protect_days"]
    return f"最后接待后第 {days} 天，时效 {limit} 天", f"day {days} after the last reception, limit {limit} days"


# ── who there is to decide between ──


@fact("office.contested", "两人以上争同一客户", "two or more people are after the customer")
def office_contested(m: Matter) -> Fact:
    """Two people received, followed or claim the customer, or grabbed or quarrelled about them."""
    acts = [e for e in m.case.of("conduct") if here(m, e)]
    people = {*m.claimants, *(who for e in acts for who in (*e.by, e.get("against")) if m.sells(who))}
    return Fact(len(people) > 1, tuple(e.ref for e in acts), (f"{len(people)} 人", f"{len(people)} people"))


@role("office_sole", "唯一跟进的销售员", "the only salesperson")
def office_sole(m: Matter) -> tuple[str, ...]:
    """Who holds the reception, else who claims the customer."""
    return office_first(m) or m.claimants


@fact("office.more_than_two", "三人以上", "three or more")
def office_more_than_two(m: Matter) -> Fact:
    """G-09: three or more received the customer."""
    people = list(dict.fromkeys(who for who, _at, _e in received(m)))
    return Fact(len(people) > 2, note=(f"{len(people)} 人", f"{len(people)} people"))
