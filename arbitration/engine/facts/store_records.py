"""The records of the store in D01, in the order of their weight, and who has a claim by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from arbitration.engine.case import Event
from arbitration.engine.facts.desk import (
    brought_by,
    counts_from,
    names_nobody,
    receivers,
    registered,
    returning,
    standing,
    taker,
)
from arbitration.engine.facts.matter import Matter, involved
from arbitration.engine.facts.misconduct import proven
from arbitration.engine.facts.words import once

SIGNED, LOGGED, NOTED, DEALT, TOUCHED = range(5)  # weight of a record (D01-3.7, G-19): the lower, the stronger
NOTES = ("report", "notebook", "deposit", "deed")
GRABBING = frozenset({"poaching", "private_number", "unauthorised_contact"})  # improper means (D01-0.2, D17-1.1)
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One record that shows whose customer somebody is."""

    who: str
    at: datetime
    ref: str
    weight: int


# ── records ──


@once
def _given_up(m: Matter) -> set[str]:
    return {who for e in m.of("withdrawal") for who in e.by}


def may_claim(m: Matter, who: str | None) -> bool:
    """Whether somebody follows customers, is still here and has not given this one up."""
    return m.sells(who) and who not in _given_up(m)


def _books(m: Matter) -> Iterator[Entry]:
    """Notebooks, reports, deposits and deeds, and whom the customer was assigned to before anything happened here. An entry in
    the signed book proves an earlier deal; what was written after the contract at issue proves nothing about it."""
    idle = mere_acquaintances(m) if inviter_signed(m) else {}
    refused = {e.ref for e in m.of("report")} - {e.ref for e in m.reports}
    for customer in m.unit:
        if kept := m.case.customers[customer].get("assigned_to"):
            yield Entry(kept, EVER, customer, LOGGED)
    for event in m.of(*NOTES):
        book = event.get("book")
        for who in event.by:
            if event.ref not in refused and not (who in idle and book == "collection"):
                yield Entry(who, event.at, event.ref, SIGNED if book == "signed" else NOTED)


@once
def records(m: Matter) -> list[Entry]:
    """All records before the contract, those that count first in front: books, then the visit log. An unannounced visitor is
    in the log as the customer of whoever took them only where no record was there before (D01-2.An, G-58)."""
    found = [e for e in _books(m) if may_claim(m, e.who) and (not m.contract or e.at < m.contract.at)]
    for visit in registered(m):
        at = counts_from(m, visit)
        who = brought_by(m, visit)
        if not who and not _named_before(m, visit) and not any(e.at < at for e in found):
            who = taker(m, visit)
        if who and may_claim(m, who) and (not m.contract or at <= m.contract.at):
            found.append(Entry(who, at, visit.ref, LOGGED))
    if m.contract and len(m.contract.by) == 1 and may_claim(m, m.contract.by[0]):
        found.append(Entry(m.contract.by[0], m.contract.at, m.contract.ref, DEALT))
    return sorted(found, key=lambda e: (e.weight, e.at))


def _named_before(m: Matter, visit: Event) -> bool:
    """Whether a returning customer names a salesperson of before, so that the person on duty only serves."""
    return returning(m, visit) is True and names_nobody(m, visit) is False


def first(found: list[Entry]) -> Entry | None:
    """The weightiest record, of equals the earliest; none where two people have one of the same weight and moment."""
    best = [e for e in found if (e.weight, e.at) == (found[0].weight, found[0].at)]
    return best[0] if best and len({e.who for e in best}) == 1 else None


def records_before(m: Matter, visit: Event) -> list[Entry]:
    """The records from before an arrival."""
    return [e for e in records(m) if e.at < visit.at]


def previous(m: Matter, visit: Event) -> Entry | None:
    """Which salesperson a visitor had to do with before: by the records before the arrival; where there are none, whom the
    customer names, if that person had been in touch."""
    found = records_before(m, visit)
    if found:
        return first(found)
    touched = (e for e in m.of("contact", "invitation") if visit.get("names") in e.by and e.at < visit.at)
    event = next(touched, None)
    named = event and may_claim(m, visit["names"])
    return Entry(visit["names"], event.at, event.ref, TOUCHED) if event and named else None


# ── claims ──


@once
def claims(m: Matter) -> tuple[str, ...]:
    """Who claims the customer, earlier valid claims first: who dealt with them, who is named at a visit that counts, who took
    an unannounced visitor, who objects. Whoever only served another's customer, or received a void visit, has no claim."""
    found = {who for e in m.events if e.type not in ("visit", "reception") for who in involved(e)}
    found |= {who for e in m.of("objection") for who in e.by}
    found |= {e.who for e in records(m)}
    found |= {who for visit in m.visits for who in _claimed_by_visit(m, visit)}
    return tuple(sorted((who for who in found if may_claim(m, who)), key=m.rank))


def _claimed_by_visit(m: Matter, visit: Event) -> Iterator[str]:
    if standing(m, visit) in ("void", "lost"):
        return
    yield from (visit[key] for key in ("invited_by", "asked_for", "names") if visit.get(key))
    if standing(m, visit) == "pending" and not brought_by(m, visit):
        yield from receivers(m, visit)[:1]


def grabbed(m: Matter) -> list[Event]:
    """Proven acts of grabbing this customer."""
    return proven(m, GRABBING)


# ── the acquaintance ──


@once
def mere_acquaintances(m: Matter) -> dict[str, str]:
    """Person → customer for those whom the customer knows but who never brought them to the store (D01-2.B1)."""
    brought = {brought_by(m, v) for v in registered(m)}
    found: dict[str, str] = {}
    for r in m.relations:
        for customer, who in ((r.get("a"), r.get("b")), (r.get("b"), r.get("a"))):
            if customer in m.unit and m.sells(who) and who not in brought:
                found.setdefault(who, customer)
    return found


@once
def inviter_signed(m: Matter) -> tuple[str, tuple[str, ...]] | None:
    """(who, events): another than the acquaintance invited the customer, the customer came, and the inviter alone signed."""
    deal = m.contract
    for visit in registered(m):
        who = visit.get("invited_by") if "invited_by" in visit else brought_by(m, visit)
        knows = [a for a in mere_acquaintances(m) if a != who]
        if who and may_claim(m, who) and knows and deal and deal.by == (who,) and visit.at <= deal.at:
            return str(who), (visit.ref, deal.ref)
    return None
