"""D07, article eight, before anything is divided: who closed, who objected in time, whether the month is over, whether the house
comes first. Claims are those of companies, whoever of their people acted."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.agency import agency_of, brings, protected, protections, receptions
from arbitration.engine.facts.channel_reports import project_of
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_months, local_day
from arbitration.engine.facts.words import Fact, Finding, Note, fact, finding, moment, once, role

# ── the closing ──


def at_closing(m: Matter, contract: Event) -> tuple[str, ...] | None:
    """The agencies whose people attended the closing; the one that the contract names, where nobody of any did. None: not said."""
    if not contract.by and not contract.get("org"):
        return None
    attended = (agency_of(m, who) for who in contract.by)
    named = agency_of(m, contract.get("org"))
    return tuple(dict.fromkeys(a for a in attended if a)) or ((named,) if named else ())


@once
def closing(m: Matter) -> tuple[str, ...] | None:
    """The agencies that closed this deal (8.8: about the unit)."""
    return at_closing(m, m.contract) if m.contract else ()


@once
def closed_too(m: Matter) -> set[str]:
    """The agencies that closed this deal, or another one of the same customer for this project (8.6.3)."""
    gone = {e["contract"] for e in m.case.of("cancellation")}
    deals = [e for e in m.case.of("contract") if e["customer"] in m.role("buyers") and e.ref not in gone]
    here = project_of(m, m.contract.get("subject")) if m.contract else None
    same = (e for e in deals if project_of(m, e.get("subject")) in (here, None) or here is None)
    return {agency for deal in same for agency in at_closing(m, deal) or ()} | set(closing(m) or ())


@fact("contract.cancelled", "合同已解除", "the contract was cancelled")
def contract_cancelled(m: Matter) -> Fact:
    """G-37: whether the contract asked about, or the only ones there were, has been cancelled."""
    gone = [e for e in m.case.of("cancellation") if e.get("customer") in m.role("buyers")]
    gone = [e for e in gone if m.contract is None or e["contract"] == m.contract.ref]
    return Fact(bool(gone), tuple(e.ref for e in gone))


# ── the objection before the signing (8.8) ──


@once
def objections(m: Matter) -> list[tuple[str, Event]]:
    """(agency, objection) about this deal, in order of time; one that names no contract is about this one."""
    about = (m.contract.ref,) if m.contract else ()
    found = [(agency_of(m, e.by[0]), e) for e in m.case.of("objection")]
    return [(a, e) for a, e in found if a and (not about or e.get("contract") in (None, *about))]


def in_time(m: Matter, objection: Event) -> bool:
    """8.8a: received before the customer signed; not signed yet: so. Party A may admit a late one of a company that had not
    known (`late_objection`, off: G-37)."""
    signed = m.case.by_ref.get(objection.get("contract") or "") or m.contract
    if signed is None or objection.at < signed.at:
        return True
    return bool(m.params["late_objection"]) and not _had_known(m, objection, signed.at)


def _had_known(m: Matter, objection: Event, signed: datetime) -> bool:
    """Whether somebody of the objecting company knew of the collision before the signing, as far as it is on record."""
    company = agency_of(m, objection.by[0])
    knew = (e for e in m.case.of("collision_known") if e.at < signed)
    return any(agency_of(m, who) == company for e in knew for who in e.by)


@once
def left(m: Matter) -> tuple[str, ...] | None:
    """Of the agencies that recommended the project, those that closed or objected in time; all, before a deal. None: not known
    who closed."""
    closed = closing(m)
    if m.contract is None or closed is None:
        return None if closed is None else m.role("agencies")
    spoke = {agency for agency, e in objections(m) if in_time(m, e)}
    return tuple(a for a in m.role("agencies") if a in closed or a in spoke)


@role("agencies_left", "仍有主张的分销公司", "the agencies that still have a claim")
def agencies_left(m: Matter) -> tuple[str, ...]:
    """The agencies that still have a claim (D07-8.8a): none where the customer signed with nobody of an agency, for then there is
    no agency commission, however many objected (G-41)."""
    signed_with_none = m.contract is not None and closing(m) == ()
    return () if signed_with_none else left(m) or ()


@fact("objection.late", "有公司签约前没有提出异议", "a company did not object before the signing")
def objection_late(m: Matter) -> Fact:
    """D07-8.8b: a company that recommended the project and did not close objected too late, or never before the signing."""
    still = left(m)
    if still is None:
        return Fact(None, (m.contract.ref,) if m.contract else ())
    late = [a for a in m.role("agencies") if a not in still]
    return Fact(bool(late), tuple(e.ref for a, e in objections(m) if a in late), named(m, late))


@fact("agencies.left", "仍有主张的分销公司", "agencies with a claim left", values=range(10), unit=("家", "agencies"))
def agencies_left_count(m: Matter) -> Fact:
    """D07-8.8a: how many of those that recommended the project closed, or objected before the signing."""
    still = left(m)
    return Fact(None if still is None else min(len(still), 9), note=named(m, still or ()))


def named(m: Matter, companies: Iterable[str]) -> Note:
    """Companies by name."""
    names = [m.case.name(company) for company in companies]
    return "、".join(names), ", ".join(names)


@finding("objection_in_time", "异议是否在签约前提出", "whether the objection came before the signing")
def objection_in_time(m: Matter) -> Iterator[Finding]:
    """D07-8.8a: every objection; and every company that never objected, as a late one."""
    for _agency, objection in objections(m):
        yield Finding(objection.ref, "valid" if in_time(m, objection) else "late", (objection.ref,))
    silent = set(m.role("agencies")) - {agency for agency, _e in objections(m)}
    still = left(m)
    for agency in m.role("agencies"):
        if still is not None and agency in silent and agency not in still:
            yield Finding(agency, "late", (), ("签约前没有提出异议", "never objected before the signing"))


# ── the month after the signing (8.2a) ──


@moment("month_end", "签约满一个月时", "when the month after the signing is over")
def month_end(m: Matter) -> datetime | None:
    """D07-8.2a, G-04: `hold_months` calendar months; the corresponding date, or the last day of the month, is the last."""
    return after_months(m.contract.at, int(m.params["hold_months"])) if m.contract else None


@fact("month.over", "签约已满一个月", "a month has passed since the signing")
def month_over(m: Matter) -> Fact:
    """D07-8.2a: whether the month is over when it is asked. Nothing signed: no."""
    end = month_end(m)
    if end is None or m.contract is None:
        return Fact(False, note=("还没有签约", "nothing is signed yet"))
    signed, last = local_day(m.contract.at), local_day(end - timedelta(seconds=1))
    note = (f"{signed} 签约，到 {last} 为止", f"signed {signed}, until the end of {last}")
    return Fact(m.case.ask >= end, (m.contract.ref,), note)


# ── a consultant of the house in the matter (G-11) ──


@once
def house_protection(m: Matter) -> list[str]:
    """Consultants of the house under whose protection the agency that closed brought the customer, as D11-M1 has it."""
    if not m.contract or not closing(m):
        return []
    about = m.role("buyers")
    brought = [b for b in brings(m, about) if b.at <= m.contract.at]
    rivals = [b for b in brought if agency_of(m, b.who) in (closing(m) or ())]
    decisive = max((b.at for b in rivals), default=m.contract.at)
    shown = protections(m, receptions(m, about), brought, [b.who for b in rivals], decisive)
    return [one.who for one in shown if protected(m, one, decisive)]


@role("house_consultant", "受保护的案场置业顾问", "the protected consultant of the house")
def house_consultant(m: Matter) -> tuple[str, ...]:
    """The protected consultant of the house (G-11)."""
    return tuple(house_protection(m)[:1])


@fact("house.protected", "成交带看在案场置业顾问保护期内", "brought and closed within a house consultant's protection")
def house_is_protected(m: Matter) -> Fact:
    """G-11: first the house against the agencies, by D11-M1. Only hosting a customer whom an agency brings protects nobody."""
    return Fact(bool(house_protection(m)))
