"""Findings of D18: what is a collision (0.2), who may speak while another receives (6), who may get in touch afterwards (7)."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import LOCAL, Event, moment
from arbitration.engine.facts.dealings import at_once, dealings, gap, let_in, met
from arbitration.engine.facts.handling import ABOVE
from arbitration.engine.facts.matter import SELLING, Matter
from arbitration.engine.facts.misconduct import here, proven
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Finding, Note, finding, role

FOLLOWING = ("contact", "invitation", "reception", "report")  # what counts as being in touch with a customer

# ── what a collision is ──


@finding("same_customer_at_once", "两名以上置业顾问同时联系一客户", "consultants contact one customer at the same time")
def same_customer_at_once(m: Matter) -> Iterator[Finding]:
    """D18-0.2a: two consultants follow the same customer, within `active_days` days of each other (G-02)."""
    pair, notes = None, [("", "")]
    for customer in m.unit:
        rows = [d for d in dealings(m, FOLLOWING) if d.event["customer"] == customer]
        pair = pair or met(m, rows, at_once)
        notes = [gap(m, rows), *notes] if rows else notes
    yield Finding("case", "collision" if pair else "no_collision", tuple(d.ref for d in pair or ()), notes[0])


@finding(
    "one_buying_unit",
    "分别联系同一购买单位的不同客户",
    "consultants contact different customers of one purchasing unit",
)
def one_buying_unit(m: Matter) -> Iterator[Finding]:
    """D18-0.2b: two consultants are in touch with different customers of one household or buying unit, at whatever time."""
    if len(m.unit) < 2:
        return
    rows = dealings(m, FOLLOWING)
    pairs = (
        (a, b)
        for b in rows
        for a in rows
        if a.at <= b.at and a.who != b.who and a.event["customer"] != b.event["customer"]
    )
    met = next(pairs, None)
    yield Finding("case", "collision" if met else "no_collision", tuple(d.ref for d in met or ()))


# ── 6: nobody interrupts a reception ──


def _receiving(m: Matter, at: datetime, who: str) -> list[Event]:
    """Receptions by others that were going on at a moment."""
    return [e for e in m.of("reception") if who not in e.by and e.get("for") != who and e.at <= at <= _end(m, e)]


def _end(m: Matter, reception: Event) -> datetime:
    """Until when a reception lasts: as entered, else until the customer left, else until now."""
    visit = m.case.by_ref.get(reception.get("visit", ""))
    until = reception.get("until") or (visit.get("left_at") if visit else None)
    return moment(until) if until else m.case.ask


def _let(m: Matter, who: str, receptions: list[Event], at: datetime) -> bool:
    """Whether the consultant who receives, or for whom they stand in, or the manager let somebody (the manager's assignment)."""
    holders = {name for e in receptions for name in (*e.by, e.get("for")) if name}
    managers = {p.id for p in m.case.people.values() if p.get("role") in ABOVE}
    return let_in(m, who, holders | managers, at) is not None


def _consultant(m: Matter, who: str) -> bool:
    """Whether the rules are addressed to somebody: consultants, also those who have left since."""
    person = m.case.people.get(who)
    return person is not None and person.get("role") in SELLING


@finding("interruption", "接待时随意插嘴", "interrupting a reception")
def interruption(m: Matter) -> Iterator[Finding]:
    """D18-6: another consultant cuts in while one receives, without permission and not assigned by the manager."""
    held = {e.ref for e in proven(m, {"interruption"})}
    for act in (e for e in m.case.of("conduct") if e["kind"] == "interruption" and here(m, e)):
        who = next(iter(act.by), "")
        going_on = _receiving(m, act.at, who)
        wrong = act.ref in held and going_on and _consultant(m, who) and not _let(m, who, going_on, act.at)
        yield Finding(act.ref, "breach" if wrong else "no_breach", (*(e.ref for e in going_on[:1]), act.ref))


# ── 7: nobody gets in touch with a visitor who left without a deal ──


def _left_before(m: Matter, at: datetime) -> list[Event]:
    """Receptions of the last visit that was over by then; none, where the customer had signed by then."""
    if any(e.at <= at for e in m.of("contract") if e.ref not in {c["contract"] for c in m.case.of("cancellation")}):
        return []
    over = [e for e in m.of("reception") if _over(m, e) < at]
    last = max((_over(m, e) for e in over), default=None)
    return [e for e in over if _over(m, e) == last]


def _over(m: Matter, reception: Event) -> datetime:
    """When a visit was over: as entered, else at the end of its day."""
    visit = m.case.by_ref.get(reception.get("visit", ""))
    until = (visit.get("left_at") if visit else None) or reception.get("until")
    return moment(until) if until else after_days(reception.at, 0)


@finding("contact_after_visit", "到访未成交离开后联系客户", "contact with a visitor who left without a deal")
def contact_after_visit(m: Matter) -> Iterator[Finding]:
    """D18-7: another consultant than the one who received gets in touch, without permission and not assigned by the manager.
    No expiry (G-46)."""
    acts = [e for e in m.of("contact", "invitation") if e.get("connected", True)]
    acts += [e for e in proven(m, {"unauthorised_contact"}) if e.by]
    for act in sorted(acts, key=lambda e: (e.at, e.ref)):
        receptions, who = _left_before(m, act.at), next(iter(act.by), "")
        own = any(who in e.by or e.get("for") == who for e in receptions)
        if receptions and not own and _consultant(m, who):
            result = "no_breach" if _let(m, who, receptions, act.at) else "breach"
            yield Finding(act.ref, result, (receptions[0].ref, act.ref), _told(m, act, receptions[0]))


def _told(m: Matter, act: Event, reception: Event) -> Note:
    left, at = (f"{when.astimezone(LOCAL):%m-%d %H:%M}" for when in (_over(m, reception), act.at))
    return f"{left} 离开，{at} 联系", f"left {left}, contacted {at}"


@role("company_leader", "公司领导", "the company's leadership")
def company_leader(m: Matter) -> tuple[str, ...]:
    """D18-8: the general manager, else the manager."""
    ranks = ("general_manager", "manager")
    return tuple(p.id for rank in ranks for p in m.case.people.values() if p.get("role") == rank)
