"""D08 beside ownership: what each report is worth, who leaves the first reporter's customer alone, and what everybody owes."""

from collections.abc import Iterator
from datetime import timedelta

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.dealings import discoveries, knows_of_rival, let_in
from arbitration.engine.facts.first_report import (
    DEVELOPING,
    development_collision,
    holder,
    leaders,
    ranked,
    review_of,
    submitted,
)
from arbitration.engine.facts.handling import ABOVE, above
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import dismissed, here, knew, proven, serious, warned_then_fined
from arbitration.engine.facts.time import span
from arbitration.engine.facts.words import Act, Finding, Note, Sanction, act, finding, sanction

FOLLOWING = ("contact", "invitation", "offer")  # what the holder of the development right may do alone
CLOSING = ("deposit", "contract")
# Conduct that disturbs the first reporter.
MEDDLING = frozenset({"interference", "interruption", "unauthorised_contact"})


# ── reports ──


def first_touch(m: Matter, who: str) -> Event | None:
    """Somebody's first contact that reached the customer."""
    touched = (e for e in m.of("contact", "reception", "invitation", "offer") if who in e.by)
    return next((e for e in touched if e.get("connected", True)), None)


@finding("first_report_missing", "是否主动报备", "whether the customer was reported")
def first_report_missing(m: Matter) -> Iterator[Finding]:
    """D08-4.2a: whoever has been in touch and has not reported when the term for it is over is listed."""
    for who in m.claimants:
        first = first_touch(m, who)
        if first:
            reports = tuple(r.ref for r in submitted(m) if who in r.by)
            over = m.case.ask > first.at + _prompt(m)
            yield Finding(who, "flagged" if over and not reports else "not_flagged", (first.ref, *reports))


def _prompt(m: Matter) -> timedelta:
    return timedelta(hours=int(m.params["sla_prompt_h"]))


@finding("first_report_prompt", "报备是否及时", "whether the report was prompt")
def first_report_prompt(m: Matter) -> Iterator[Finding]:
    """D08-5.1a: everybody's first complete report, within `sla_prompt_h` hours of their first contact. A late one still counts
    from its own time."""
    seen: set[str] = set()
    for report in submitted(m):
        who = report.by[0]
        if who not in seen:
            seen.add(who)
            yield _promptness(m, report, first_touch(m, who))


def _promptness(m: Matter, report: Event, first: Event | None) -> Finding:
    if first is None or report.at <= first.at:
        return Finding(report.ref, "valid", (report.ref,))
    hours = m.params["sla_prompt_h"]
    taken, late = report.at - first.at, report.at > first.at + _prompt(m)
    zh, en = span(taken)
    note = (f"接触后 {zh}，期限 {hours} 小时", f"{en} after the contact, limit {hours} h")
    return Finding(report.ref, "late" if late else "valid", (first.ref, report.ref), note)


@finding("first_report_complete", "报备内容是否完整", "whether the report is complete")
def first_report_complete(m: Matter) -> Iterator[Finding]:
    """D08-5.1b: name, contact data and needs; an incomplete report secures no time."""
    for report in m.of("report"):
        yield Finding(report.ref, "valid" if report.get("complete", True) else "incomplete", (report.ref,))


@finding("first_report_review", "报备审核结果", "what the review of the report came to")
def first_report_review(m: Matter) -> Iterator[Finding]:
    """D08-5.2: only the sales management approves or rejects; a review by anybody else leaves the report pending."""
    for report in m.of("report"):
        review = review_of(m, report)
        yield Finding(report.ref, {"approved": "valid"}.get(review, review), (report.ref,))


@act("review_first_reports", "审核报备", "review the reports")
def review_first_reports(m: Matter) -> Iterator[Act]:
    """D08-5.2: the sales management reviews a report; owed by the reporter's superior, else by whoever manages. One that was
    reviewed at an unknown time is no duty any more."""
    for report in submitted(m):
        at = report.get("reviewed_at")
        pending = review_of(m, report) == "pending"
        if pending or at:
            done = None if pending else max(moment(at), report.at)
            yield Act(_reviewer(m, report.by[0]), "review", report.ref, report.at, done, (report.ref,))


def _reviewer(m: Matter, reporter: str) -> str | None:
    superior = m.case.people[reporter].get("superior")
    managing = (
        p.id for role in ("manager", "general_manager") for p in m.case.people.values() if p.get("role") == role
    )
    return superior or next(managing, None)


# ── the collision, and the first reporter's right ──


@finding("collision_in_development", "是否撞单", "whether it is a collision")
def collision_in_development(m: Matter) -> Iterator[Finding]:
    """D08-3: two or more talk, negotiate or quote with the same customer at the same time (G-02)."""
    found = development_collision(m)
    yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


@finding("development_right", "他人能否联系客户", "whether others may contact the customer")
def development_right(m: Matter) -> Iterator[Finding]:
    """D08-6.1: whoever reported first follows alone; what others undertake after that report is blocked, unless the holder or
    the management lets them, or it is after-sales service."""
    for event in m.of(*FOLLOWING):
        who = next(iter(event.by), "")
        owner = holder(m, event.at)
        if m.sells(who):
            blocked = bool(owner) and _against(m, event, owner)
            note = _right(m, owner) if blocked else ("", "")
            yield Finding(event.ref, "blocked" if blocked else "allowed", (event.ref,), note)


def _right(m: Matter, owner: str | None) -> Note:
    name = m.case.name(owner or "")
    return f"{name}享有客户开发权", f"{name} has the development right"


def _against(m: Matter, event: Event, owner: str | None) -> bool:
    """Whether somebody else than the holder develops the customer, without leave."""
    who = next(iter(event.by), "")
    serves = event.type == "contact" and event["mode"] not in DEVELOPING
    managers = {p.id for p in m.case.people.values() if p.get("role") in ABOVE}
    return owner not in (None, *event.by) and not serves and not let_in(m, who, {str(owner), *managers}, event.at)


@finding("first_reporter_disturbed", "是否干扰首次报备人", "whether the first reporter is interfered with")
def first_reporter_disturbed(m: Matter) -> Iterator[Finding]:
    """D08-6.2: from when somebody knows of another's first report they leave the customer alone: contacts that reached the
    customer, invitations, quotes, signings, and proven disturbing conduct. Who knows and keeps away is without breach."""
    first = next(iter(ranked(m).values()), None)
    for who in _others(m):
        known = next((e for e in knows_of_rival(m, who) if first and e.at >= first.at), None)
        acts = _meddling(m, who, known)
        yield from (Finding(e.ref, "interference", (*((known.ref,) if known else ()), e.ref)) for e in acts)
        if known and not acts and who not in (holder(m, m.case.ask), *leaders(m)):
            yield Finding(who, "no_breach", (known.ref,))


def _others(m: Matter) -> list[str]:
    """Everybody who sells and did, knew or was told something here, claimants first."""
    offenders = (who for e in m.case.of("conduct") if here(m, e) for who in e.by)
    told = (e.get("to") for e in m.case.of("notice"))
    looked = (who for e in m.of("query") for who in e.by)
    everybody = dict.fromkeys((*m.claimants, *offenders, *told, *looked))
    return [who for who in everybody if who and m.sells(who)]


def _meddling(m: Matter, who: str, known: Event | None) -> list[Event]:
    """What somebody did against the holder after they knew; disturbing conduct needs no record of that, except a mere contact."""
    later = (e for e in m.of(*FOLLOWING, *CLOSING) if known and who in e.by and e.at > known.at)
    acts = [e for e in later if e.get("connected", True) and _against(m, e, holder(m, e.at))]
    proven_acts = (e for e in proven(m, MEDDLING) if who in e.by and holder(m, e.at) not in (None, who))
    acts += [e for e in proven_acts if e["kind"] != "unauthorised_contact" or (known and e.at > known.at)]
    return sorted(acts, key=lambda e: e.at)


@finding("malicious_taking", "是否恶意抢夺客户", "whether a customer was maliciously taken")
def malicious_taking(m: Matter) -> Iterator[Finding]:
    """D08-6.3: a proven taking of another's customer is poaching; what is not proven is no breach."""
    found = {e.ref for e in proven(m, {"poaching"})}
    for event in m.case.of("conduct"):
        if event["kind"] == "poaching" and here(m, event):
            yield Finding(event.ref, "poaching" if event.ref in found else "no_breach", (event.ref,))


@sanction("first_report_sanction", "故意撞单的处分", "the sanction of an intentional collision")
def first_report_sanction(m: Matter) -> Iterator[Sanction]:
    """D08-6.4, G-17, G-18, G-31: proven acts; the first a warning, a repeat a fine, a serious one dismissal; the heaviest for each
    person. A contact with another's customer is intentional only where they knew whose it was."""
    acts = [e for e in proven(m) if e["kind"] != "unauthorised_contact" or all(knew(m, who, e) for who in e.by)]
    gone = dismissed(serious(acts))
    yield from gone
    out = {one.to for one in gone}
    yield from (one for one in warned_then_fined(m, acts, int(m.params["fine_yuan"])) if one.to not in out)


# ── duties once a collision is known ──


@act("negotiate_with_rival", "主动沟通、协商", "contact the other side and negotiate")
def negotiate_with_rival(m: Matter) -> Iterator[Act]:
    """D08-5.4: a party who learns of the collision; a negotiation on record meets it, and so does giving the customer up."""
    for who, known in discoveries(m):
        if who in m.claimants:
            talks = [*m.case.of("negotiation"), *(e for e in m.of("withdrawal") if who in e.by)]
            done = min(talks, key=lambda e: e.at, default=None)
            events = (known.ref, *((done.ref,) if done else ()))
            yield Act(who, "negotiate", known.ref, known.at, max(done.at, known.at) if done else None, events)


@act("report_first_report_violation", "发现违规及时报告", "report a violation")
def report_first_report_violation(m: Matter) -> Iterator[Act]:
    """D08-7.3: a salesperson who is no party learns of it; an accusation, or a report to whoever manages, meets the duty."""
    concerned = {who for e in m.case.of("conduct") if here(m, e) for who in (*e.by, e.get("against"))}
    for who, known in discoveries(m):
        if m.sells(who) and who not in m.claimants and who not in concerned:
            told = [e for e in m.case.of("accusation") if who in e.by and here(m, e)]
            told += [e for e in m.case.of("collision_reported") if who in e.by and e.get("to") in above(m, who)]
            done = min((e for e in told if e.at >= known.at), key=lambda e: e.at, default=None)
            events = (known.ref, *((done.ref,) if done else ()))
            yield Act(who, "report", known.ref, known.at, done.at if done else None, events)
