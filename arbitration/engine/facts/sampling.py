"""D20: who sampled, visited or cooperates with a customer, how long that protects, and what a colleague who calls must do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.collisions import SELLING
from arbitration.engine.facts.keeping import given_up, leave
from arbitration.engine.facts.looking_up import contacts
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days, after_months, local_day
from arbitration.engine.facts.words import Act, Fact, Finding, Note, act, fact, finding, role

EVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)  # a contract without a term has no end


A_CENTURY = 1200  # months


@dataclass(frozen=True)
class Ground:
    """Why a colleague must keep away: somebody sampled, visited, or cooperates. `holds_from`: registered, so that it protects."""

    who: str
    kind: str  # sample, visit, cooperation
    event: Event
    until: datetime  # exclusive
    holds_from: datetime | None


# ── grounds ──


def grounds(m: Matter) -> list[Ground]:
    """Samples, personal visits and contracts, in order of time. A visit after a sample starts nothing: the days count from the
    sample (D20-1c). A contract needs no registration; one that was cancelled is none."""
    found = [_ground(m, who, e) for who, e in contacts(m, {"sample", "field_visit"})]
    cancelled = {e["contract"] for e in m.case.of("cancellation")}
    signed = ((who, e) for e in m.of("contract") if e.ref not in cancelled for who in e.by if m.sells(who))
    found += [Ground(who, "cooperation", e, _term(e), e.at) for who, e in signed]
    sampled = {who: e.at for who, e in reversed(contacts(m, {"sample"}))}
    counting = (g for g in found if g.kind != "visit" or sampled.get(g.who, EVER) > g.event.at)
    return sorted(counting, key=lambda g: g.event.at)


def _ground(m: Matter, who: str, event: Event) -> Ground:
    kind = "sample" if event["mode"] == "sample" else "visit"
    registered = registration(m, who, event)
    until = after_days(event.at, int(m.params["sample_hold_days"]))
    return Ground(who, kind, event, until, registered.at if registered else None)


def _term(contract: Event) -> datetime:
    months = int(contract.get("term_months", 0))
    return after_months(contract.at, months) if 0 < months < A_CENTURY else EVER


def first_call(m: Matter, who: str) -> Event | None:
    """Somebody's first telephone call that reached the customer."""
    return next((e for by, e in contacts(m, {"call"}) if by == who), None)


def registration(m: Matter, who: str, event: Event) -> Event | None:
    """The registration of a customer who was phoned, and then sampled or visited: the first report after both (D20-1a)."""
    call = first_call(m, who)
    since = max(event.at, call.at) if call else None
    mine = (e for e in m.of("report") if who in e.by and e.get("complete", True))
    return next((e for e in mine if since and e.at >= since), None)


def _running(m: Matter, ground: Ground, at: datetime) -> bool:
    """Whether a ground is there at a moment, registered or not, and was not given up by then."""
    return ground.event.at <= at < ground.until and not given_up(m, ground.who, ground.event.at, at)


def holds(m: Matter) -> list[Ground]:
    """Grounds that protect, in the order in which they began to; what somebody does while another is protected protects nobody."""
    taken: list[Ground] = []
    mine = [g for g in grounds(m) if g.holds_from and g.holds_from < g.until]
    for ground in sorted(mine, key=lambda g: (g.holds_from or EVER, g.event.at)):
        began = ground.holds_from or EVER
        if not any(other.who != ground.who and _running(m, other, began) for other in taken):
            taken.append(ground)
    return taken


def _others_last(m: Matter, ground: Ground) -> datetime | None:
    """When somebody else last dealt with the customer since a ground began to protect."""
    rivals = [e.at for who, e in contacts(m, SELLING) if who != ground.who]
    signed = (e for e in m.of("contract") if e.ref != ground.event.ref)
    rivals += [e.at for e in signed if any(m.sells(who) and who != ground.who for who in e.by)]
    return max((at for at in rivals if ground.holds_from and at >= ground.holds_from), default=None)


def judged_at(m: Matter, ground: Ground) -> datetime:
    """The moment at which protection is judged: a colleague's last dealing since it began, else now."""
    return _others_last(m, ground) or m.case.ask


def protection(m: Matter) -> Ground | None:
    """The ground that protects: running when a colleague last dealt with the customer, and not given up since. A contract does
    so only against who comes after it."""
    for ground in holds(m):
        against = ground.kind != "cooperation" or _others_last(m, ground) is not None
        if (
            against
            and _running(m, ground, judged_at(m, ground))
            and not given_up(m, ground.who, ground.event.at, m.case.ask)
        ):
            return ground
    return None


KINDS = {
    "sample": ("送过样", "a sample"), "visit": ("亲自拜访过", "a personal visit"),
    "cooperation": ("正在合作", "cooperation"), "none": ("没有", "none"),
}  # fmt: skip


@fact("sample.protection", "客户受保护的依据", "what the customer is protected by", values=KINDS)
def sample_protection(m: Matter) -> Fact:
    """D20-1c: a registered sample or visit within `sample_hold_days` days, or cooperation. Silence: not protected."""
    ground = protection(m)
    return Fact(ground.kind, (ground.event.ref,), _span(ground)) if ground else Fact("none")


def _span(ground: Ground) -> Note:
    if ground.until == EVER:
        return "合作中", "cooperating"
    last = (local_day(ground.until) - timedelta(days=1)).isoformat()
    return (
        f"自 {local_day(ground.event.at)} 起，保护到 {last} 24:00",
        f"from {local_day(ground.event.at)} to the end of {last}",
    )


@role("sample_holder", "受保护的业务员", "who is protected")
def sample_holder(m: Matter) -> tuple[str, ...]:
    """D20-1c, D20-1e: whoever sampled, visited or cooperates first."""
    ground = protection(m)
    return (ground.who,) if ground else ()


@role("signers", "成交的业务员", "who closed")
def signers(m: Matter) -> tuple[str, ...]:
    """Whoever signed the deal, in the order of valid claims."""
    return tuple(sorted((who for who in m.contract.by if m.sells(who)), key=m.rank)) if m.contract else ()


@fact("sample.situation", "有同事送过样、拜访过或正在合作", "a colleague has sampled, visited or cooperates")
def sample_situation(m: Matter) -> Fact:
    """D20-1f: whether, when the deal was signed or now, the earlier contact of some other was more than telephone calls, within
    the days that count. Registered or not."""
    at = m.contract.at if m.contract else m.case.ask
    others = [g for g in grounds(m) if g.who not in signers(m) and g.event is not m.contract and _running(m, g, at)]
    return Fact(bool(others), tuple(g.event.ref for g in others))


# ── registration and protection ──


@act("register_sampled", "登记已送样或拜访的客户", "register a customer who was sampled or visited")
def register_sampled(m: Matter) -> Iterator[Act]:
    """D20-1a: phoned, and sampled or personally visited, by the same person; the text sets no term."""
    seen: set[str] = set()
    for who, event in contacts(m, {"sample", "field_visit"}):
        call = first_call(m, who)
        if call and who not in seen:
            seen.add(who)
            done = registration(m, who, event)
            since, events = max(call.at, event.at), (call.ref, event.ref, *((done.ref,) if done else ()))
            yield Act(who, "register", event.ref, since, done.at if done else None, events)


@finding("sample_protected", "客户是否受保护", "whether the customer is protected")
def sample_protected(m: Matter) -> Iterator[Finding]:
    """D20-1c: for everybody who dealt with the customer: protected, expired, or unprotected (unregistered, only phoned, or begun
    while another was protected)."""
    held = protection(m)
    for who in dict.fromkeys(who for who, _e in contacts(m, SELLING)):
        mine = [g for g in grounds(m) if g.who == who and g.kind != "cooperation"]
        if held and held.who == who:
            yield Finding(held.event.ref, "protected", (held.event.ref,), _span(held))
        elif mine:
            over = mine[-1].until <= judged_at(m, mine[-1])
            yield Finding(
                mine[-1].event.ref, "expired" if over else "unprotected", (mine[-1].event.ref,), _span(mine[-1])
            )
        else:
            called = next(e for by, e in contacts(m, SELLING) if by == who)
            yield Finding(called.ref, "unprotected", (called.ref,), ("没有送样或拜访", "neither sampled nor visited"))


# ── what a colleague who calls must do ──


def keeps_away_for(m: Matter, found: list[Ground], who: str, at: datetime) -> Ground | None:
    """Because of whom somebody must keep away at a moment: another's ground, none of their own being older, without leave."""
    first = next((g for g in found if _running(m, g, at)), None)
    return first if first and first.who != who and not leave(m, who, first.who, at) else None


def colleagues_contacts(m: Matter) -> list[tuple[str, Event, Ground | None]]:
    """(who, contact, because of whom they must keep away) by anybody but the first to deal with the customer; by the first too
    once they must keep away."""
    found, why = contacts(m, SELLING), grounds(m)
    first = found[0][0] if found else ""
    rows = ((who, e, keeps_away_for(m, why, who, e.at)) for who, e in found)
    return [(who, e, ground) for who, e, ground in rows if who != first or ground]


@finding("asked_before_call", "打电话时是否先询问", "whether the caller asked first")
def asked_before_call(m: Matter) -> Iterator[Finding]:
    """D20-1d: a colleague may call, and first asks whether another visited, sampled or cooperates; asked once is enough. Silence:
    did not ask."""
    asked: set[str] = set()
    for who, call, _ground in colleagues_contacts(m):
        if call["mode"] == "call":
            asked |= {who} if call.get("asked_first") else set()
            yield Finding(call.ref, "not_flagged" if who in asked else "flagged", (call.ref,))


@finding("stopped_contact", "是否停止联系", "whether contact was stopped")
def stopped_contact(m: Matter) -> Iterator[Finding]:
    """D20-1e: where another has sampled, visited or cooperates, the first contact must be the last; a further one is a breach."""
    told: set[tuple[str, str]] = set()
    for who, contact, ground in colleagues_contacts(m):
        pair = (who, ground.who) if ground else ("", "")
        result = "no_breach" if not ground else "breach" if pair in told else "blocked"
        told |= {pair}
        events = (ground.event.ref, contact.ref) if ground else (contact.ref,)
        yield Finding(contact.ref, result, events, _span(ground) if ground else ("", ""))


@finding("contact_may_go_on", "能否继续联系", "whether contact may go on")
def contact_may_go_on(m: Matter) -> Iterator[Finding]:
    """D20-1f: where others only phoned, or their days are over, a colleague may go on."""
    for _who, contact, ground in colleagues_contacts(m):
        yield Finding(
            contact.ref, "blocked" if ground else "allowed", (contact.ref,), _span(ground) if ground else ("", "")
        )
