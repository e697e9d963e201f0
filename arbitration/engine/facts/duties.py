"""Duties and findings of D09: who had to tell whom by when, who must help, what a visit counts as, who has signed."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event
from arbitration.engine.facts.decoration import (
    ask_first_then_kin,
    first_reception,
    found_by_rivals,
    kin_said_later,
    refunded,
    reinvited,
    rival_acts,
)
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Act, Finding, act, finding


def _told(m: Matter, to: str, since: datetime, by: str) -> datetime | None:
    """When somebody heard of it: a notice to them after it began, or an earlier one by the person who owes it."""
    heard = [n.at for n in m.notices(to=to) if n.at >= since or by in n.by]
    return max(min(heard), since) if heard else None


@act("remind_lax", "提醒跟单不紧的前一顾问", "remind the earlier consultant whose follow-up is lax")
def remind_lax(m: Matter) -> Iterator[Act]:
    """D09-1c: a call shows that the visited customer is not closely followed: no contact for `lax_days` days (G-56), or the
    customer says so."""
    first = first_reception(m)
    seen: set[str] = set()
    for who, call in rival_acts(m):
        by_phone = call.type == "contact" and call.get("mode") in ("call", "im")
        if first and by_phone and who not in seen and _lax(m, first[0], call):
            seen.add(who)
            yield Act(who, "remind", call.ref, call.at, _told(m, first[0], call.at, who), (call.ref,))


def _lax(m: Matter, who: str, call: Event) -> bool:
    return bool(call.get("answer")) or _quiet(m, who, call)


def _quiet(m: Matter, who: str, call: Event) -> bool:
    """Whether the owner had had nothing to do with the customer for `lax_days` local days, the last of them over (G-04)."""
    last = [
        e.at
        for e in m.of("contact", "reception", "invitation", "visit")
        if e.at < call.at and (who in e.by or e.type == "visit")
    ]
    return bool(last) and call.at >= after_days(max(last), int(m.params["lax_days"]))


@act("call_first_consultant", "通知第一个家装顾问来接待", "call the first consultant to receive")
def call_first_consultant(m: Matter) -> Iterator[Act]:
    """D09-2e: somebody else receives the customer of a first consultant who did not know."""
    first = first_reception(m)
    for who, reception in rival_acts(m):
        if first and reception.type == "reception" and who in reception.by:
            before = [n for n in m.notices(to=first[0]) if n.at < reception.at]
            if not before:
                done = next((n.at for n in m.notices(to=first[0]) if n.at >= reception.at), None)
                yield Act(who, "notify", reception.ref, reception.at, done, (reception.ref,))


@act("inform_owner", "告知第一个家装顾问", "inform the first consultant")
def inform_owner(m: Matter) -> Iterator[Act]:
    """D09-3d: somebody sees in the records that a visited customer is another's."""
    first = first_reception(m)
    for look in found_by_rivals(m):
        if first and look["found"] == first[0] and look.at >= first[1]:
            done = _told(m, first[0], look.at, look.by[0])
            yield Act(look.by[0], "inform", look.ref, look.at, done, (look.ref,))


@act("tell_earlier_contact", "及时通知前一个人", "promptly tell the earlier contact")
def tell_earlier_contact(m: Matter) -> Iterator[Act]:
    """D09-6a: somebody sees that another is in touch with a prospect who has not visited yet. A duty without sanction."""
    for look in found_by_rivals(m):
        visited = any(v.at < look.at for v in m.visits)
        earlier = [e for e in m.of("contact", "report") if look["found"] in e.by and e.at <= look.at]
        if not visited and earlier:
            done = _told(m, look["found"], look.at, look.by[0])
            yield Act(look.by[0], "notify", look.ref, look.at, done, (look.ref,))


@act("assist_first", "协助第一个顾问跟进、签单", "assist the first consultant in following up and signing")
def assist_first(m: Matter) -> Iterator[Act]:
    """D09-5d: whose friend or relative the customer claimed to be only afterwards helps, without a share."""
    if ask_first_then_kin(m).value:
        for who, ref in kin_said_later(m).items():
            since = m.case.by_ref[ref].at
            done = next((e.at for e in m.of("effort") if who in e.by and e.at >= since), None)
            yield Act(who, "assist", m.customer, since, done, (ref,))


@finding("new_visitor", "是否算新上门客户", "whether the visit counts as a new visitor")
def new_visitor(m: Matter) -> Iterator[Finding]:
    """D09-7a: after a refunded deposit and another's invitation the visit is none; a customer's first visit is one."""
    again = reinvited(m)
    if again:
        yield Finding(again[2].ref, "not_new_visitor", tuple(again[3]))
    elif len(m.visits) == 1 and not list(m.of("deposit")):
        yield Finding(m.visits[0].ref, "new_visitor", (m.visits[0].ref,))


@finding("previous_designer", "原设计师能否接单", "whether the previous designer may take the order")
def previous_designer(m: Matter) -> Iterator[Finding]:
    """D09-7c: any designer of the order whose deposit was refunded may not take the new one."""
    again = reinvited(m)
    if not again or not m.contract or not m.contract.get("designer") or m.contract.at < again[2].at:
        return
    before = {d.get("designer") for d, _back, _events in refunded(m)}
    before |= {e.get("designer") for e in m.of("contract") if e.at < again[1].at or e.ref in _cancelled(m)}
    result = "blocked" if m.contract["designer"] in before - {None} else "allowed"
    yield Finding(m.contract.ref, result, (again[1].ref, m.contract.ref))


def _cancelled(m: Matter) -> set[str]:
    return {event["contract"] for event in m.case.of("cancellation")}


@finding("acknowledged", "是否签字认可", "whether the rules were signed")
def acknowledged(m: Matter) -> Iterator[Finding]:
    """D09-9: examined only where the case has an acknowledgement; every consultant who has not signed is listed."""
    signed = {who: e.ref for e in m.case.of("acknowledgement") for who in e.by}
    for person in m.case.people.values() if signed else ():
        if m.sells(person.id):
            yield Finding(person.id, "not_flagged" if person.id in signed else "flagged", tuple(signed.values()))
