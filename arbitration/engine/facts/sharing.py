"""D03: share and register before receiving, who is receiving whom, and who receives where nobody does yet."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event, Record, moment
from arbitration.engine.facts.keeping import given_up, leave
from arbitration.engine.facts.looking_up import territory
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Fact, Finding, Note, fact, finding, once, role

# ── who is receiving ──


def receiving(m: Matter, at: datetime, until: datetime | None = None) -> dict[str, Event]:
    """Who is receiving the customer at a moment, with their latest reception by then: their last dealing is no more than
    `active_days` days ago (G-02), and they have not given the customer up (by `until`, else by then)."""
    latest = {who: e for who, e in m.receptions if e.at <= at}
    days = int(m.params["active_days"])
    return {
        who: e
        for who, e in latest.items()
        if at < after_days(_last_dealing(m, who, e, at), days) and not given_up(m, who, e.at, until or at)
    }


def _last_dealing(m: Matter, who: str, reception: Event, at: datetime) -> datetime:
    later = (e.at for e in m.of("contact", "reception") if who in e.by and reception.at <= e.at <= at)
    return max((reception.at, *later))


def received_twice(m: Matter) -> tuple[Event, Event] | None:
    """(reception, reception) of two consultants who both receive the customer and have not given it up since, the earliest."""
    for who, later in m.receptions:
        if given_up(m, who, later.at, m.case.ask):
            continue
        for other, earlier in receiving(m, later.at, m.case.ask).items():
            if other != who and earlier.at <= later.at and not leave(m, who, other, later.at):
                return earlier, later
    return None


@fact("reception.collision", "多位顾问同时接待同一客户", "several consultants receive one customer at the same time")
def reception_collision(m: Matter) -> Fact:
    """D03-1.1: a reception while another consultant is still receiving, without a hand-over or the other's leave."""
    pair = received_twice(m)
    people = len({who for who, _e in m.receptions})
    events = tuple(e.ref for e in pair or (e for _who, e in m.receptions))
    return Fact(pair is not None, events, (f"{people} 位顾问接待过", f"{people} consultants have received"))


@finding("reception_collision", "是否撞单", "whether it is a collision")
def reception_collision_found(m: Matter) -> Iterator[Finding]:
    """D03-1.1: whether there was a second reception, about the case."""
    found = m.fact("reception.collision")
    yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


@role("receiver", "正在接待的顾问", "the consultant who is receiving")
def receiver(m: Matter) -> tuple[str, ...]:
    """The latest of those who are receiving now."""
    now = receiving(m, m.case.ask)
    return (max(sorted(now, key=m.rank), key=lambda who: now[who].at),) if now else ()


# ── before the reception ──


def _entry(m: Matter, who: str, channel: str, before: datetime) -> Event | None:
    """The latest complete entry in a channel that somebody made about the customer before a moment."""
    mine = (e for e in m.of("report") if who in e.by and e.get("channel") == channel and e.get("complete", True))
    return max((e for e in mine if e.at < before), key=lambda e: e.at, default=None)


def _before_reception(m: Matter, channel: str) -> Iterator[Finding]:
    """For every reception, whether its consultant made an entry in this channel before it began; the same second is too late."""
    for reception in m.of("reception"):
        who = next(iter(reception.by), "")
        if m.sells(who):
            entry = _entry(m, who, channel, reception.at)
            events = (entry.ref, reception.ref) if entry else (reception.ref,)
            yield Finding(reception.ref, "no_breach" if entry else "breach", events, _lead(m, who, channel, reception))


def _lead(m: Matter, who: str, channel: str, reception: Event) -> Note:
    """How long before or after the beginning of the reception the entry was made."""
    made = [e for e in m.of("report") if who in e.by and e.get("channel") == channel]
    if not made:
        return "没有记录", "no entry on record"
    entry = _entry(m, who, channel, reception.at) or made[0]
    if not entry.get("complete", True):
        return "内容不完整", "the entry is incomplete"
    seconds = int((reception.at - entry.at).total_seconds())
    zh, en = ("接待前", "before") if seconds > 0 else ("接待后", "after")
    return f"{zh} {abs(seconds)} 秒", f"{abs(seconds)} s {en} the reception began"


@finding("shared_before_reception", "接待前是否分享客户信息", "whether the customer was shared before the reception")
def shared_before_reception(m: Matter) -> Iterator[Finding]:
    """D03-2.1a: in the messenger, by whoever receives."""
    yield from _before_reception(m, "im")


@finding("registered_before_reception", "接待前是否填登记表", "whether the form was filled in before the reception")
def registered_before_reception(m: Matter) -> Iterator[Finding]:
    """D03-2.2a: contact data and needs on the registration form; an incomplete form is none."""
    yield from _before_reception(m, "form")


@finding("prompt_on_sharing", "是否提示已有人接待", "whether a prompt is due that another is receiving")
def prompt_on_sharing(m: Matter) -> Iterator[Finding]:
    """D03-2.1b: a customer is shared while another consultant is receiving them."""
    for share in m.of("report"):
        if share.get("channel") == "im" and m.sells(share.by[0]):
            others = [who for who in receiving(m, share.at) if who not in share.by]
            names = [m.case.name(who) for who in others]
            note = (f"正在接待：{'、'.join(names)}", f"receiving: {', '.join(names)}") if names else ("", "")
            yield Finding(share.ref, "flagged" if others else "not_flagged", (share.ref,), note)


# ── the first allocation: area, weight, rotation ──

LAST = 10_000  # the place in the rotation of who has none


@once
def requests(m: Matter) -> dict[str, Event]:
    """Consultant → their latest request to receive: an entry in the messenger without a later own reception (case format), no
    older than `active_days` days."""
    asked = (e for e in m.of("report") if e.get("channel") == "im" and m.sells(e.by[0]))
    days = int(m.params["active_days"])
    latest = {e.by[0]: e for e in asked if m.case.ask < after_days(e.at, days)}
    received = {who: e.at for e in m.of("reception") for who in e.by}
    return {
        who: e
        for who, e in latest.items()
        if received.get(who, e.at) <= e.at and not given_up(m, who, e.at, m.case.ask)
    }


def wishes(m: Matter) -> list[Event]:
    """Areas or buildings that the customer wants: entries by the front desk that name a subject (case format)."""
    desk = {p.id for p in m.case.people.values() if p.get("role") == "front_desk"}
    return [e for e in m.of("report") if set(e.by) & desk and e.get("subject") in m.case.subjects]


def _unreceived(m: Matter) -> list[Event]:
    """The latest visit, where nobody has received it."""
    received = {e.get("visit") for e in m.of("reception")}
    return [v for v in m.visits[-1:] if v.ref not in received]


def _asked_at(m: Matter) -> datetime:
    """When the customer was to be allocated: the latest request, wish or visit."""
    return max((e.at for e in (*requests(m).values(), *wishes(m), *_unreceived(m))), default=m.case.ask)


@fact("allocation.asked", "客户待分配", "the customer is to be allocated")
def allocation_asked(m: Matter) -> Fact:
    """Somebody asks to receive, the front desk enters a wish, or a visitor waits, while nobody is receiving."""
    asked = (*requests(m).values(), *wishes(m), *_unreceived(m))
    return Fact(bool(asked) and not receiving(m, m.case.ask), tuple(e.ref for e in asked))


@fact("reception.question", "接待有争议或客户待分配", "receptions collide, or the customer is to be allocated")
def reception_question(m: Matter) -> Fact:
    """Whether there is anything to decide."""
    found = [m.fact("reception.collision"), m.fact("allocation.asked")]
    return Fact(any(f.value for f in found), tuple(ref for f in found if f.value for ref in f.events))


def _covers(line: Record, at: datetime) -> bool:
    """Whether a line of the roster covers a moment, half-open (G-24)."""
    since, until = line.get("from"), line.get("to")
    return (not since or moment(since) <= at) and (not until or at < moment(until))


def _rostered(m: Matter, kind: str) -> dict[str, int]:
    """Who is on the roster in this way when the customer is to be allocated, with the position (no position: the last)."""
    now = [line for line in m.case.roster if line.get("kind") == kind and _covers(line, _asked_at(m))]
    return {line.get("person"): line.get("position", LAST) for line in now}


def candidates(m: Matter) -> list[str]:
    """Who may get the customer: those who ask to receive, else who is in the rotation; nobody who is absent."""
    absent = _rostered(m, "absent")
    pool = requests(m) or _rostered(m, "rotation")
    return [who for who in pool if m.sells(who) and who not in absent]


def area_consultants(m: Matter) -> list[str]:
    """The consultants of the wanted area with the highest priority (1 before 2) that has any; of several those who ask to
    receive. Only an area with a priority counts (D03-3.1b)."""
    absent, wanted = _rostered(m, "absent"), [m.case.subjects[w["subject"]] for w in wishes(m)]
    ranked = {s.get("area"): s.get("priority") for s in wanted if s.get("area") and s.get("priority") is not None}
    for priority in sorted(set(ranked.values())):
        areas = {area for area, rank in ranked.items() if rank == priority}
        mine = [who for who in m.case.people if m.sells(who) and areas & territory(m, who) and who not in absent]
        if mine:
            return [who for who in mine if who in requests(m)] or mine
    return []


def _narrowed(m: Matter) -> list[str]:
    return area_consultants(m) or candidates(m)


HOW_MANY = {"none": ("无", "none"), "one": ("一位", "one"), "several": ("多位", "several")}


@fact("area.consultants", "优先区域的顾问", "consultants of the area with priority", values=HOW_MANY)
def area_consultants_fact(m: Matter) -> Fact:
    """D03-3.1b: how many look after the wanted area that goes first. No wish, or no priority set: none."""
    mine = area_consultants(m)
    name = "none" if not mine else "one" if len(mine) == 1 else "several"
    return Fact(name, tuple(w.ref for w in wishes(m)), (f"{len(mine)} 位", str(len(mine))) if mine else ("", ""))


LEADS = {"off": ("未启用", "off"), "one": ("有最高者", "one leads"), "tie": ("并列", "tied")}


@fact("weight.leader", "接待权重最高者", "who has the highest weight", values=LEADS)
def weight_leader(m: Matter) -> Fact:
    """D03-2.3a: with `reception_weights` on, of those who ask to receive. A weight that is needed and not known: unknown."""
    weights = _weights(m)
    if weights is None or not m.params["reception_weights"]:
        return Fact("off" if weights is not None else None)
    note = "、".join(f"{m.case.name(w)} {v}" for w, v in weights.items())
    lead = len(_heaviest(weights))
    return Fact({0: "off", 1: "one"}.get(lead, "tie"), tuple(e.ref for e in requests(m).values()), (note, note))


def _weights(m: Matter) -> dict[str, int] | None:
    """The weights of those who ask to receive, as far as the area leaves a choice; None where one is not known."""
    asking = [who for who in _narrowed(m) if who in requests(m)]
    if not m.params["reception_weights"] or len(area_consultants(m)) == 1:
        return {}
    known = {who: m.case.people[who].get("performance") for who in asking}
    return None if len(asking) > 1 and None in known.values() else {who: value or 0 for who, value in known.items()}


def _heaviest(weights: dict[str, int]) -> list[str]:
    return [who for who, weight in weights.items() if weight == max(weights.values())]


@role("heaviest", "权重最高的顾问", "who has the highest weight")
def heaviest(m: Matter) -> tuple[str, ...]:
    """D03-2.3a: of those who ask to receive."""
    lead = _heaviest(_weights(m) or {})
    return tuple(lead) if len(lead) == 1 else ()


@role("next_of_candidates", "候选人中轮到的顾问", "the candidate who is next in rotation")
def next_of_candidates(m: Matter) -> tuple[str, ...]:
    """G-59: the lowest position present, of those whom area and weight leave; one who is left needs no rotation."""
    pool = _heaviest(_weights(m) or {}) or _narrowed(m)
    if len(pool) == 1:
        return (pool[0],)
    places = {who: place for who, place in _rostered(m, "rotation").items() if who in pool}
    lowest = [who for who, place in places.items() if place == min(places.values())]
    return (lowest[0],) if len(lowest) == 1 else ()


@role("allocated", "分得客户的顾问", "who gets the customer")
def allocated(m: Matter) -> tuple[str, ...]:
    """Narrowed by area, then by weight, then by rotation."""
    return heaviest(m) or next_of_candidates(m)


@fact("allocation.found", "区域、权重或轮接能定出一人", "area, weight or rotation names one consultant")
def allocation_found(m: Matter) -> Fact:
    """Whether the allocation comes to one person."""
    return Fact(bool(allocated(m)))
