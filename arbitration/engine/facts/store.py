"""Whose customer it is in D01: facts and roles about the visit at hand, the acquaintance, and what the records prove."""

from arbitration.engine.facts.desk import (
    at_hand,
    brought_by,
    duty_planned,
    names_nobody,
    on_duty,
    receivers,
    returning,
    standing,
    taker,
    unannounced,
)
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.store_records import (
    claims,
    first,
    grabbed,
    inviter_signed,
    may_claim,
    mere_acquaintances,
    previous,
    records,
    records_before,
)
from arbitration.engine.facts.words import Fact, fact, role


@fact("store.open", "有归属要裁定", "there is a customer to assign")
def is_open(m: Matter) -> Fact:
    """No only where one person alone claims and the visitor, if one came, came for them for the first time."""
    mine, visit = claims(m), at_hand(m)
    void = any(standing(m, v) == "void" for v in m.visits)
    if len(mine) != 1 or grabbed(m) or void or mere_acquaintances(m):
        return Fact(True)
    theirs = not visit or (brought_by(m, visit) == mine[0] and returning(m, visit) is not True)
    return Fact(not theirs)


@fact("store.claims", "主张客户的人数", "people who claim the customer", values=range(100), unit=("人", "people"))
def how_many(m: Matter) -> Fact:
    """Claims as D01 counts them: void visits and mere service give none."""
    return Fact(len(claims(m)))


@role("store.claimants", "各主张人", "the claimants")
def claimants(m: Matter) -> tuple[str, ...]:
    """Everybody with a claim, earlier valid claims first: the parties to the dispute."""
    return claims(m)


@fact("store.collided", "有碰撞要核实", "there is a collision to verify")
def collided(m: Matter) -> Fact:
    """D01-3.7: several claim, or somebody grabbed, or a visitor came whom nobody announced, so that the person on duty would
    be the other one. Not asked who invited: unknown."""
    if len(claims(m)) >= 2 or grabbed(m):
        return Fact(True, tuple(e.ref for e in grabbed(m)))
    return is_unannounced(m)


# ── the visit at hand ──


def _of_visit(m: Matter, value: bool | None, *events: str) -> Fact:
    visit = at_hand(m)
    return Fact(value, (visit.ref, *events) if visit else events)


@fact("store.unannounced", "没人邀约、也不找谁", "nobody invited them and they ask for nobody")
def is_unannounced(m: Matter) -> Fact:
    """The answers to the first two questions at the visit at hand. Not asked: unknown; no visit: no."""
    visit = at_hand(m)
    return _of_visit(m, unannounced(m, visit) if visit else False)


@fact("store.returning", "客户之前来过", "the customer came before")
def is_returning(m: Matter) -> Fact:
    """D01-2.A3: a registered visit before this one, else the customer's answer (G-55). Not asked: unknown where the records
    point to another before the arrival than altogether, else no."""
    visit = at_hand(m)
    again = returning(m, visit) if visit else False
    if visit and again is None:
        found, best = previous(m, visit), first(records(m))
        again = None if found and not (best and best.who == found.who) else False
    return _of_visit(m, again)


@fact("store.registered_before", "到店前有过登记", "there is a record from before the arrival")
def registered_before(m: Matter) -> Fact:
    """D01-2.An: any record of anybody who may claim, from before the visit at hand. Silence: no."""
    visit = at_hand(m)
    earlier = records_before(m, visit) if visit else []
    return _of_visit(m, bool(earlier), *(e.ref for e in earlier[:1]))


@fact("store.verified", "核实出之前的业务员", "the previous salesperson is verified")
def is_verified(m: Matter) -> Fact:
    """D01-2.A3: a record from before the arrival shows with whom the customer had to do, or the customer names somebody who had
    been in touch. Two records of one weight and moment verify nobody."""
    visit = at_hand(m)
    found = previous(m, visit) if visit else None
    return _of_visit(m, bool(found), *([found.ref] if found else []))


@role("store.previous_salesperson", "之前的业务员", "the previous salesperson")
def previous_salesperson(m: Matter) -> tuple[str, ...]:
    """The previous salesperson (D01-2.A3)."""
    visit = at_hand(m)
    found = previous(m, visit) if visit else None
    return (found.who,) if found else ()


@fact("store.names_nobody", "叫不上业务员是谁", "the customer can name no salesperson")
def can_name_nobody(m: Matter) -> Fact:
    """D01-2.An: said so, or named nobody who is still here. Not asked: unknown; no visit: no."""
    visit = at_hand(m)
    return _of_visit(m, names_nobody(m, visit) if visit else False)


@fact("store.taker_known", "有值班或轮到的人", "somebody is on duty or next in rotation")
def taker_known(m: Matter) -> Fact:
    """Whether the roster or the reception says who takes an unannounced visitor (G-24)."""
    visit = at_hand(m)
    who = taker(m, visit) if visit else None
    on = len(on_duty(m, visit.at)) if visit else 0
    return Fact(bool(who), (visit.ref,) if visit else (), (f"值班 {on} 人", f"{on} on duty"))


@role("store.taker", "值班人员", "the person on duty")
def taker_role(m: Matter) -> tuple[str, ...]:
    """D01-2.An, G-58, G-24: who takes the unannounced visitor."""
    visit = at_hand(m)
    who = taker(m, visit) if visit else None
    return (who,) if who else ()


@fact("store.several_on_duty", "到访时多人值班", "several were on duty at the arrival")
def several_on_duty(m: Matter) -> Fact:
    """G-24: the next in rotation takes the visitor."""
    visit = at_hand(m)
    return _of_visit(m, len(on_duty(m, visit.at)) > 1 if visit else False)


@fact("store.void_before", "上次到访无效", "an earlier visit was void")
def void_before(m: Matter) -> Fact:
    """D01-1.n1b: everything was refused at a visit before the one at hand."""
    visit = at_hand(m)
    void = [v.ref for v in m.visits if visit and v.at < visit.at and standing(m, v) == "void"]
    return Fact(bool(void), tuple(void))


@fact("store.own_initiative", "客户主动来店", "the customer came of their own accord")
def own_initiative(m: Matter) -> Fact:
    """D01-1.n1b: the visit at hand was not by invitation. Silence: on their own."""
    visit = at_hand(m)
    own = visit is not None and visit.get("initiative", "self") == "self" and not visit.get("invited_by")
    return _of_visit(m, own)


@fact("store.signed_on_duty", "和到访时的值班人员签单", "signed with the person on duty at the arrival")
def signed_on_duty(m: Matter) -> Fact:
    """D01-1.n1b: the shift may have changed by the signing (G-24)."""
    signer = duty_signer(m)
    return Fact(bool(signer), (m.contract.ref,) if signer and m.contract else ())


@role("store.duty_signer", "签单的值班人员", "the person on duty who signed")
def duty_signer(m: Matter) -> tuple[str, ...]:
    """D01-1.n1b: of those on duty at the arrival (without a roster for that day, those who received) whoever signed."""
    visit = at_hand(m)
    if not visit or not m.contract or m.contract.at < visit.at:
        return ()
    there = on_duty(m, visit.at) or ({} if duty_planned(m, visit.at) else dict.fromkeys(receivers(m, visit)))
    return tuple(who for who in m.contract.by if who in there and may_claim(m, who))[:1]


# ── the acquaintance ──


@fact("store.acquaintance", "有熟人，但熟人没有邀约登记过", "known to a salesperson who never brought them")
def acquaintance(m: Matter) -> Fact:
    """D01-2.B1: a salesperson whom the customer knows, and no registered visit that they brought about; an entry in their
    collection book does not change that."""
    return Fact(bool(mere_acquaintances(m)))


@fact("store.inviter_signed", "另一人邀约到店并签单", "another invited them to the store and signed")
def has_inviter_signed(m: Matter) -> Fact:
    """D01-2.B1: both are needed, the invitation to the store and the signing, by one who is not the acquaintance."""
    found = inviter_signed(m)
    return Fact(bool(found), found[1] if found else ())


@role("store.inviter", "邀约并签单的人", "who invited and signed")
def inviter(m: Matter) -> tuple[str, ...]:
    """Who invited and signed (D01-2.B1)."""
    found = inviter_signed(m)
    return (found[0],) if found else ()


# ── records decide ──


@fact("store.recorded", "登记能证明客户归谁", "the records show whose customer it is")
def recorded(m: Matter) -> Fact:
    """D01-3.7: the weightiest record, of equals the earliest: signed book, visit log, other books and reports, and last a
    contract that one person alone signed. A tie proves nothing."""
    best = first(records(m))
    return Fact(best is not None, (best.ref,) if best else ())


@role("store.recorded_first", "登记在先的人", "whose record comes first")
def recorded_first(m: Matter) -> tuple[str, ...]:
    """Whose record comes first (D01-3.7)."""
    best = first(records(m))
    return (best.who,) if best else ()
