"""D08: the first approved report decides. Which reports count, who is first, and whose development right it is at a moment."""

from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.dealings import Dealing, at_once, dealings, gap, lapsed, met, withdrew
from arbitration.engine.facts.handling import assignment, manages
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.people import ORDER, agreed_owner, agreed_shares, agreement_settled
from arbitration.engine.facts.time import span, to_the_second
from arbitration.engine.facts.words import Fact, fact, once, role, shares

# Talking, negotiating, quoting (D08-3): everything by which somebody develops a customer, that is, not after-sales service.
DEVELOPING = frozenset({"call", "im", "field_visit", "sample", "negotiate", "pitch", "quote"})


# ── reports and their review ──


def review_of(m: Matter, report: Event) -> str:
    """What the review has come to by now: `approved`, `rejected` or `pending`.

    Only the sales management reviews (D08-5.2): a review by anybody else is none. Silence: approved.
    """
    said = str(report.get("review", "approved"))
    by, at = report.get("reviewed_by"), report.get("reviewed_at")
    to_come = bool(at) and moment(at) > m.case.ask
    return "pending" if to_come or (by and not manages(m, by)) else said


@once
def submitted(m: Matter) -> list[Event]:
    """Complete reports about the customer by those who sell, in order of time; an incomplete one is none (D08-5.1b)."""
    return [e for e in m.of("report") if e.get("complete", True) and m.sells(next(iter(e.by), None))]


@once
def ranked(m: Matter) -> dict[str, Event]:
    """Everybody's first approved report that was not given up since, in order of the time it was received (D08-5.3, G-46)."""
    firsts: dict[str, Event] = {}
    for report in submitted(m):
        who = report.by[0]
        given_up = withdrew(m, who, report.at) or lapsed(m, who, report.at)
        if review_of(m, report) == "approved" and not given_up:
            firsts.setdefault(who, report)
    return firsts


def leaders(m: Matter) -> tuple[str, ...]:
    """Whose approved reports were received in the earliest second."""
    reports = ranked(m)
    first = min((to_the_second(r.at) for r in reports.values()), default=None)
    return tuple(who for who, r in reports.items() if to_the_second(r.at) == first)


@fact("approved_report.order", "谁的有效报备在先", "whose approved report is first", values=ORDER)
def approved_report_order(m: Matter) -> Fact:
    """Whether one approved report is the earliest, several were received in the same second, or there is none (D08-4.2b)."""
    reports = list(ranked(m).values())
    events = tuple(r.ref for r in reports)
    if not reports:
        return Fact("none")
    if len(reports) == 1:
        return Fact("first", events, ("只有一份有效报备", "only one approved report"))
    if len(leaders(m)) > 1:
        return Fact("together", events, ("同一秒", "in the same second"))
    zh, en = span(to_the_second(reports[1].at) - to_the_second(reports[0].at))
    return Fact("first", events, (f"早 {zh}", f"{en} earlier"))


@fact("approved_report.several", "两人以上有审核通过的报备", "two or more people have approved reports")
def approved_report_several(m: Matter) -> Fact:
    """Whether the department has anything to rank (D08-5.3)."""
    n = len(ranked(m))
    return Fact(n >= 2, tuple(r.ref for r in ranked(m).values()), (f"{n} 人", f"{n} people"))


@role("earliest_reporter", "首次报备的人", "who reported first")
def earliest_reporter(m: Matter) -> tuple[str, ...]:
    """By the time of the report, not of its review (D08-4.2b, D08-6.1); nobody where two were first."""
    return leaders(m) if len(leaders(m)) == 1 else ()


@role("reporter_or_sole", "首次报备的人，否则唯一跟进的人", "who reported first, else the only one who follows")
def reporter_or_sole(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nobody competes."""
    alone = m.claimants if len(m.claimants) == 1 else ()
    return earliest_reporter(m) or alone


# ── the collision ──


def developing(m: Matter) -> list[Dealing]:
    """Talks, negotiations and quotes, and the reports of them unless the review found them false (D08-3)."""
    found = dealings(m, modes=DEVELOPING)
    return [d for d in found if d.event.type != "report" or review_of(m, d.event) != "rejected"]


@fact("development.collision", "两人以上同时开发同一客户", "two or more develop the same customer at the same time")
def development_collision(m: Matter) -> Fact:
    """D08-3: the follow-up of two people overlaps, each lasting `active_days` days from a talk, negotiation, quote or report."""
    found = developing(m)
    pair = met(m, found, at_once)
    return Fact(pair is not None, tuple(d.ref for d in pair or found), gap(m, found))


# ── what was agreed, and what the department decided on it ──


def _agreed(m: Matter) -> tuple[str, ...]:
    """Whom the settlement gives the customer to, or a share of it."""
    return (*agreed_owner(m), *agreed_shares(m)) if agreement_settled(m).value else ()


@fact("department.decides", "销售管理部门已据协商结果裁定", "the department has decided on the outcome of the talks")
def department_decides(m: Matter) -> Fact:
    """D08-5.5: a written decision confirms the settlement or turns it down for the first reporter; or it settles what reports
    leave open. Without a settlement a first report stands whatever the decision says."""
    given, agreed = assignment(m), _agreed(m)
    if given is None:
        return Fact(False)
    confirms = bool(agreed) and given["to"] in (*agreed, *leaders(m))
    is_open = approved_report_order(m).value != "first" and not agreed
    return Fact(confirms or is_open, (*agreement_settled(m).events, given.ref))


@shares("department_shares", "按部门裁定", "as the department decided")
def department_shares(m: Matter) -> dict[str, Fraction]:
    """As settled where the decision confirms the settlement, else all to whom it names."""
    chosen = assignment(m)
    named = str(chosen["to"]) if chosen else ""
    return dict(agreed_shares(m)) if named in _agreed(m) else {named: Fraction(1)}


def holder(m: Matter, at: datetime) -> str | None:
    """Whose development right it is at a moment (D08-6.1): as decided or settled by then, else the first reporter's from the
    report on; nobody's while two were first."""
    decided, settled = assignment(m), agreement_settled(m)
    if department_decides(m).value and decided and decided.at <= at:
        return str(decided["to"])
    if settled.value and m.case.by_ref[settled.events[0]].at <= at:
        return next(iter(agreed_owner(m)), None)
    first = next(iter(earliest_reporter(m)), None)
    return first if first and ranked(m)[first].at < at else None
