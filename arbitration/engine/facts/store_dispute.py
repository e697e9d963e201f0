"""What D01 does about a dispute and about those who misbehave: five working days to settle, the general manager, fines."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import dismissed, here, knew, proven, repeated, serious
from arbitration.engine.facts.store_records import GRABBING, claims, grabbed, inviter_signed, mere_acquaintances
from arbitration.engine.facts.time import after_working_days
from arbitration.engine.facts.words import Fact, Finding, Sanction, fact, finding, moment, once, role, sanction, shares

LOW, HIGH = 50_000, 100_000  # what the text allows for malicious grabbing, in fen (D01-P.a)
SLANDER = frozenset({"personal_attack", "defamation"})  # D01-P.b2
QUARRELS = (
    SLANDER | GRABBING | {"quarrel", "interruption", "interference", "false_report"}
)  # a malicious dispute (D01-2.B2)


# ── settling ──


@moment("store.deadline", "协商期限届满", "when the time to settle ends")
def deadline(m: Matter) -> datetime | None:
    """`nego_days` working days after the collision was first known (G-48), exclusive; without knowledge on record after now."""
    return _deadline(m)


@once
def _deadline(m: Matter) -> datetime:
    known = [e.at for e in m.case.of("collision_known") if here(m, e)]
    return after_working_days(min(known, default=m.case.ask), int(m.params["nego_days"]), m.params["holidays"])


def _settled(m: Matter) -> Event | None:
    """The latest settlement that every claimant has confirmed."""
    talks = (t for t in m.case.of("negotiation") if t.get("outcome") == "settled")
    whole = [t for t in talks if set(claims(m)) <= set(t.get("confirmed_by", ()))]
    return whole[-1] if whole else None


@fact("store.settled", "各方已在期限内书面协商一致", "the parties have settled in writing, in time")
def settled(m: Matter) -> Fact:
    """G-48: confirmed by every claimant within the five working days, and before the matter went to the general manager."""
    talk = _settled(m)
    above = [e.at for e in _escalations(m)]
    in_time = talk is not None and talk.at < _deadline(m) and talk.at <= min(above, default=talk.at)
    return Fact(in_time, (talk.ref,) if talk else (), _left(m, talk.at if talk else m.case.ask))


def _left(m: Matter, at: datetime) -> tuple[str, str]:
    end, days = _deadline(m), m.params["nego_days"]
    day = f"{end:%Y-%m-%d %H:%M}"
    late = at >= end
    return (
        f"期限 {days} 个工作日，到 {day} 前，{'已过' if late else '未过'}",
        f"limit {days} working days, until before {day}, {'over' if late else 'not over'}",
    )


@fact("store.settled_late", "协商一致但已过期限", "the parties have settled, but too late")
def settled_late(m: Matter) -> Fact:
    """G-48: a settlement outside the term is a proposal to the general manager, no more."""
    talk = _settled(m)
    return Fact(talk is not None and not settled(m).value, (talk.ref,) if talk else ())


@role("store.agreed_owner", "各方商定的归属人", "who was agreed on")
def agreed_owner(m: Matter) -> tuple[str, ...]:
    """G-48: the owner that the settlement names, else whoever has all of the shares."""
    talk = _settled(m)
    agreed = agreed_shares(m)
    named = (talk.get("owner") if talk else None) or (next(iter(agreed)) if len(agreed) == 1 else None)
    return (named,) if named else ()


@shares("store.agreed_shares", "按各方商定", "as settled")
def agreed_shares(m: Matter) -> dict[str, Fraction]:
    """G-48: the basis points that the settlement names; none named, all to the owner that it names."""
    talk = _settled(m)
    given = {who: Fraction(bp, 10_000) for who, bp in (talk.get("shares", {}) if talk else {}).items() if bp}
    owner = talk.get("owner") if talk else None
    return given or ({owner: Fraction(1)} if owner in m.case.people else {})


# ── the general manager ──


def _is_gm(m: Matter, who: str | None) -> bool:
    person = m.case.people.get(who or "")
    return bool(person and person.get("role") == "general_manager")


def _escalations(m: Matter) -> list[Event]:
    """Reports of the matter to the general manager; one that names nobody went there (case format)."""
    return [e for e in m.case.of("escalation") if not e.get("to") or _is_gm(m, e["to"])]


@role("store.general_manager", "总经理", "the general manager")
def general_manager(m: Matter) -> tuple[str, ...]:
    """To whom an unsettled matter is reported (D01-P.c1)."""
    return tuple(p.id for p in m.case.people.values() if p.get("role") == "general_manager")[:1]


@fact("store.reported_up", "已报总经理", "reported to the general manager")
def reported_up(m: Matter) -> Fact:
    """D01-P.c1: the matter was reported to the general manager."""
    return Fact(bool(_escalations(m)), tuple(e.ref for e in _escalations(m)))


@fact("store.time_over", "协商不成或期限已过", "the talks have failed or the time is over")
def time_over(m: Matter) -> Fact:
    """D01-P.c1: the latest negotiation failed, or the five working days have ended (G-48)."""
    talks = list(m.case.of("negotiation"))
    failed = [t.ref for t in talks[-1:] if t.get("outcome") == "failed"]
    return Fact(bool(failed) or m.case.ask >= _deadline(m), tuple(failed), _left(m, m.case.ask))


@fact("store.unsettled", "未解决，交总经理", "unsettled, to the general manager")
def unsettled(m: Matter) -> Fact:
    """D01-P.c1, told once the rules on ownership have been tried: none settled it, and it is or must be reported."""
    left = m.outcome.status == "escalated" and len(claims(m)) >= 2 and bool(time_over(m).value)
    return Fact(left or "D01-P.c2" in m.outcome.fired, reported_up(m).events)


def _superiors(m: Matter) -> dict[str, str | None]:
    """Party → direct superior; the general manager is not fined, neither is nobody (G-43)."""
    above = {who: m.case.people[who].get("superior") for who in claims(m)}
    return {who: None if _is_gm(m, boss) else boss for who, boss in above.items()}


@sanction("store.party_fines", "未解决撞单的当事业务员罚款", "the parties to an unsettled dispute are fined")
def party_fines(m: Matter) -> Iterator[Sanction]:
    """D01-P.c4: every party; a witness is none. In addition to other sanctions, because it punishes not settling (G-31)."""
    for who in claims(m):
        yield Sanction(who, "fine", 100 * int(m.params["party_fine"]), events=tuple(e.ref for e in _escalations(m)))


@sanction("store.superior_fines", "当事人的直属领导罚款", "the direct superiors of the parties are fined")
def superior_fines(m: Matter) -> Iterator[Sanction]:
    """D01-P.c5: each distinct direct superior once (G-43)."""
    for boss in dict.fromkeys(_superiors(m).values()):
        if boss:
            yield Sanction(boss, "fine", 100 * int(m.params["superior_fine"]))


@finding("store.superior_excused", "没有可罚的直属领导", "parties without a superior who could be fined")
def superior_excused(m: Matter) -> Iterator[Finding]:
    """G-43: no superior, or the general manager is the superior: no fine, but it is pointed out."""
    for who, boss in _superiors(m).items():
        if not boss:
            yield Finding(who, "flagged")


# ── misconduct ──


def _malicious_disputes(m: Matter) -> list[Event]:
    """What a mere acquaintance did against the inviter after the signing (D01-2.B2)."""
    found = inviter_signed(m)
    if not found or not m.contract:
        return []
    acts = [a for a in proven(m, QUARRELS) if a.at >= m.contract.at and set(a.by) & set(mere_acquaintances(m))]
    return [a for a in acts if a.get("against") in (None, found[0])]


@finding("store.acquaintance_disputes", "熟人事后是否恶意争执", "whether an acquaintance started a malicious dispute")
def acquaintance_disputes(m: Matter) -> Iterator[Finding]:
    """D01-2.B2: misconduct of the acquaintance against the inviter after the signing; an objection in the procedure is none."""
    for objection in m.of("objection"):
        if set(objection.by) & set(mere_acquaintances(m)):
            yield Finding(objection.ref, "no_breach", (objection.ref,))
    for quarrel in _malicious_disputes(m):
        yield Finding(quarrel.ref, "breach", (quarrel.ref,))


def _malicious(m: Matter) -> list[Event]:
    """Acts of malicious grabbing: improper means by somebody who knew whose customer it was (G-18), unless the customer was
    theirs; a finding of serious grabbing says as much. So is a malicious dispute of an acquaintance, short of slander."""
    acts = [a for a in grabbed(m) if a.get("severity") == "serious" or any(knew(m, who, a) for who in a.by)]
    acts += [a for a in _malicious_disputes(m) if a["kind"] not in SLANDER and a not in acts]
    return [a for a in acts if m.outcome.owner not in a.by]


@sanction("store.grabbing_fines", "恶意抢单罚款", "malicious grabbing is fined")
def grabbing_fines(m: Matter) -> Iterator[Sanction]:
    """D01-P.a: the first time the minimum, again within twelve months the maximum (G-17); where it is serious, D01-P.b."""
    ordinary = (a for a in _malicious(m) if not serious([a]))
    for act in ordinary:
        amount = m.params["fine_repeat" if repeated(m, act, GRABBING) else "fine_first"]
        yield from (Sanction(who, "fine", 100 * int(amount), LOW, HIGH, (act.ref,)) for who in act.by)


@sanction("store.serious_grabbing", "恶意抢单情节严重，开除", "serious malicious grabbing: dismissal")
def serious_grabbing(m: Matter) -> list[Sanction]:
    """D01-P.b: grabbing whose severity is on record as serious (G-18)."""
    return dismissed(serious(_malicious(m)))


@sanction("store.slander", "人身攻击、诋毁，立即开除", "personal attacks and slander: immediate dismissal")
def slander(m: Matter) -> list[Sanction]:
    """D01-P.b2: on a proven finding; no test of severity."""
    return dismissed(proven(m, SLANDER))
