"""How a case could have been otherwise: each a labelled change of one thing, from what a party could have done itself down to what
is merely left out. A change makes another case; it never touches the one that it is given.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from arbitration.engine.case import LOCAL, Case, Event, Record
from arbitration.engine.facts.matter import Matter
from arbitration.engine.ruling import Ruling

Texts = tuple[str, str]
# Leaving out what somebody did: the sentence for it. {who} did it, {to} it was done to, {day} when.
LEFT_OUT: dict[str, Texts] = {
    "report": ("{who}没有报备", "{who} had not reported"),
    "conduct": ("{who}没有这项违规行为（{day}）", "{who} had not misbehaved ({day})"),
    "refund": ("定金没有退", "the deposit had not been refunded"),
    "invitation": ("{who}没有这次邀约（{day}）", "{who} had not invited ({day})"),
    "referral": ("没有这次介绍", "there had been no such referral"),
    "query": ("{who}没有查过归属", "{who} had not looked the customer up"),
    "statement": ("客户没有这样表态（{day}）", "the customer had not said so ({day})"),
    "bring": ("{who}没有带看（{day}）", "{who} had not brought the customer ({day})"),
    "slip": ("{who}没有客户确认单", "{who} had no confirmation slip"),
    "call_list": ("{who}没有这份通话清单", "{who} had no such call list"),
    "objection": ("{who}没有提出异议", "{who} had not objected"),
    "deed": ("{who}没有客户所有权协议", "{who} had no ownership agreement"),
    "withdrawal": ("{who}没有退出", "{who} had not withdrawn"),
    "consent": ("没有{who}的同意或安排", "{who} had not agreed or arranged it"),
    "transfer": ("没有这次转交", "there had been no such transfer"),
    "reception": ("{who}没有接待（{day}）", "{who} had not received the customer ({day})"),
    "contact": ("{who}没有联系客户（{day}）", "{who} had not been in touch ({day})"),
    "negotiation": ("没有这次协商（{day}）", "there had been no such negotiation ({day})"),
    "escalation": ("没有上报总经理", "the matter had not gone to the general manager"),
    "accusation": ("{who}没有举报", "{who} had made no accusation"),
    "evidence": ("这份证据没有被采信", "this evidence had not been accepted"),
    "offer": ("{who}没有报价", "{who} had made no offer"),
    "hold_request": ("{who}没有申请保留", "{who} had not applied for a hold"),
    "terms_fixed": ("合同细节没有先确定", "the terms had not been settled"),
    "notice": ("没有通知{to}（{day}）", "{to} had not been told ({day})"),
    "collision_known": ("{who}当时不知道撞单", "{who} had not known of the collision"),
    "visit": ("客户没有这次到访（{day}）", "the customer had not visited ({day})"),
}


@dataclass(frozen=True)
class Change:
    """One thing otherwise: told in both languages, of a kind, and what it makes of a case.

    `kind`: own_conduct, evidence, timing, customer or other_party.
    """

    kind: str
    zh: str
    en: str
    apply: Callable[[Case], Case]


def changes(ruling: Ruling) -> Iterator[Change]:
    """The changes worth trying for this ruling, those that tell a party most first."""
    matter = ruling.matter
    yield from _other_order(matter)
    yield from _other_closing(matter)
    yield from _better_evidence(matter)
    yield from _further_evidence(matter)
    yield from _other_answers(matter)
    yield from _proven_kin(matter)
    rested_on = _rested_on(ruling)
    yield from _left_out(matter, [e for e in matter.case.events if e.ref in rested_on])


def further_changes(ruling: Ruling) -> Iterator[Change]:
    """What is left out though no fact says that it rests on it: worth trying where nothing else tells."""
    rested_on = _rested_on(ruling)
    yield from _left_out(ruling.matter, [e for e in ruling.case.events if e.ref not in rested_on])


# ── how a case is changed ──


def without(ref: str) -> Callable[[Case], Case]:
    """Leave an event out."""
    return lambda case: replace(case, events=tuple(e for e in case.events if e.ref != ref))


def having(ref: str, at: datetime | None = None, **keys: Any) -> Callable[[Case], Case]:
    """Say something of an event otherwise."""

    def change(event: Event) -> Event:
        return replace(event, at=at or event.at, keys={**event.keys, **keys})

    return lambda case: _ordered(case, [change(e) if e.ref == ref else e for e in case.events])


def adding(event: Event) -> Callable[[Case], Case]:
    """Let something more have happened."""
    return lambda case: _ordered(case, [*case.events, event])


def _ordered(case: Case, events: list[Event]) -> Case:
    happened = (e for e in events if e.at <= case.ask)
    return replace(case, events=tuple(sorted(happened, key=lambda e: (e.at.astimezone(UTC), e.ref))))


# ── who was first ──


def _other_order(matter: Matter) -> Iterator[Change]:
    """Somebody else had reported first, or both at once, or at all before the customer came."""
    reports, name = matter.reports, matter.case.name
    firsts = list({report.by[0]: report for report in reversed(reports)}.values())[::-1]
    for report in firsts[1:]:
        who, lead = name(report.by[0]), firsts[0].at
        yield Change(
            "timing", f"{who}先报备", f"{who} had reported first", having(report.ref, lead - timedelta(days=1))
        )
        yield Change("timing", f"{who}同时报备", f"{who} had reported at the same time", having(report.ref, lead))
    arrival = matter.visits[0].at if matter.visits else None
    for report in firsts:
        if arrival and report.at >= arrival:
            who, before = name(report.by[0]), arrival - timedelta(hours=1)
            yield Change(
                "timing", f"{who}在客户到访前报备", f"{who} had reported before the visit", having(report.ref, before)
            )


def _other_closing(matter: Matter) -> Iterator[Change]:
    """Another claimant had been at the signing too, or had signed alone."""
    contract = matter.contract
    for who in matter.claimants if contract else ():
        if contract and who not in contract.by:
            name, org = matter.case.name(who), matter.case.people[who].get("org")
            both = having(contract.ref, by=[*contract.by, who])
            yield Change("own_conduct", f"{name}也在场签约", f"{name} had been at the signing too", both)
            alone = having(contract.ref, by=[who], **({"org": org} if org else {}))
            yield Change("own_conduct", f"是{name}签的约", f"{name} had signed the customer", alone)


# ── call lists, slips, showings, objections: what a party could have shown ──


def _better_evidence(matter: Matter) -> Iterator[Change]:
    case, arrival = matter.case, matter.visits[0].at if matter.visits else None
    for listed in case.of("call_list"):
        who = case.name(listed.by[0])
        if arrival:
            inside = arrival.astimezone(LOCAL).replace(hour=12, minute=0, second=0) - timedelta(days=2)
            yield Change(
                "evidence", f"{who}的通话在到访前两天", f"{who}'s call had been two days before the visit",
                having(listed.ref, call_at=inside.isoformat()),
            )  # fmt: skip
        yield Change(
            "evidence", f"{who}的通话清单是三大运营商的正规打印件", f"{who}'s call list had been an operator's official print-out",
            having(listed.ref, official=True, issuer="china_mobile"),
        )  # fmt: skip
    for objection in case.of("objection"):
        contract = case.by_ref.get(objection.get("contract") or "")
        if contract and objection.at >= contract.at:
            who = case.name(objection.by[0])
            before = contract.at - timedelta(days=1)
            yield Change(
                "timing",
                f"{who}在签约前提出异议",
                f"{who} had objected before the signing",
                having(objection.ref, before),
            )
    for evidence in case.of("evidence"):
        if not evidence.get("accepted"):
            yield Change(
                "evidence", "这份证据被采信", "this evidence had been accepted", having(evidence.ref, accepted=True)
            )


def _further_evidence(matter: Matter) -> Iterator[Change]:
    """A broker had brought the customer, had a slip or a call list, where none is on record."""
    visit = matter.visits[0] if matter.visits else None
    brokers = [who for who in matter.claimants if matter.case.people[who].get("role") == "broker"]
    for who in brokers if visit else ():
        if visit:
            yield from _could_have_shown(matter, who, visit)


def _could_have_shown(matter: Matter, who: str, visit: Event) -> Iterator[Change]:
    case, name, org = matter.case, matter.case.name(who), matter.case.people[who].get("org")
    known = {e.type for e in case.of("bring", "slip", "call_list") if who in e.by or (org and e.get("org") == org)}
    about = {"customer": visit["customer"], "by": who}
    if "bring" not in known:
        brought = Event("bring", visit.at, f"+bring.{who}", {**about, "visit": visit.ref, "present": True})
        yield Change("own_conduct", f"{name}带看过客户", f"{name} had brought the customer", adding(brought))
    if "slip" not in known and org:
        slip = Event("slip", visit.at, f"+slip.{who}", {**about, "visit": visit.ref, "org": org})
        yield Change("evidence", f"{name}有客户确认单", f"{name} had a confirmation slip", adding(slip))
    own, theirs = case.people[who].get("phones"), case.customers[visit["customer"]].get("phones")
    if "call_list" not in known and own and theirs:
        call = (visit.at.astimezone(LOCAL) - timedelta(days=2)).isoformat()
        keys = {
            "issuer": "china_mobile",
            "official": True,
            "call_at": call,
            "from_phone": own[0],
            "to_phone": theirs[0],
        }
        listed = Event("call_list", case.ask, f"+call_list.{who}", {**about, **keys})
        yield Change(
            "evidence", f"{name}有到访前两天的通话清单", f"{name} had a call list of two days before", adding(listed)
        )


def _proven_kin(matter: Matter) -> Iterator[Change]:
    """The relation of two customers had been proven by a document."""
    for i, relation in enumerate(matter.case.relations):
        if not relation.get("proof") and relation.get("b") in matter.case.customers:
            proof = {"doc": "household_register"}
            yield Change(
                "evidence",
                "亲属关系有户口本等证明",
                "the relation had been proven by a document",
                _proving(i, relation, proof),
            )


def _proving(i: int, relation: Record, proof: dict[str, str]) -> Callable[[Case], Case]:
    shown = replace(relation, keys={**relation.keys, "proof": proof})
    return lambda case: replace(case, relations=(*case.relations[:i], shown, *case.relations[i + 1 :]))


# ── what the customer said ──


def _other_answers(matter: Matter) -> Iterator[Change]:
    for visit in matter.visits[:1]:
        for who in matter.claimants:
            if visit.get("asked_for") != who:
                name = matter.case.name(who)
                change = having(visit.ref, asked_for=who)
                yield Change("customer", f"客户到访时找{name}", f"the customer had asked for {name}", change)


# ── what is left out ──


def _rested_on(ruling: Ruling) -> frozenset[str]:
    """The events that the facts of the deciding rules rest on; what none rests on need not be left out to see."""
    facts = {leaf.fact for stage in ruling.pack.deciding for when in stage.whens for leaf in when}
    facts |= {stage.contested for stage in ruling.pack.deciding if stage.contested}
    return frozenset(ref for name in facts for ref in ruling.matter.fact(name).events)


def _left_out(matter: Matter, events: Sequence[Event]) -> Iterator[Change]:
    """Each of these had not happened; in the order of the table, then of time."""
    case = matter.case
    about = [e for e in events if e.get("customer") in (None, *matter.unit)]
    for type_, (zh, en) in LEFT_OUT.items():
        for event in (e for e in about if e.type == type_):
            said = {
                "who": "、".join(case.name(who) for who in event.by) or case.name(event.get("org") or ""),
                "to": case.name(event.get("to") or ""), "day": f"{event.at.astimezone(LOCAL):%m-%d}",
            }  # fmt: skip
            kind = "own_conduct" if event.by else "other_party"
            yield Change(kind, zh.format(**said), en.format(**said), without(event.ref))
