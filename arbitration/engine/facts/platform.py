"""D12: who is responsible on the sharing platform, updates after visits, the investigation and its sanction, stale customers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.dealings import discoveries
from arbitration.engine.facts.handling import ABOVE, closed_at, inquiries, manages, said_at
from arbitration.engine.facts.keeping import NOBODY, Title, assigns, gives_up, hands_over, title
from arbitration.engine.facts.looking_up import (
    blocked_visits,
    contact_owner,
    lookers,
    queried_before_visit,
    visits_paid,
)
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import YEAR, heaviest
from arbitration.engine.facts.time import after_months, days_before
from arbitration.engine.facts.words import Act, Fact, Sanction, act, fact, role, sanction

# ── who is responsible ──


def entered(m: Matter, event: Event) -> bool:
    """Whether an event enters the customer on the platform: a complete report that was not rejected, or an update."""
    if event.type == "report":
        return event.get("complete", True) and event.get("review", "approved") == "approved"
    return event.type == "record_update"


def responsible_at(m: Matter, at: datetime) -> Title:
    """Who is responsible at a moment: as kept, assigned or handed over, else whoever entered the customer first."""

    def takes(event: Event, held: Title) -> Title | None:
        passed = gives_up(event, held) or hands_over(m, event, held) or assigns(m, event)
        return passed or (None if held.who else _first_entry(m, event))

    return title(m, takes, at)


def _first_entry(m: Matter, event: Event) -> Title | None:
    who = next(iter(event.by), NOBODY)
    tied = (e for e in m.of("report", "record_update") if e.at == event.at and e.by != event.by and entered(m, e))
    counts = entered(m, event) and m.sells(who) and not any(m.sells(e.by[0]) for e in tied)
    return Title(who, "record", event.at, event.ref) if counts else None


@fact("platform.responsible", "平台上已有客户负责人", "the platform shows who is responsible")
def platform_responsible(m: Matter) -> Fact:
    """D12-6.2b: somebody was assigned, given or the first to enter the customer. Silence: nobody."""
    held = responsible_at(m, m.case.ask)
    return Fact(bool(held.who), (held.ref,) if held.ref else ())


@role("responsible", "客户负责人", "who is responsible")
def responsible(m: Matter) -> tuple[str, ...]:
    """D12-6.2b: who is responsible by now."""
    held = responsible_at(m, m.case.ask)
    return (held.who,) if held.who else ()


@role("responsible_or_sole", "客户负责人，否则唯一跟进的人", "who is responsible, else the only one who follows")
def responsible_or_sole(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nothing collides."""
    return responsible(m) or m.claimants[:1]


@fact(
    "allocation.age",
    "客户分配后未成交的天数",
    "days since the allocation without a sale",
    values=range(0, 10_000),
    unit=("天", "days"),
)
def allocation_age(m: Matter) -> Fact:
    """D12-6.5b: local days since the customer came to whoever is responsible; 0 where nobody is, the day is not known, or the
    customer has bought since."""
    held = responsible_at(m, m.case.ask)
    since = held.since or _first_event_of(m, held.who)
    if not held.who or since is None or _bought(m, since):
        return Fact(0)
    return Fact(min(days_before(since, m.case.ask), 9_999), (held.ref,) if held.ref else ())


def _first_event_of(m: Matter, who: str) -> datetime | None:
    return next((e.at for e in m.of("contact", "report", "record_update", "reception") if who in e.by), None)


def _bought(m: Matter, since: datetime) -> bool:
    gone = {e["contract"] for e in m.case.of("cancellation")}
    return any(e.at >= since and e.ref not in gone for e in m.of("contract"))


@fact("platform.question", "撞单或客户久未成交", "a collision, or a customer long without a sale")
def platform_question(m: Matter) -> Fact:
    """Whether there is anything to decide."""
    stale = int(str(m.fact("allocation.age").value)) > int(m.params["stale_days"])
    return Fact(bool(m.fact("collision.in_department").value) or stale)


# ── duties ──


@act("update_after_visit", "拜访后更新共享平台", "update the platform after a visit")
def update_after_visit(m: Matter) -> Iterator[Act]:
    """D12-6.3a: after every visit, by whoever visited."""
    for who, visit in visits_paid(m):
        done = _update(m, who, visit)
        yield Act(
            who, "update", visit.ref, visit.at, done.at if done else None, (visit.ref, *((done.ref,) if done else ()))
        )


def _update(m: Matter, who: str, visit: Event) -> Event | None:
    entries = m.case.of("record_update", "report")
    return next((e for e in entries if who in e.by and e["customer"] == visit["customer"] and e.at >= visit.at), None)


@act("investigate_at_once", "立即调查处理撞单", "investigate the collision at once")
def investigate_at_once(m: Matter) -> Iterator[Act]:
    """D12-6.4a: the head of the sales department, from when they know or are told; without that from the discovery."""
    found = _to_investigate(m)
    if found:
        head, since, ref = found
        opened = [(at, e.ref) for e in inquiries(m) if (at := _opened_at(m, e)) and at >= since]
        done = min(opened, default=None)
        yield Act(head, "investigate", ref, since, done[0] if done else None, (ref, *((done[1],) if done else ())))


def _opened_at(m: Matter, event: Event) -> datetime | None:
    """When an investigation was opened; an event that says neither opens it, one that closes it shows that it was open."""
    return said_at(m, event, "opened") or (event.at if event.get("opened") is None else None)


def _to_investigate(m: Matter) -> tuple[str | None, datetime, str] | None:
    """(head, since when, event): the first head who knew or was told; else the department's head, from the discovery or now."""
    known = list(discoveries(m))
    told = [(e.get("to"), e) for e in m.case.of("collision_reported")]
    heads = [(who, e) for who, e in (*known, *told) if who and manages(m, who)]
    if heads:
        who, event = min(heads, key=lambda row: row[1].at)
        return who, event.at, event.ref
    if known:
        return _head(m), known[0][1].at, known[0][1].ref
    return (_head(m), m.case.ask, "case") if m.fact("collision.in_department").value else None


def _head(m: Matter) -> str | None:
    """The head of the department: a superior of those concerned who manages, else whoever manages."""
    above = (m.case.people[who].get("superior") for who in m.claimants)
    managing = (p.id for p in m.case.people.values() if p.get("role") in ABOVE)
    return next((who for who in (*above, *managing) if manages(m, who)), None)


# ── the sanction ──


def breaches(m: Matter) -> list[tuple[str, Event]]:
    """(who, event) of everything by which somebody broke 6.2 or 6.3: visited without a look-up or in spite of it, did not
    contact the person responsible in time, did not update in time."""
    by_ref = m.case.by_ref
    found = [(by_ref[f.about].by[0], by_ref[f.about]) for f in queried_before_visit(m) if f.result == "breach"]
    found += [(who, visit) for who, look in lookers(m) for visit in blocked_visits(m, who, look)]
    at_once, promptly = (
        timedelta(minutes=int(m.params["sla_immediate_min"])),
        timedelta(hours=int(m.params["sla_prompt_h"])),
    )
    for acts, term in ((contact_owner(m), at_once), (update_after_visit(m), promptly)):
        found += [(str(a.who), by_ref[a.about]) for a in acts if (a.done or m.case.ask) > a.since + term]
    return sorted(found, key=lambda row: row[1].at)


@sanction("responsible_for_collision", "对责任人的警告或处罚", "a warning or penalty for whoever is responsible")
def responsible_for_collision(m: Matter) -> Iterator[Sanction]:
    """D12-6.4b, G-17, G-31: once the investigation is closed, for breaches before that; first a warning, a repeat within twelve
    months a fine of `fine_yuan`, a further one twice that."""
    closing = closed_at(m)
    found = []
    for who, event in breaches(m):
        if closing and event.at <= closing[1]:
            times = _times_before(m, who, event)
            amount = 100 * int(m.params["fine_yuan"]) * min(times, 2)
            found.append(Sanction(who, "fine" if times else "warning", amount or None, events=(event.ref,)))
    yield from heaviest(found)


def _times_before(m: Matter, who: str, event: Event) -> int:
    """How often somebody was found at fault or warned within the twelve months before, about whatever customer."""
    faults = (e for e in m.case.of("conduct") if who in e.by and e.get("proven", True))
    warned = (e for e in m.case.of("notice") if e.get("to") == who and e.get("kind") == "warning")
    return max(sum(e.at < event.at < after_months(e.at, YEAR) for e in kind) for kind in (list(faults), list(warned)))
