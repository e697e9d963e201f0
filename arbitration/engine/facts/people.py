"""Facts about who claims and who knows: how many, who reported first, at once, whom the customer asks for."""

from datetime import datetime
from fractions import Fraction

from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import within_seconds
from arbitration.engine.facts.words import Fact, fact, moment, once, role, shares

ORDER = {"none": ("无", "none"), "first": ("有先后", "one is first"), "together": ("同时", "at the same time")}


@fact("claims.several", "两人以上主张同一客户", "two or more people claim the customer")
def claims_several(m: Matter) -> Fact:
    """Whether there is anything to decide between people."""
    n = len(m.claimants)
    return Fact(n >= 2, note=(f"{n} 人", f"{n} claimants"))


@fact("visit.any", "客户上过门", "the customer has visited")
def visit_any(m: Matter) -> Fact:
    """Whether the customer, or one of the household, ever came. Silence: no."""
    return Fact(bool(m.visits), tuple(v.ref for v in m.visits[:1]))


@moment("first_visit", "客户上门时", "when the customer visits")
def first_visit(m: Matter) -> datetime | None:
    """The first visit, which nobody can date before it happens."""
    return m.visits[0].at if m.visits else None


@role("claimants", "各主张人", "the claimants")
def claimants(m: Matter) -> tuple[str, ...]:
    """Everybody with a claim, earlier valid claims first."""
    return m.claimants


@once
def timely_reports(m: Matter) -> list[tuple[str, datetime, str]]:
    """(who, when, event) of everybody's first report before or at the first visit (D09-6b); all, when nobody came yet."""
    limit = m.visits[0].at if m.visits else m.case.ask
    firsts: dict[str, tuple[str, datetime, str]] = {}
    for report in m.reports:
        who = report.by[0]
        if report.at <= limit and who not in firsts:
            firsts[who] = (who, report.at, report.ref)
    return sorted(firsts.values(), key=lambda r: (r[1], r[2]))


@fact(
    "report.order",
    "谁先报备",
    "who reported first",
    values=ORDER,
)
def report_order(m: Matter) -> Fact:
    """Whether one report is first, or several lie within `simul_report_s` seconds of the first (G-02)."""
    reports = timely_reports(m)
    if not reports:
        return Fact("none")
    together = _together(m)
    events = tuple(ref for _who, _at, ref in reports)
    if len(together) > 1:
        apart = int((max(at for _w, at, _r in together) - together[0][1]).total_seconds())
        return Fact("together", events, (f"相隔 {apart} 秒", f"{apart} seconds apart"))
    return Fact("first", events)


def _together(m: Matter) -> list[tuple[str, datetime, str]]:
    reports = timely_reports(m)
    return [r for r in reports if within_seconds(r[1], reports[0][1], int(m.params["simul_report_s"]))]


@role("first_reporter", "先报备的人", "who reported first")
def first_reporter(m: Matter) -> tuple[str, ...]:
    """The earliest report before or at the visit."""
    return tuple(who for who, _at, _ref in timely_reports(m)[:1])


@fact("ask.names_reporter", "客户找同时报备人之一", "the customer asks for one of those who reported at once")
def ask_names_reporter(m: Matter) -> Fact:
    """Whom the customer asked for on arrival, else in a later statement (G-32). Not asked: unknown. Nobody: no."""
    named, events = asked_for(m)
    if named is None:
        return Fact(None, events)
    return Fact(named in {who for who, _at, _ref in _together(m)}, events)


def asked_for(m: Matter) -> tuple[str | None, tuple[str, ...]]:
    """Whom the customer asks for: the answer at the first visit; "" for nobody; None when nobody asked them."""
    answers = [(v["asked_for"] or "", v.ref) for v in m.visits[:1] if "asked_for" in v]
    answers += [(e["people"][0], e.ref) for e in m.of("statement") if e["kind"] == "asks_for" and e.get("people")]
    if not answers:
        return None, tuple(v.ref for v in m.visits[:1])
    named = next((a for a in answers if a[0]), answers[0])
    return named[0], (named[1],)


@role("asked_for", "客户找的人", "whom the customer asks for")
def asked_for_role(m: Matter) -> tuple[str, ...]:
    """Whom the customer asks for, if that is somebody who may claim."""
    named, _events = asked_for(m)
    return (named,) if named and m.sells(named) else ()


@fact("agreement.settled", "各方已书面协商一致", "the parties have settled in writing")
def agreement_settled(m: Matter) -> Fact:
    """The latest negotiation is settled and confirmed by every claimant, and its shares, if it names any, are the whole (G-48)."""
    talks = [t for t in m.case.of("negotiation") if sum(t.get("shares", {}).values()) in (0, 10_000)]
    settled = [t for t in talks if t.get("outcome") == "settled" and set(m.claimants) <= set(t.get("confirmed_by", ()))]
    return Fact(bool(settled), tuple(t.ref for t in settled[-1:]))


@role("agreed_owner", "各方商定的归属人", "who was agreed on")
def agreed_owner(m: Matter) -> tuple[str, ...]:
    """G-48: the owner that the settlement names, else whoever has all of the shares."""
    talk = m.case.by_ref[agreement_settled(m).events[0]]
    agreed = agreed_shares(m)
    named = talk.get("owner") or (next(iter(agreed)) if len(agreed) == 1 else None)
    return (named,) if named else ()


@shares("agreed_shares", "按各方商定", "as settled")
def agreed_shares(m: Matter) -> dict[str, Fraction]:
    """G-48: the basis points that the settlement names; none named, all to the owner that it names."""
    talk = m.case.by_ref[agreement_settled(m).events[0]]
    given = {who: Fraction(bp, 10_000) for who, bp in talk.get("shares", {}).items() if bp}
    return given or ({talk["owner"]: Fraction(1)} if talk.get("owner") in m.case.people else {})


@fact("split.more_than_two", "三人以上平分", "more than two share equally")
def split_more_than_two(m: Matter) -> Fact:
    """Whether a rule that halves meets three or more (G-09)."""
    sharing = [m.role(name) for name in ("party_consultants", "referral_consultants", "household_together")]
    return Fact(any(len(people) > 2 for people in sharing))


@fact("leavers.set_aside", "有离职人员的主张", "a leaver's claim is set aside")
def leavers_set_aside(m: Matter) -> Fact:
    """Whether somebody who has left had been involved (G-10)."""
    gone = [e.ref for e in m.events if set(e.by) & m.leavers]
    return Fact(bool(gone), tuple(gone))
