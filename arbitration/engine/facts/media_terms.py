"""D10: the two terms that run over a media slot: the hold of four days (different customers) and the protection of whoever reported
the customer first (the same customer)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from arbitration.engine.case import LOCAL, Event
from arbitration.engine.facts.dealings import one_buyer
from arbitration.engine.facts.handling import manages
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.media import about_slot, price_of, reported, seller, signings, slot, slot_part
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Fact, Finding, Note, fact, finding, moment, once, role

# ── the hold of part one ──

HOLDS = {
    "none": ("没有保留", "no hold"), "running": ("保留期内", "the hold is running"),
    "used": ("保留期内已签约", "signed while it ran"), "expired": ("到期未签", "expired unsigned"),
}  # fmt: skip


@dataclass(frozen=True)
class Hold:
    """A hold that somebody may ask for, against whoever settled the details first."""

    who: str
    request: Event
    settled_by: str
    settled: Event
    until: datetime


def hold(m: Matter) -> Hold | None:
    """The first application that was open to whoever made it (D10-1.4a); only where the customers are different."""
    days = int(m.params["media_hold_days"])
    for who, request in about_slot(m, "hold_request") if slot_part(m).value == "one" else ():
        settled = _settled_before(m, who, request)
        if settled:
            return Hold(who, request, *settled, after_days(request.at, days))
    return None


def _settled_before(m: Matter, who: str, request: Event) -> tuple[str, Event] | None:
    """Who had settled the details first, at a lower price or for a shorter period than the applicant, with the slot still free."""
    mine = _offer_of(m, who, request)
    settled = [(by, offer, terms) for by, offer, terms in _settlements(m) if terms.at <= request.at]
    first = settled[0] if settled else None
    taken = any(contract.at <= request.at for _by, contract in signings(m))
    if mine is None or first is None or taken or first[0] == who or not _below(first[1], mine):
        return None
    return first[0], first[2]


def _offer_of(m: Matter, who: str, request: Event) -> Event | None:
    """The offer that an application names, else the applicant's latest by then."""
    made = [e for by, e in about_slot(m, "offer") if by == who and e.at <= request.at]
    named = [e for e in made if e.ref == request.get("offer")]
    return next(iter([*named, *reversed(made)]), None)


def _settlements(m: Matter) -> Iterator[tuple[str, Event, Event]]:
    """(who, offer, terms): offers for the slot whose details were settled, in order of time."""
    for terms in m.case.of("terms_fixed"):
        offer = m.case.by_ref.get(terms["offer"])
        who = seller(m, offer) if offer else None
        if offer and who and offer.get("subject") == slot(m):
            yield who, offer, terms


def _below(offer: Event, other: Event) -> bool:
    """Whether an offer is lower in price or shorter in period than another; what is not on record is neither."""
    pairs = ((price_of(offer), price_of(other)), (offer.get("days"), other.get("days")))
    return any(a is not None and b is not None and a < b for a, b in pairs)


def held_off(m: Matter, who: str, contract: Event) -> bool:
    """Whether a contract was signed while the slot was held for somebody else."""
    found = hold(m)
    return bool(found and who != found.who and found.request.at <= contract.at < found.until)


@fact("hold.state", "媒体保留", "the hold of the slot", values=HOLDS)
def hold_state(m: Matter) -> Fact:
    """D10-1.4: whether the slot is held for whoever applied, for `media_hold_days` days from the application. Silence: no hold."""
    found = hold(m)
    if found is None:
        return Fact("none", note=_why_no_hold(m))
    refs, note = (found.settled.ref, found.request.ref), _until(found.until)
    signed = [e for who, e in signings(m) if who == found.who and found.request.at <= e.at < found.until]
    if signed:
        return Fact("used", (*refs, signed[0].ref), note)
    return Fact("running" if m.case.ask < found.until else "expired", refs, note)


def _until(at: datetime) -> Note:
    day = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    return f"到 {day}", f"until {day}"


def _why_no_hold(m: Matter) -> Note:
    if slot_part(m).value != "one":
        return "保留只用于不同客户", "a hold is for different customers only"
    if not list(about_slot(m, "hold_request")):
        return "没有人申请", "nobody applied"
    return (
        "申请时没有价格更低或周期更短的一方先定细节，或媒体已签出",
        "when it was applied for, no lower or shorter offer had been settled first, or the slot had been signed away",
    )


@moment("hold_end", "媒体保留到期", "the end of the hold")
def hold_end(m: Matter) -> datetime | None:
    """00:00 of the day after the last day of the hold (G-04)."""
    found = hold(m)
    return found.until if found else None


@role("settled_first", "先确定合同细节的人", "who settled the details first")
def settled_first(m: Matter) -> tuple[str, ...]:
    """Against whom the slot was held (D10-1.4b)."""
    found = hold(m)
    return (found.settled_by,) if found else ()


@finding("media_hold", "保留申请是否成立", "what the application for a hold is worth")
def media_hold(m: Matter) -> Iterator[Finding]:
    """D10-1.4a, about each application, and about each contract that somebody else signed while the slot was held."""
    found, state = hold(m), hold_state(m)
    for _who, request in about_slot(m, "hold_request"):
        mine = found is not None and request.ref == found.request.ref
        result = ("expired" if state.value == "expired" else "protected") if mine else "unprotected"
        yield Finding(request.ref, result, (request.ref,), state.note if mine or not found else ("", ""))
    for who, contract in signings(m):
        if found and held_off(m, who, contract):
            yield Finding(contract.ref, "blocked", (found.request.ref, contract.ref), _until(found.until))


# ── the protection of part two ──

PROTECTION = {
    "none": ("没有", "none"),
    "protected": ("优先保护先报告者", "the first reporter is protected"),
    "lifted": ("公司已放开限制", "the company has lifted it"),
}
DECISIONS = frozenset({"department_approval", "manager_assignment"})  # by which the company lets somebody in


@dataclass(frozen=True)
class Protection:
    """Of whoever reported the customer first. `end`: from then on the company may let others in; `let_in`: whom, and since when."""

    who: str
    report: Event
    end: datetime
    let_in: dict[str, datetime]


@once
def protection(m: Matter) -> Protection | None:
    """D10-2.3: from the report on. Nobody's where two reported in the same second, or the slot had been signed away before."""
    reports = reported(m) if slot_part(m).value == "two" else []
    if not reports:
        return None
    first = reports[0]
    rivals = [e for e in reports if e.by[0] != first.by[0]]
    signed_before = any(who != first.by[0] and e.at < first.at for who, e in signings(m))
    if signed_before or any(e.at.replace(microsecond=0) == first.at.replace(microsecond=0) for e in rivals):
        return None
    who, end = first.by[0], after_days(first.at, int(m.params["media_protect_days"]))
    return Protection(who, first, end, _let_in(m, who, first, end))


def _let_in(m: Matter, owner: str, report: Event, end: datetime) -> dict[str, datetime]:
    """Who may sign in spite of it: declared after its end to be able to, the owner still unsigned, and the company agreed."""
    signed = next((e.at for who, e in signings(m) if who == owner), None)
    found: dict[str, datetime] = {}
    for given in m.case.of("consent"):
        to = given.get("to")
        about = given.get("customer") is None or one_buyer(m, given["customer"], report["customer"])
        by_company = given["kind"] in DECISIONS and (not given.by or manages(m, given.by[0])) and about
        declared = any(who == to and end <= e.at <= given.at for who, e in about_slot(m, "offer"))
        if by_company and declared and to and to != owner and (signed is None or given.at < signed):
            found.setdefault(to, given.at)
    return found


def shut_out(m: Matter, who: str, event: Event) -> bool:
    """Whether what somebody did for the slot fell under the protection of another."""
    kept = protection(m)
    if kept is None or who == kept.who or event.at < kept.report.at:
        return False
    since = kept.let_in.get(who)
    return since is None or event.at < (since if event.type == "contract" else kept.end)


@fact("protection.state", "对先报告者的保护", "the protection of the first reporter", values=PROTECTION)
def protection_state(m: Matter) -> Fact:
    """D10-2.3: whoever reported the customer first is protected; after `media_protect_days` days the company may lift that for
    somebody who declares to be able to sign. It does not end by itself. Silence: no protection."""
    kept = protection(m)
    if kept is None:
        return Fact("none", note=("没有人先报告", "nobody reported first"))
    over = m.case.ask >= kept.end
    zh, en = _until(kept.end)
    note = (f"{zh}，已届满" if over else zh, f"{en}, which is over" if over else en)
    return Fact("lifted" if kept.let_in else "protected", (kept.report.ref,), note)


@role("protected_reporter", "先报告客户的人", "who reported the customer first")
def protected_reporter(m: Matter) -> tuple[str, ...]:
    """Who reported the customer first (D10-2.3a)."""
    kept = protection(m)
    return (kept.who,) if kept else ()


@finding("media_protection", "谁受优先保护", "who is protected")
def media_protection(m: Matter) -> Iterator[Finding]:
    """D10-2.3a, about the reports of the customer, and about the offers and contracts of others that fell under the protection."""
    kept = protection(m)
    for report in reported(m) if kept else ():
        first = kept is not None and report.ref == kept.report.ref
        result = str(protection_state(m).value) if first else "unprotected"
        yield Finding(report.ref, "expired" if result == "lifted" else result, (report.ref,), protection_state(m).note)
    for who, event in about_slot(m, "offer", "contract"):
        if kept and shut_out(m, who, event):
            yield Finding(event.ref, "blocked", (kept.report.ref, event.ref), protection_state(m).note)


@finding("media_let_in", "是否放开限制", "whether the restriction was lifted")
def media_let_in(m: Matter) -> Iterator[Finding]:
    """D10-2.3b, about the offers of others once the protection is over, and earlier ones of somebody the company agreed to."""
    kept = protection(m)
    agreed = {e.get("to") for e in m.case.of("consent") if e["kind"] in DECISIONS}
    for who, offer in about_slot(m, "offer"):
        if kept and who != kept.who and offer.at >= kept.report.at and (offer.at >= kept.end or who in agreed):
            result = "allowed" if who in kept.let_in and offer.at >= kept.end else "blocked"
            yield Finding(offer.ref, result, (kept.report.ref, offer.ref), _until(kept.end))
