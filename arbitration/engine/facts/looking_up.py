"""Look up before contact (D02, D12-6.2): whether a customer was looked up first, and what a look-up lets somebody do."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.collisions import SELLING
from arbitration.engine.facts.keeping import keeper, leave
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Act, Finding, Note, act, finding

# Pitching face to face, with a sample or a price (D02-3.2); a call or a message may still be asking who is who.
PITCHING = frozenset({"pitch", "quote", "negotiate", "sample", "field_visit"})


def contacts(m: Matter, modes: Collection[str]) -> list[tuple[str, Event]]:
    """(who, contact) of these modes that reached the customer, by those who sell, in order of time."""
    found = (e for e in m.of("contact") if e.get("mode") in modes and e.get("connected", True))
    return [(who, e) for e in found for who in e.by if m.sells(who)]


def looked_up(m: Matter, who: str, customer: str, before: datetime) -> Event | None:
    """The latest look-up of a customer that somebody made by a moment."""
    looks = [q for q in m.of("query") if who in q.by and q.get("customer") == customer and q.at <= before]
    return looks[-1] if looks else None


# ── D02 ──


@finding("queried_before_pitch", "推销前是否查询", "whether the customer was looked up before the pitch")
def queried_before_pitch(m: Matter) -> Iterator[Finding]:
    """D02-3.2: every pitch needs an own look-up of this customer within the `query_valid_h` hours before it; none is a breach."""
    limit = timedelta(hours=int(m.params["query_valid_h"]))
    for who, pitch in contacts(m, PITCHING):
        look = looked_up(m, who, pitch["customer"], pitch.at)
        in_time = look is not None and pitch.at - look.at <= limit
        events = (look.ref, pitch.ref) if look else (pitch.ref,)
        yield Finding(pitch.ref, "no_breach" if in_time else "breach", events, _before(m, look, pitch))


def _before(m: Matter, look: Event | None, pitch: Event) -> Note:
    if look is None:
        return "没有查询记录", "no look-up on record"
    minutes, limit = int((pitch.at - look.at).total_seconds()) // 60, m.params["query_valid_h"]
    zh, en = f"{minutes // 60} 小时 {minutes % 60} 分", f"{minutes // 60} h {minutes % 60} min"
    return f"推销前 {zh}查询，期限 {limit} 小时", f"looked up {en} before the pitch, limit {limit} h"


def owner_shown(m: Matter, look: Event) -> str | None:
    """Whom a look-up showed as the owner: somebody else, who has not left."""
    shown = look.get("found")
    return shown if shown and shown not in look.by and shown not in m.leavers else None


def spoken(m: Matter, look: Event, owner: str) -> Event | None:
    """What shows that whoever looked the customer up got in touch with the owner: a notice to them, or their permission."""
    who = look.by[0]
    told = (e for e in m.notices(to=owner, by=who) if e.at >= look.at)
    allowed = (
        e for e in m.case.of("consent") if owner in e.by and e.get("to") == who and e.get("customer") in (None, *m.unit)
    )
    return min((*told, *allowed), key=lambda e: max(e.at, look.at), default=None)


def lookers(m: Matter) -> Iterator[tuple[str, Event]]:
    """(who, look-up) by those who sell."""
    return ((q.by[0], q) for q in m.of("query") if q.by and m.sells(q.by[0]))


def contact_owner(m: Matter) -> Iterator[Act]:
    """Whoever sees that another follows the customer gets in touch with that person (D02-3.3, D12-6.2b)."""
    for who, look in lookers(m):
        owner = owner_shown(m, look)
        if owner:
            done = spoken(m, look, owner)
            at = max(done.at, look.at) if done else None
            yield Act(who, "contact", look.ref, look.at, at, (look.ref, *((done.ref,) if done else ())))


@act("speak_with_follower", "与正在跟进的人沟通", "speak with whoever is following")
def speak_with_follower(m: Matter) -> Iterator[Act]:
    """D02-3.3: promptly, before selling."""
    yield from contact_owner(m)


@finding("pitch_after_query", "查询后能否推销", "whether the look-up lets them pitch")
def pitch_after_query(m: Matter) -> Iterator[Finding]:
    """D02-3.3: a look-up that shows another follower blocks the pitch until the two have spoken."""
    for _who, look in lookers(m):
        owner = owner_shown(m, look)
        talk = spoken(m, look, owner) if owner else None
        events = (look.ref, talk.ref) if talk else (look.ref,)
        yield Finding(look.ref, "blocked" if owner and not talk else "allowed", events, _shown(m, owner))


def _shown(m: Matter, owner: str | None) -> Note:
    if not owner:
        return "查询显示没有别人在跟进", "nobody else is shown"
    return f"查询显示的跟进人：{m.case.name(owner)}", f"shown as following: {m.case.name(owner)}"


@finding("own_group", "是否在自己的客户群体内", "whether the customer is of one's own group")
def own_group(m: Matter) -> Iterator[Finding]:
    """D02-4.4: a contact with a customer of another's group is flagged, a warning only: kept by another, or of a region or
    industry that is another's and not one's own. With leave of the other or the management it is none."""
    for who, contact in contacts(m, SELLING):
        group = _group(m, contact)
        others = sorted(group, key=m.rank) if who not in group else []
        strange = [other for other in others if not leave(m, who, other, contact.at)]
        yield Finding(contact.ref, "flagged" if strange else "not_flagged", (contact.ref,), _group_note(m, strange))


def _group(m: Matter, contact: Event) -> set[str]:
    """In whose group a customer is: whoever keeps it, else those whose territory has its region or industry."""
    held = keeper(m, contact["customer"], contact.at)
    customer = m.case.customers[contact["customer"]]
    traits = {customer.get("region"), customer.get("industry")} - {None}
    covering = {who for who in m.case.people if m.sells(who) and traits & territory(m, who)}
    return {held} if held else covering


def territory(m: Matter, who: str) -> set[str]:
    """The areas, regions or industries that somebody looks after."""
    given = m.case.people[who].get("territory") or ()
    return {given} if isinstance(given, str) else set(given)


def _group_note(m: Matter, others: list[str]) -> Note:
    if not others:
        return "", ""
    names = [m.case.name(other) for other in others]
    return f"所属客户群体：{'、'.join(names)}", f"in the group of {', '.join(names)}"


# ── D12-6.2 ──


def visits_paid(m: Matter) -> list[tuple[str, Event]]:
    """Visits to the customer (D12: 拜访 is a field visit only)."""
    return contacts(m, {"field_visit"})


def _known_customer(m: Matter, who: str, visit: Event) -> bool:
    """Whether somebody visits their own customer of old, no new resource."""
    mine = m.case.customers[visit["customer"]].get("assigned_to") == who
    return mine and any(who in e.by and e.at < visit.at for e in m.of("contact", "report", "record_update"))


@finding("queried_before_visit", "拜访前是否查询", "whether the platform was asked before the visit")
def queried_before_visit(m: Matter) -> Iterator[Finding]:
    """D12-6.2a: whoever visits a customer new to them has looked the customer up on the platform before; none is a breach."""
    for who, visit in visits_paid(m):
        look = looked_up(m, who, visit["customer"], visit.at)
        in_order = look or _known_customer(m, who, visit)
        events = (look.ref, visit.ref) if look else (visit.ref,)
        note = ("", "") if look else ("没有查询记录", "no look-up on record")
        yield Finding(visit.ref, "no_breach" if in_order else "breach", events, note)


@act("confirm_with_responsible", "立即与负责人联系确认", "contact the person responsible at once")
def confirm_with_responsible(m: Matter) -> Iterator[Act]:
    """D12-6.2b: at once, for confirmation."""
    yield from contact_owner(m)


def confirmed(m: Matter, look: Event, owner: str, at: datetime) -> Event | None:
    """What shows that the person responsible, or the management, lets whoever looked the customer up go on."""
    given_away = (e for e in m.of("withdrawal") if owner in e.by and e.at <= at)
    passed = (e for e in m.of("transfer") if e.get("from") == owner and e.get("to") in look.by and e.at <= at)
    return leave(m, look.by[0], owner, at) or next(iter((*given_away, *passed)), None)


@finding("visit_after_query", "查询后能否拜访", "whether the look-up lets them visit")
def visit_after_query(m: Matter) -> Iterator[Finding]:
    """D12-6.2c: visiting may start once a look-up shows nobody responsible, or that person has confirmed. A visit all the same is
    a breach."""
    for who, look in lookers(m):
        owner = owner_shown(m, look)
        ok = confirmed(m, look, owner, m.case.ask) if owner else None
        events = (look.ref, ok.ref) if ok else (look.ref,)
        yield Finding(look.ref, "blocked" if owner and not ok else "allowed", events, _shown(m, owner))
        yield from (Finding(v.ref, "breach", (look.ref, v.ref), _shown(m, owner)) for v in blocked_visits(m, who, look))


def blocked_visits(m: Matter, who: str, look: Event) -> list[Event]:
    """Visits that somebody paid after this look-up, their latest, had shown another as responsible who had not confirmed."""
    owner = owner_shown(m, look)
    if not owner:
        return []
    after = (v for by, v in visits_paid(m) if by == who and looked_up(m, who, v["customer"], v.at) == look)
    return [v for v in after if not confirmed(m, look, owner, v.at)]
