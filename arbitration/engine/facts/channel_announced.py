"""D11 and D21, measures two and five: the broker who cannot come announces the visit by SMS, the site has the customer checked and
called; a broker who brings outside the time of cooperation says so beforehand."""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.agency import agency_of, broker, of_party_a
from arbitration.engine.facts.handling import above
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import local_day, same_day
from arbitration.engine.facts.words import Act, Finding, Note, act, finding, once

# ── the visit that is announced (M2a) ──


@once
def announcements(m: Matter) -> list[Event]:
    """Reports by which a broker says that the customer comes today and they cannot; so is one of the day of a visit at which the
    desk noted them as absent."""
    given = (r for r in m.case.of("report") if broker(m, r.by[0]))
    return [r for r in given if r.get("announces_visit", _noted_absent(m, r))]


def _noted_absent(m: Matter, report: Event) -> bool:
    brings = (b for b in m.case.of("bring") if b.get("present") is False and set(b.by) & set(report.by))
    return any(b.get("customer") == report["customer"] and same_day(b.at, report.at) for b in brings)


def announced_visit(m: Matter, report: Event) -> Event | None:
    """The visit of that customer, later on the same local day, that a report announces."""
    later = (v for v in m.case.of("visit") if v["customer"] == report["customer"] and v.at > report.at)
    return next((v for v in later if same_day(v.at, report.at)), None)


def worth(m: Matter, report: Event) -> str:
    """What an announcement is worth: valid when the customer came after it on the same day, late when before it; pending while
    they may still come, void when they did not."""
    if not in_channel(m, report):
        return "wrong_channel"
    if not report.get("complete", True):
        return "incomplete"
    if report.get("review") == "rejected":
        return "rejected"
    if announced_visit(m, report):
        return "valid"
    today = [v for v in m.case.of("visit") if v["customer"] == report["customer"] and same_day(v.at, report.at)]
    return "late" if today else "pending" if same_day(report.at, m.case.ask) else "void"


def in_channel(m: Matter, report: Event) -> bool:
    """Whether it came by SMS (`channels`). Silence: so."""
    return report.get("channel") is None or report["channel"] in m.params["channels"]


@once
def announced(m: Matter) -> list[tuple[str, Event, Event]]:
    """(broker, report, visit) for announcements that hold: the visit counts as brought."""
    valid = (r for r in announcements(m) if worth(m, r) == "valid")
    return [(r.by[0], r, v) for r in valid if (v := announced_visit(m, r))]


@finding("announcement", "不能到场的短信报备", "the SMS of a broker who cannot come")
def announcement(m: Matter) -> Iterator[Finding]:
    """D11-M2a: every such report; to the site, by SMS, before the arrival, on its day."""
    for report in announcements(m):
        visit = announced_visit(m, report)
        events = (report.ref, visit.ref) if visit else (report.ref,)
        minutes = int((visit.at - report.at).total_seconds()) // 60 if visit else 0
        note = (f"到访前 {minutes} 分钟", f"{minutes} minutes before the arrival") if visit else ("", "")
        yield Finding(report.ref, worth(m, report), events, note)


# ── what the counterpart on site does then (M2b, M2c) ──


def _counterpart(m: Matter) -> str | None:
    """The counterpart on site: of the house before one of Party A."""
    found = (p.id for p in m.case.people.values() if p.get("role") == "counterpart")
    return min(found, key=lambda who: (of_party_a(m, who), who), default=None)


def _owed(m: Matter, what: str, types: str, mode: str | None = None) -> Iterator[Act]:
    """What a counterpart owes after an announcement: to look the customer up, or to call them."""
    for report in announcements(m):
        done = [e for e in m.case.of(types) if _did(m, e, report, mode)]
        who = done[0].by[0] if done else _counterpart(m)
        times = [e.at for e in done] + (_reviewed(m, report) if types == "query" else [])
        if in_channel(m, report):
            yield Act(
                who, what, report.ref, report.at, min(times, default=None), (report.ref, *(e.ref for e in done[:1]))
            )


def _did(m: Matter, event: Event, report: Event, mode: str | None) -> bool:
    role = {m.case.people[who].get("role") for who in event.by}
    fits = event.get("customer") == report["customer"] and event.at >= report.at and event.get("connected", True)
    return fits and "counterpart" in role and mode in (None, event.get("mode"))


def _reviewed(m: Matter, report: Event) -> list[datetime]:
    """When Party A had checked the report, as far as it is on record."""
    at = report.get("reviewed_at")
    return [max(moment(at), report.at)] if at and moment(at) <= m.case.ask else []


@act("check_with_party_a", "到甲方负责人处审客", "have the customer checked with Party A")
def check_with_party_a(m: Matter) -> Iterator[Act]:
    """D11-M2b: a look-up by the counterpart, or the review on record."""
    return _owed(m, "check", "query")


@act("call_customer", "电话追访客户", "call the customer")
def call_customer(m: Matter) -> Iterator[Act]:
    """D11-M2c: a call by the counterpart that reached the customer."""
    return _owed(m, "call", "contact", "call")


# ── bringing outside the time of cooperation (M5a) ──


def cooperation(m: Matter, who: str) -> tuple[datetime | None, datetime | None]:
    """From when to when the agency of somebody cooperates, inclusive; None: without limit."""
    agency = m.case.orgs.get(agency_of(m, who) or "")
    given = (agency.get(key) if agency else None for key in ("coop_from", "coop_to"))
    first, last = (moment(at) if at else None for at in given)
    return first, last


def outside(m: Matter, who: str, at: datetime) -> bool:
    """Whether a moment lies before or after the cooperation of somebody's agency."""
    first, last = cooperation(m, who)
    return bool((first and at < first) or (last and at > last))


def told_above(m: Matter, who: str, customer: str | None, before: datetime) -> Event | None:
    """How a broker reported beforehand, which the same second is not: a notice to a superior or manager, or a report of the
    customer; the latest."""
    told = [n for n in m.case.of("notice") if who in n.by and n.get("to") in above(m, who) and n.at < before]
    told = [n for n in told if n.get("customer") in (None, customer)]
    told += [r for r in m.case.of("report") if who in r.by and r["customer"] == customer and r.at < before]
    return max(told, key=lambda e: e.at, default=None)


def recognised(m: Matter, who: str, customer: str | None, at: datetime) -> bool:
    """Whether a bring counts: within the cooperation, or reported beforehand."""
    return not outside(m, who, at) or told_above(m, who, customer, at) is not None


@finding("cooperation_bring", "合作期前后带看是否先汇报", "whether a bring outside the cooperation was reported before")
def cooperation_bring(m: Matter) -> Iterator[Finding]:
    """D11-M5a: every bring by a broker whose agency has a time of cooperation."""
    for bring in m.case.of("bring"):
        who, customer = bring.by[0], bring.get("customer")
        visit = m.case.by_ref.get(bring["visit"])
        at = visit.at if visit else bring.at
        if broker(m, who) and any(cooperation(m, who)):
            told = told_above(m, who, customer, at)
            result = "not_flagged" if recognised(m, who, customer, at) else "flagged"
            yield Finding(bring.ref, result, (bring.ref, *([told.ref] if told else ())), _when(m, who, at))


def _when(m: Matter, who: str, at: datetime) -> Note:
    first, last = cooperation(m, who)
    if not outside(m, who, at):
        return "在合作期内", "within the cooperation"
    if first and at < first:
        return f"合作期自 {local_day(first)} 起", f"the cooperation begins on {local_day(first)}"
    return f"合作期至 {local_day(last or at)} 止", f"the cooperation ended on {local_day(last or at)}"
