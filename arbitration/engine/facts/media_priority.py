"""D10: whose offer for a media slot is better, and who has signed."""

from collections.abc import Sequence
from datetime import datetime

from arbitration.engine.case import Event, yuan
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.media import Claim, about_slot, claims, signings, slot_contested, slot_part
from arbitration.engine.facts.media_terms import held_off, hold_state, protection, protection_state, shut_out
from arbitration.engine.facts.words import Fact, Note, fact, moment, once, role

COMPARISON = {
    "leader": ("有一份不低于其余且更好", "one is better and nowhere worse"), "equal": ("一样好", "equally good"),
    "opposite": ("价格和周期各有高低", "one is higher, another longer"), "none": ("没有报价", "there are no offers"),
}  # fmt: skip


# ── the offers ──


@once
def competing(m: Matter) -> list[Claim]:
    """The offers that are compared; once a protection was lifted only the reporter's and those let in. A measure that no offer
    has on record tells nothing apart."""
    kept = protection(m)
    within = {kept.who, *kept.let_in} if kept and kept.let_in else None
    found = [claim for claim in claims(m) if claim.offered and (within is None or claim.who in within)]
    price = None if any(claim.price is not None for claim in found) else 0
    days = None if any(claim.days is not None for claim in found) else 0
    return [
        Claim(c.who, c.customer, price if c.price is None else c.price, days if c.days is None else c.days) for c in found
    ]  # fmt: skip


def measured(offers: Sequence[Claim]) -> list[tuple[Claim, int, int]] | None:
    """(offer, price, days); None where some have on record what others have not."""
    rows = [(c, c.price, c.days) for c in offers if c.price is not None and c.days is not None]
    return rows if len(rows) == len(offers) else None


def best(m: Matter) -> list[tuple[Claim, int, int]] | None:
    """The offers that are neither lower nor shorter than any other; None where that is not known."""
    rows = measured(competing(m))
    if rows is None:
        return None
    return [row for row in rows if all(row[1] >= price and row[2] >= days for _c, price, days in rows)]


def _offers_told(m: Matter) -> Note:
    """Every offer with its total price and the price of a day (G-42)."""
    rows = measured(competing(m)) or []
    zh = (f"{m.case.name(c.who)} ¥{yuan(p)} / {d} 天{_a_day('，每天 ¥', p, d)}" for c, p, d in rows)
    en = (f"{m.case.name(c.who)} ¥{yuan(p)} for {d} days{_a_day(', a day ¥', p, d)}" for c, p, d in rows)
    return "；".join(zh), "; ".join(en)


def _a_day(words: str, price: int, days: int) -> str:
    return f"{words}{yuan((price + days // 2) // days)}" if days > 0 else ""


@fact("offers.comparison", "报价比较", "how the offers compare", values=COMPARISON)
def offers_comparison(m: Matter) -> Fact:
    """D10-1.1, 1.2, 2.1: whether one offer is at least as high and as long as every other. Unknown where a price or period is on
    record for some of them only; none on record tells nothing apart (G-42)."""
    refs = tuple(e.ref for _who, e in about_slot(m, "offer"))
    found = best(m)
    if found is None:
        return Fact(None, refs)
    people = {claim.who for claim, _price, _days in found}
    value = "none" if not competing(m) else "opposite" if not found else "equal" if len(people) > 1 else "leader"
    return Fact(value, refs, _offers_told(m))


def _ahead(m: Matter, *, higher: bool, longer: bool) -> Fact:
    """Whether the best offer is before another by exactly this; None where it is not known which is best."""
    found, rows = best(m), measured(competing(m)) or []
    if found is None:
        return Fact(None)
    top = found[0] if offers_comparison(m).value == "leader" else None
    others = [row for row in rows if top and row[0].who != top[0].who]
    ahead = [row for row in others if top and (top[1] > row[1], top[2] > row[2]) == (higher, longer)]
    return Fact(bool(ahead), note=_offers_told(m))


@fact("offers.by_price", "周期相同，价格更高", "the same period at a higher price")
def by_price(m: Matter) -> Fact:
    """D10-1.1: the best offer is higher than another for the same period."""
    return _ahead(m, higher=True, longer=False)


@fact("offers.by_period", "价格相同，周期更长", "the same price for a longer period")
def by_period(m: Matter) -> Fact:
    """D10-1.2: the best offer is longer than another at the same price."""
    return _ahead(m, higher=False, longer=True)


@role("best_offer", "报价最好的人", "who made the best offer")
def best_offer(m: Matter) -> tuple[str, ...]:
    """Whose offer is nowhere worse than another (D10-1.1, 1.2, 2.1)."""
    return tuple(dict.fromkeys(claim.who for claim, _price, _days in best(m) or ()))[:1]


# ── the signing ──


@once
def signed_at_first(m: Matter) -> list[tuple[str, Event]]:
    """The first contract that was signed neither against a hold nor against a protection; those of other people signed in the
    same second beside it."""
    free = [row for row in signings(m) if not held_off(m, *row) and not shut_out(m, *row)]
    first = {who: event for who, event in reversed(free) if event.at == free[0][1].at}
    return sorted(first.items(), key=lambda row: row[1].ref)


def signed_first(m: Matter) -> tuple[str, Event] | None:
    """Who signed first, with the contract; nobody where two signed in the same second."""
    found = signed_at_first(m)
    return found[0] if len(found) == 1 else None


@fact("slot.signed", "已有人签约", "somebody has signed")
def slot_signed(m: Matter) -> Fact:
    """D10-1.3, 2.2: whether a contract for the slot counts. Settled details alone are none; nor is a cancelled contract, or one
    signed while the slot was held for, or the customer protected for, somebody else. Of two signed in the same second the
    records do not show which was first: unknown."""
    found = signed_at_first(m)
    return Fact(None if len(found) > 1 else bool(found), tuple(event.ref for _who, event in found))


@fact("slot.signed_away", "报价不是最好的人先签了约", "somebody signed whose offer is not the best")
def slot_signed_away(m: Matter) -> Fact:
    """Whether the first to sign is another than whoever made the best offer, or that is not known; among offers of which none
    is best nobody is another."""
    found, tops = signed_first(m), best(m)
    if found is None:
        return Fact(False)
    leading = {claim.who for claim, _price, _days in tops or ()}
    return Fact(tops is None or bool(leading and found[0] not in leading), (found[1].ref,))


@role("slot_signer", "先签约的人", "who signed first")
def slot_signer(m: Matter) -> tuple[str, ...]:
    """By the time of signing (D10-1.3, 2.2)."""
    found = signed_first(m)
    return (found[0],) if found else ()


@moment("slot_signing", "有人签约时", "when somebody signs")
def slot_signing(m: Matter) -> datetime | None:
    """Nobody can date it before it happens."""
    found = signed_first(m)
    return found[1].at if found else None


# ── an agreement, and the default for prices against periods ──


def agreed(m: Matter) -> Event | None:
    """The latest settlement that everybody who competes for the slot confirmed (G-48)."""
    people = {claim.who for claim in claims(m)}
    talks = (t for t in m.case.of("negotiation") if t.get("outcome") == "settled")
    return next((t for t in reversed(list(talks)) if people and people <= set(t.get("confirmed_by", ()))), None)


def _agreed_on(m: Matter) -> str | None:
    talk = agreed(m)
    shares = {who for who, part in (talk.get("shares", {}) if talk else {}).items() if part}
    named = talk.get("owner") if talk else None
    return named or (next(iter(shares)) if len(shares) == 1 else None)


@fact("slot.agreed", "各方已书面商定谁用", "the parties have settled in writing who uses it")
def slot_agreed(m: Matter) -> Fact:
    """G-48: a settlement names one person for the slot and everybody who competes confirmed it. Silence: no."""
    talk = agreed(m)
    return Fact(_agreed_on(m) is not None, (talk.ref,) if talk else ())


@role("slot_agreed_owner", "各方商定使用媒体的人", "who uses the slot as agreed")
def slot_agreed_owner(m: Matter) -> tuple[str, ...]:
    """Who uses the slot as agreed (G-48)."""
    named = _agreed_on(m)
    return (named,) if named else ()


@fact("offers.weighed", "价格、周期一并权衡", "price and period are weighed together")
def offers_weighed(m: Matter) -> Fact:
    """G-42 decides: nobody has signed, no hold, protection or agreement governs, and either no offer is best, or, for different
    customers, the best is both higher and longer than another."""
    part, value = slot_part(m).value, offers_comparison(m).value
    governed = slot_agreed(m).value or slot_signed(m).value or not slot_contested(m).value or part not in ("one", "two")
    if governed or hold_state(m).value != "none" or protection_state(m).value == "protected":
        return Fact(False)
    both = part == "one" and bool(_ahead(m, higher=True, longer=True).value)
    return Fact(value == "opposite" or both, note=_offers_told(m))
