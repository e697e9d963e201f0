"""D10: a media slot that several salespeople offer. Which slot it is, who offers it to whom, what was signed."""

from collections.abc import Iterator
from dataclasses import dataclass

from arbitration.engine.case import Event, fen
from arbitration.engine.facts.dealings import one_buyer
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Fact, fact, once, role

PARTS = {
    "none": ("没有两人相争", "no two people compete"), "one": ("不同客户", "different customers"),
    "two": ("相同客户", "the same customer"), "mixed": ("有同有异", "some the same, some different"),
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """What somebody offers a customer for the slot, or signed without an offer; price in fen. Not `offered`: a report only."""

    who: str
    customer: str
    price: int | None = None
    days: int | None = None
    offered: bool = False


@once
def slot(m: Matter) -> str | None:
    """The subject asked about: of the contract named, else the one for which most people compete, of these the latest."""
    asked = m.case.by_ref.get(m.case.about or "")
    if asked and asked.get("subject"):
        return str(asked["subject"])
    touched: dict[str, list[Event]] = {}
    for event in m.case.of("offer", "contract", "hold_request"):
        if event.get("subject"):
            touched.setdefault(event["subject"], []).append(event)
    people = {name: len({who for e in events for who in e.by}) for name, events in touched.items()}
    return max(touched, key=lambda name: (people[name], touched[name][-1].at.timestamp(), name), default=None)


def seller(m: Matter, event: Event) -> str | None:
    """Who made an offer, signed or applied, if that is somebody who may claim."""
    return next((who for who in event.by if m.sells(who)), None)


def about_slot(m: Matter, *types: str) -> Iterator[tuple[str, Event]]:
    """(who, event) for events of these types that name the slot, in order of time."""
    name = slot(m)
    for event in m.case.of(*types):
        who = seller(m, event)
        if name and who and event.get("subject") == name:
            yield who, event


@once
def signings(m: Matter) -> list[tuple[str, Event]]:
    """(who, contract) for the slot, without those cancelled by now."""
    gone = {event["contract"] for event in m.case.of("cancellation")}
    return [(who, contract) for who, contract in about_slot(m, "contract") if contract.ref not in gone]


def price_of(event: Event) -> int | None:
    """The total price of an offer or contract in fen."""
    told = event.get("price") or event.get("amount")
    return fen(told) if told else None


@once
def reported(m: Matter) -> list[Event]:
    """Complete and approved reports of customers to whom the slot is offered, in order of time; not those about another subject,
    nor of whoever gave the customer up since."""
    buyers = {e["customer"] for _who, e in about_slot(m, "offer", "contract")}
    given = (e for e in m.case.of("report") if e.get("subject") in (None, slot(m)) and seller(m, e))
    valid = (e for e in given if e.get("complete", True) and e.get("review", "approved") == "approved")
    return [e for e in valid if any(one_buyer(m, e["customer"], buyer) for buyer in buyers) and not _given_up(m, e)]


def _given_up(m: Matter, report: Event) -> bool:
    left = (e for e in m.case.of("withdrawal") if e.at >= report.at and set(e.by) & set(report.by))
    return any(e.get("customer") in (None, report["customer"]) for e in left)


@once
def claims(m: Matter) -> list[Claim]:
    """Everybody's latest offer to each customer; then of those without any offer what they signed, or whom they reported."""
    latest = {(who, e["customer"]): e for who, e in about_slot(m, "offer")}
    found = [Claim(who, c, price_of(e), e.get("days"), True) for (who, c), e in latest.items()]
    for who, event in [*signings(m), *((e.by[0], e) for e in reported(m))]:
        if who not in {claim.who for claim in found}:
            found.append(Claim(who, event["customer"], price_of(event), offered=event.type == "contract"))
    return found


@fact("slot.contested", "两人以上争同一媒体", "two or more people compete for the slot")
def slot_contested(m: Matter) -> Fact:
    """Whether two people offered, signed or reported for one slot (D10-1, D10-2). Silence: no."""
    people = {claim.who for claim in claims(m)}
    refs = tuple(e.ref for _who, e in about_slot(m, "offer"))
    return Fact(len(people) > 1, refs, (f"{len(people)} 人", f"{len(people)} people"))


@fact("slot.part", "客户相同还是不同", "the same customer or different ones", values=PARTS)
def slot_part(m: Matter) -> Fact:
    """Whether the slot is offered to different customers (part one of D10) or to the same (part two)."""
    found = claims(m)
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :] if a.who != b.who]
    same = [one_buyer(m, a.customer, b.customer) for a, b in pairs]
    value = "none" if not pairs else "two" if all(same) else "mixed" if any(same) else "one"
    return Fact(value, tuple(dict.fromkeys(claim.customer for claim in found)))


@role("slot_sole", "唯一要用这个媒体的人", "the only one who wants the slot")
def slot_sole(m: Matter) -> tuple[str, ...]:
    """Who has the slot where nobody competes."""
    people = tuple(dict.fromkeys(claim.who for claim in claims(m)))
    return people if len(people) == 1 else ()
