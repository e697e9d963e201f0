"""D07, article eight, the division: slips, call lists and talks, the matrix 8.6.1–8.6.3 and what it leaves open.

Shares go to companies. `prior` and `closer` are the two between which the matrix divides.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from arbitration.engine.case import Event
from arbitration.engine.facts.agency import WHOLE, agency_of, brings, settlement
from arbitration.engine.facts.channel_contract import closed_too, closing, left, month_end, named
from arbitration.engine.facts.channel_reports import admitted
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_working_days
from arbitration.engine.facts.words import Act, Fact, act, fact, moment, once, role, shares

# ── slips and call lists (8.2b) ──


@role("slip_agencies", "有客户确认单的分销公司", "the agencies that hold a slip")
def slip_agencies(m: Matter) -> tuple[str, ...]:
    """D07-8.2b: those with a claim that hold the site's confirmation slip for the customer."""
    slips = [e for e in m.case.of("slip") if e["customer"] in m.role("buyers")]
    held = {agency_of(m, e.get("org") or next(iter(e.by), None)) for e in slips}
    return tuple(a for a in left(m) or () if a in held)


@role("recognised_agencies", "证据齐全的分销公司", "the agencies with the evidence that they need")
def recognised_agencies(m: Matter) -> tuple[str, ...]:
    """D07-8.2b: those with a slip; where two or more have one, those that also have an admissible call list."""
    held = m.role("slip_agencies")
    return held if len(held) < 2 else tuple(a for a in held if admitted(m, a))


@once
def dividing(m: Matter) -> tuple[str, ...]:
    """Between whom it is to be divided: of two with a slip both, of more those that also have a call list."""
    held = m.role("slip_agencies")
    return held if len(held) <= 2 else m.role("recognised_agencies")


@fact(
    "agencies.count",
    "有确认单、要分佣的分销公司",
    "agencies with a slip to divide between",
    values=range(10),
    unit=("家", "agencies"),
)
def agencies_count(m: Matter) -> Fact:
    """Agencies with a slip (of three or more: with a call list too), and whoever closed beside two of them without one (G-09)."""
    among = dividing(m)
    others = set(closing(m) or ()) - set(among) if len(among) >= 2 else set()
    slips = tuple(e.ref for e in m.case.of("slip") if e["customer"] in m.role("buyers"))
    return Fact(min(len(among) + len(others), 9), slips, named(m, (*among, *sorted(others))))


@act("call_list_too", "提供通话清单", "provide a call list too")
def call_list_too(m: Matter) -> Iterator[Act]:
    """D07-8.2b: where two or more hold a slip, each must also provide an admissible call list. The text sets no term."""
    held = m.role("slip_agencies")
    for agency in held if len(held) >= 2 else ():
        slips = (e for e in m.case.of("slip") if e["customer"] in m.role("buyers"))
        own = next(e for e in slips if agency_of(m, e.get("org") or next(iter(e.by), None)) == agency)
        lists = admitted(m, agency)
        yield Act(
            agency, "call_list", own.ref, own.at, lists[0].at if lists else None, (own.ref, *(e.ref for e in lists))
        )


# ── the two sides of the matrix (8.6) ──


@once
def sides(m: Matter) -> tuple[str, str] | None:
    """(prior, closer): of two, who did not close and who did; where both or neither did, in the order of their reports."""
    among, closed = dividing(m), closed_too(m)
    if len(among) != 2:
        return None
    first, second = among
    return (second, first) if first in closed and second not in closed else (first, second)


@role("prior", "a 公司（没有成交的一家）", "company a, which did not close")
def prior(m: Matter) -> tuple[str, ...]:
    """Company a, which did not close (D07-8.6)."""
    found = sides(m)
    return (found[0],) if found else ()


@role("closer", "b 公司（成交的一家）", "company b, which closed")
def closer(m: Matter) -> tuple[str, ...]:
    """Company b, which closed (D07-8.6)."""
    found = sides(m)
    return (found[1],) if found else ()


def _listed(m: Matter, who: tuple[str, ...]) -> Fact:
    lists = [e.ref for agency in who for e in admitted(m, agency)]
    return Fact(bool(lists), tuple(lists), named(m, who))


def _brought(m: Matter, who: tuple[str, ...]) -> Fact:
    """Whether a company brought the customer in person before or at the signing."""
    limit = m.contract.at if m.contract else m.case.ask
    found = [b.ref for b in brings(m, m.role("buyers")) if agency_of(m, b.who) in who and b.at <= limit]
    return Fact(bool(found), tuple(found), named(m, who))


@fact("prior.call_list", "a 公司有通话清单", "company a has a call list")
def prior_call_list(m: Matter) -> Fact:
    """D07-8.6: an admissible one, by 8.3 to 8.5."""
    return _listed(m, m.role("prior"))


@fact("closer.call_list", "b 公司有通话清单", "company b has a call list")
def closer_call_list(m: Matter) -> Fact:
    """D07-8.6: an admissible one, by 8.3 to 8.5."""
    return _listed(m, m.role("closer"))


@fact("prior.brought", "a 公司有带看", "company a brought the customer")
def prior_brought(m: Matter) -> Fact:
    """D07-8.6: in person, up to the signing."""
    return _brought(m, m.role("prior"))


@fact("closer.brought", "b 公司有带看", "company b brought the customer")
def closer_brought(m: Matter) -> Fact:
    """D07-8.6: in person, up to the signing."""
    return _brought(m, m.role("closer"))


@fact("prior.closed", "客户跟 a 公司也成交", "the customer closed with company a too")
def prior_closed(m: Matter) -> Fact:
    """D07-8.6.3: people of both attended the closing, or each closed a deal of the same customer."""
    return Fact(bool(set(m.role("prior")) & closed_too(m)), note=named(m, m.role("prior")))


@fact("closer.closed", "客户跟 b 公司成交", "the customer closed with company b")
def closer_closed(m: Matter) -> Fact:
    """D07-8.6: on site with people of the company."""
    return Fact(bool(set(m.role("closer")) & closed_too(m)), note=named(m, m.role("closer")))


# ── what the matrix leaves open (G-09, G-41) ──


def _pairwise(m: Matter, agency: str) -> Fraction:
    """What a company that did not close has against one that did: 8.6.2 if it brought the customer, else 8.6.1."""
    name = "bp_call_showing" if _brought(m, (agency,)).value else "bp_call_only"
    return Fraction(m.params[name], WHOLE)


@shares("beyond_matrix", "矩阵以外的情形", "beyond the matrix")
def beyond_matrix(m: Matter) -> dict[str, Fraction]:
    """G-41: nobody of an agency closed: nothing; only one slip, or call list: all to it; none: nothing; else as the matrix has it,
    the closing visit counting as 带看."""
    among = m.role("recognised_agencies")
    if not closing(m) or not among:
        return {}
    if len(among) == 1:
        return {among[0]: Fraction(1)}
    return divided(m, among)


@shares("closer_residual", "成交公司得余额", "the residual to whoever closed")
def closer_residual(m: Matter) -> dict[str, Fraction]:
    """G-09, a proposal: each company that did not close has its pairwise share, together at most half; whoever closed the rest."""
    among = dividing(m)
    return divided(m, tuple(dict.fromkeys((*among, *(closing(m) or ())))))


def divided(m: Matter, among: tuple[str, ...]) -> dict[str, Fraction]:
    """Pairwise shares of those who did not close, scaled to one half at most; the rest in equal parts to those who did."""
    closed = [a for a in among if a in closed_too(m)]
    parts = {a: _pairwise(m, a) for a in among if a not in closed}
    total = sum(parts.values(), Fraction(0))
    scale = Fraction(1, 2) / total if total > Fraction(1, 2) else Fraction(1)
    if not closed:
        return {a: Fraction(1, len(among)) for a in among}
    rest = (1 - total * scale) / len(closed)
    return {a: parts[a] * scale if a in parts else rest for a in among}


# ── talks (8.6, G-48) ──

TALKS = {
    "moot": ("无须协商", "nothing to negotiate"), "settled": ("已达成书面协议", "settled in writing"),
    "failed": ("协商不成", "failed"), "open": ("还在协商期内", "still open"),
}  # fmt: skip


def settled(m: Matter) -> Event | None:
    """What people of every recognised company confirmed (G-48)."""
    people = m.case.people
    return settlement(
        m, [[who for who in people if agency_of(m, who) == company] for company in m.role("recognised_agencies")]
    )


@moment("talks_end", "协商期满时", "when the time for talks is over")
def talks_end(m: Matter) -> datetime | None:
    """G-48: `nego_days` working days from when the matter may be handled, or from later talks that are still open."""
    ripe = month_end(m)
    if ripe is None:
        return None
    running = [t.at for t in m.case.of("negotiation") if t.get("outcome") != "failed"]
    since = max(ripe - timedelta(seconds=1), *running) if running else ripe - timedelta(seconds=1)
    return after_working_days(since, int(m.params["nego_days"]), m.params["holidays"])


@fact("talks.state", "协商", "the talks", values=TALKS)
def talks_state(m: Matter) -> Fact:
    """D07-8.6, G-48: settled in writing by people of every company; failed if recorded so, or once the time for talks is over
    without a settlement. Moot while fewer than two companies are recognised, or nobody of an agency closed."""
    if len(m.role("recognised_agencies")) < 2 or not closing(m):
        return Fact("moot")
    talks = list(m.case.of("negotiation"))
    agreed, end = settled(m), talks_end(m)
    if agreed:
        return Fact("settled", (agreed.ref,))
    over = end is not None and m.case.ask >= end
    said = [t.get("outcome") for t in talks if t.get("outcome") != "settled"]  # what not all confirmed settles nothing
    return Fact("failed" if over or said[-1:] == ["failed"] else "open", tuple(t.ref for t in talks[-1:]))


def _settled_parts(m: Matter, talk: Event) -> dict[str, int]:
    named_owner = talk.get("owner")
    alone = {named_owner: WHOLE} if named_owner in {*m.case.people, *m.case.orgs} else {}
    return talk.get("shares") or alone


@shares("agencies_agreed", "按各公司商定", "as the companies settled")
def agencies_agreed(m: Matter) -> dict[str, Fraction]:
    """G-48: the shares that the settlement names, those of a salesperson to the company; none named, all to the owner."""
    talk = settled(m)
    parts: dict[str, Fraction] = {}
    for who, bp in _settled_parts(m, talk).items() if talk else ():
        company = agency_of(m, who) or who
        parts[company] = parts.get(company, Fraction(0)) + Fraction(bp, WHOLE)
    return {company: part for company, part in parts.items() if part}
