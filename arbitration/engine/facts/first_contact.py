"""D13: the first proven contact decides. What proves a contact, who was first, and what is recorded, reported and made good."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from arbitration.engine.case import Event, fen, moment
from arbitration.engine.facts.dealings import Dealing, dealings, discoveries, lapsed, met_ever, withdrew
from arbitration.engine.facts.handling import investigations, manages, reports_upward
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import accepted, heaviest, proven, times_before
from arbitration.engine.facts.people import ORDER
from arbitration.engine.facts.time import span, to_the_second
from arbitration.engine.facts.words import Act, Fact, Finding, Sanction, act, fact, finding, role, sanction

# How somebody is in touch with a customer; a report alone is none (D13-4.1: the first contact, not the first report).
IN_TOUCH = ("contact", "reception", "invitation", "offer", "deposit", "contract")
RECORDS = ("report", "record_update", "notebook")
OPERATORS = frozenset({"china_telecom", "china_mobile", "china_unicom"})


class Touch(NamedTuple):
    """One contact of somebody that is proven, and by which event."""

    at: datetime
    who: str
    ref: str


# ── who was first ──


def proven_touches(m: Matter) -> list[Touch]:
    """Contacts that are proven, in order of time: entered in time, or with evidence; and calls on an operator's list."""
    found = [Touch(d.at, _for_whom(d), d.ref) for d in dealings(m, IN_TOUCH) if _entered(m, d.event)]
    lists = (e for e in m.of("call_list") if m.sells(next(iter(e.by), None)) and _proves(m, e))
    found += [Touch(moment(e["call_at"]), e.by[0], e.ref) for e in lists]
    return sorted((t for t in found if m.sells(t.who)), key=lambda t: (t.at, m.rank(t.who)))


def _for_whom(dealing: Dealing) -> str:
    """A stand-in receives for the one they stand in for."""
    return str(dealing.event.get("for") or dealing.who) if dealing.event.type == "reception" else dealing.who


def _entered(m: Matter, event: Event) -> bool:
    """Whether a contact counts from its entry: not refuted, and entered within `sla_prompt_h` hours of the time it claims, or
    with evidence that was taken (G-35)."""
    if not accepted(m, event):
        return False
    claimed = event.get("claimed_at")
    late = claimed and event.at - moment(claimed) > timedelta(hours=int(m.params["sla_prompt_h"]))
    return not late or any(e.get("about") == event.ref and e.get("accepted") for e in m.case.of("evidence"))


def _proves(m: Matter, listed: Event) -> bool:
    """Whether a call list is an operator's official one, not refuted, of a call between the two by now."""
    official = listed.get("official") is True and listed["issuer"] in OPERATORS
    called = moment(listed["call_at"]) <= m.case.ask
    return official and called and accepted(m, listed) and _between(m, listed)


def _between(m: Matter, listed: Event) -> bool:
    """Whether the numbers, where they are given and known, are the salesperson's and the customer's."""
    person = m.case.people[listed.by[0]]
    org = m.case.orgs.get(person.get("org") or "")
    mine = {*person.get("phones", ()), *(org.get("phones", ()) if org else ())}
    theirs = {number for c in m.unit for number in m.case.customers[c].get("phones", ())}
    ends = {listed[key] for key in ("from_phone", "to_phone") if key in listed}
    return not ends or all(not known or bool(ends & known) for known in (mine, theirs))


@fact("first_contact.order", "谁先联系客户", "who was in touch first", values=ORDER)
def first_contact_order(m: Matter) -> Fact:
    """Whether one proven contact is the earliest, those of several fall in one second, or none is proven (D13-4.1, G-35)."""
    firsts = _firsts(m)
    events = tuple(t.ref for t in firsts)
    if not firsts:
        return Fact("none")
    if len(firsts) == 1:
        return Fact("first", events, ("只有一人的联系得到证明", "one person's contact is proven"))
    apart = to_the_second(firsts[1].at) - to_the_second(firsts[0].at)
    if not apart:
        return Fact("together", events, ("同一秒", "in the same second"))
    zh, en = span(apart)
    return Fact("first", events, (f"早 {zh}", f"{en} earlier"))


def _firsts(m: Matter) -> list[Touch]:
    """Everybody's first proven contact that they have not given up since, in order of time (G-46)."""
    firsts: dict[str, Touch] = {}
    for touch in proven_touches(m):
        if not withdrew(m, touch.who, touch.at) and not lapsed(m, touch.who, touch.at):
            firsts.setdefault(touch.who, touch)
    return list(firsts.values())


@role("first_in_touch", "首先联系客户的人", "who was in touch first")
def first_in_touch(m: Matter) -> tuple[str, ...]:
    """By the earliest proven contact (D13-4.1)."""
    return tuple(t.who for t in _firsts(m)[:1])


@role(
    "first_in_touch_or_sole", "首先联系的人，否则唯一跟进的人", "who was in touch first, else the only one who follows"
)
def first_in_touch_or_sole(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nobody competes."""
    return first_in_touch(m) or (m.claimants if len(m.claimants) == 1 else ())


# ── the collision ──


@fact("contact.by_several", "同一客户被多人联系", "several people are in touch with the customer")
def contact_by_several(m: Matter) -> Fact:
    """D13-3.2: several people, of whatever department, were in touch with the customer at whatever time."""
    met = met_ever(_everybody(m))
    people = len({d.who for d in _everybody(m)})
    return Fact(met is not None, tuple(d.ref for d in met or ()), (f"{people} 人", f"{people} people"))


def _everybody(m: Matter) -> list[Dealing]:
    """Contacts by anybody but the management, everything else by those who sell; and calls that only a list shows."""
    contacts = (d for d in dealings(m, ("contact",), anybody=True) if not manages(m, d.who))
    found = [*contacts, *dealings(m, IN_TOUCH[1:])]
    lists = {e.ref: e for e in m.of("call_list")}
    found += [Dealing(t.who, t.at, t.ref, None, lists[t.ref]) for t in proven_touches(m) if t.ref in lists]
    return sorted(found, key=lambda d: (d.at, d.ref))


@finding("contacts_collide", "是否撞单", "whether it is a collision")
def contacts_collide(m: Matter) -> Iterator[Finding]:
    """Whether it is a collision (D13-3.2)."""
    found = contact_by_several(m)
    yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


# ── records, reports upward, investigation ──


@finding("first_contact_record", "联系记录是否及时、完整", "whether the contact is recorded, promptly and completely")
def first_contact_record(m: Matter) -> Iterator[Finding]:
    """D13-4.3a: contact, needs and intention, within `sla_prompt_h` hours of somebody's first contact; without any record the
    contact itself is late once the term is over."""
    for who in m.claimants:
        first = next((d for d in dealings(m, IN_TOUCH[:4]) if d.who == who), None)
        due = first.at + timedelta(hours=int(m.params["sla_prompt_h"])) if first else None
        records = [e for e in m.of(*RECORDS) if who in e.by]
        done = False  # a complete record has been made; later ones are additions
        for record in records:
            late = not done and due is not None and record.at > due
            complete = record.get("complete", True)
            done = done or complete
            yield Finding(
                record.ref, "late" if late and complete else "valid" if complete else "incomplete", (record.ref,)
            )
        if first and due and not records and m.case.ask > due:
            yield Finding(first.ref, "late", (first.ref,))


@act("report_suspected_contact", "及时向主管汇报", "report to the supervisor promptly")
def report_suspected_contact(m: Matter) -> Iterator[Act]:
    """D13-5.1: whoever realises that another may have been in touch; a look-up that shows another is enough (可能)."""
    seen: dict[str, Event] = {}
    looks = ((who, q) for q in m.of("query") for who in q.by if q.get("found") not in (None, who))
    for who, event in sorted([*discoveries(m), *looks], key=lambda row: row[1].at):
        seen.setdefault(who, event)
    yield from reports_upward(m, learned=list(seen.items()))


@act("investigate_contacts", "立即调查核实", "investigate at once")
def investigate_contacts(m: Matter) -> Iterator[Act]:
    """D13-5.2: the supervisor who receives the report."""
    yield from investigations(m)


# ── sanctions ──


@sanction("first_contact_sanction", "按情节轻重处分", "a sanction by severity")
def first_contact_sanction(m: Matter) -> Iterator[Sanction]:
    """D13-6.1, G-18: a minor first act criticism, a minor repeat rectification, a normal one a warning, a serious one dismissal;
    the heaviest for each person (G-31). Silence on severity: normal."""
    yield from heaviest([Sanction(who, _step(m, e, who), events=(e.ref,)) for e in proven(m) for who in e.by])


def _step(m: Matter, act_: Event, who: str) -> str:
    minor = "rectify" if times_before(m, act_, who) else "criticism"
    return {"minor": minor, "normal": "warning", "serious": "dismissal"}[act_.get("severity", "normal")]


@sanction("first_contact_compensation", "赔偿经济损失", "compensation of the loss")
def first_contact_compensation(m: Matter) -> Iterator[Sanction]:
    """D13-6.2: up to the loss that is proven, from whoever caused it by proven misconduct; a right of the company, not automatic
    (G-25). A loss that names nobody is that of the only offender."""
    offenders = dict.fromkeys(who for e in proven(m) for who in e.by)
    for who in offenders:
        mine = [e for e in m.case.of("loss") if accepted(m, e) and (who in e.by or (not e.by and len(offenders) == 1))]
        total = sum(fen(e["amount"]) for e in mine)
        if total > 0:
            yield Sanction(who, "compensation", total, high=total, events=tuple(e.ref for e in mine))
