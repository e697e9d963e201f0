"""D04: the customer's wish, the manager's allocation, the split by contribution, and what breaks the rules."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event
from arbitration.engine.facts.collisions import activities
from arbitration.engine.facts.handling import manages, reports_upward
from arbitration.engine.facts.keeping import keeper, leave
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import dismissed, fine, heaviest, here, proven, serious
from arbitration.engine.facts.people import agreed_owner, agreed_shares, agreement_settled
from arbitration.engine.facts.time import local_day
from arbitration.engine.facts.words import Act, Fact, Finding, Sanction, act, fact, finding, role, sanction, shares

WISHES = frozenset({"asks_for", "endorses", "wants_change"})
MOST = 10**9  # a score beyond this is none
TOLD = frozenset(
    {"reminder", "prompt", "warning"}
)  # notices that tell of another's customer; not a result, not a hand-over

# ── the customer's wish and the joint proposal ──


def wish(m: Matter) -> tuple[str, Event] | None:
    """(who, statement): whom the customer's latest statement names; "no preference" takes an earlier wish back."""
    said = [e for e in m.of("statement") if e["kind"] in WISHES | {"no_preference"}]
    named = next((who for who in said[-1].get("people", ()) if m.sells(who)), None) if said else None
    return (named, said[-1]) if named and said[-1]["kind"] in WISHES else None


@fact("proposal.any", "有客户意向或各方的共同方案", "there is a wish of the customer or a joint proposal")
def proposal_any(m: Matter) -> Fact:
    """D04-3.2: the customer names somebody, or all parties have agreed. Silence or no preference: no."""
    found = wish(m)
    events = (*agreement_settled(m).events, *((found[1].ref,) if found else ()))
    return Fact(bool(events), events)


@role("proposed_owner", "共同方案或客户意向中的人", "whom the joint proposal or the customer names")
def proposed_owner(m: Matter) -> tuple[str, ...]:
    """D04-3.2: the joint proposal of all parties, else the customer's wish; the manager decides on it."""
    found = wish(m)
    agreed = agreed_owner(m) if agreement_settled(m).value else ()
    return agreed or ((found[0],) if found else ())


@finding("customer_wish", "客户的意向", "what the customer wishes")
def customer_wish(m: Matter) -> Iterator[Finding]:
    """D04-3.2: in a collision the latest statement that names somebody counts as the first criterion of the joint proposal."""
    found = wish(m) if m.fact("collision.followed_at_once").value else None
    for said in m.of("statement"):
        counts = found is not None and said.ref == found[1].ref
        note = (
            (f"希望的跟进人：{m.case.name(found[0])}", f"wants {m.case.name(found[0])}")
            if found and counts
            else ("", "")
        )
        yield Finding(said.ref, "counts" if counts else "does_not_count", (said.ref,), note)


# ── the manager's allocation ──


def _worth(m: Matter, decision: Event) -> str:
    """`valid` by whoever manages, for somebody else who sells, with reasons; without reasons `incomplete`; else `void`."""
    by, to = next(iter(decision.by), None), decision.get("to")
    if not manages(m, by) or by == to or not m.sells(to):
        return "void"
    return "valid" if decision.get("note", "").strip() else "incomplete"


def _allocations(m: Matter) -> list[Event]:
    given = (e for e in m.case.of("consent") if e["kind"] == "manager_assignment")
    return [e for e in given if e.get("customer") in (None, *m.unit)]


def _allocation(m: Matter) -> Event | None:
    return next((e for e in reversed(_allocations(m)) if _worth(m, e) == "valid"), None)


@fact("allocation.valid", "销售管理人员已分配客户", "sales management has allocated the customer")
def allocation_valid(m: Matter) -> Fact:
    """D04-3.3: an assignment by a manager, with reasons on need, performance and ability. The form is examined, not the reasons."""
    chosen = _allocation(m)
    return Fact(chosen is not None, (chosen.ref,) if chosen else tuple(e.ref for e in _allocations(m)))


@role("allocated_by_manager", "管理人员分配给的人", "to whom the manager allocated")
def allocated_by_manager(m: Matter) -> tuple[str, ...]:
    """D04-3.3: the latest valid decision."""
    chosen = _allocation(m)
    return (str(chosen["to"]),) if chosen else ()


@finding("manager_allocation", "分配决定是否有效", "whether the allocation is valid")
def manager_allocation(m: Matter) -> Iterator[Finding]:
    """D04-3.3: only sales management allocates, and gives reasons."""
    notes = {
        "void": ("不是销售管理人员作出的", "not by sales management"),
        "incomplete": ("没有写明理由", "no reasons given"),
    }
    for decision in _allocations(m):
        worth = _worth(m, decision)
        yield Finding(decision.ref, worth, (decision.ref,), notes.get(worth, ("", "")))


@role(
    "allocated_or_latest",
    "管理人员分配给的人，否则最近跟进的人",
    "to whom the manager allocated, else who followed last",
)
def allocated_or_latest(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nothing collides."""
    active = tuple(d.who for d in reversed(activities(m)))
    return allocated_by_manager(m) or (*active, *m.claimants)[:1]


# ── contribution ──


@fact("deal.closed", "已成交", "a deal has closed")
def deal_closed(m: Matter) -> Fact:
    """A contract that was not cancelled."""
    return Fact(m.contract is not None, (m.contract.ref,) if m.contract else ())


def scores(m: Matter) -> dict[str, Fraction]:
    """Who contributed how much, as scored on record (G-28)."""
    found: dict[str, Fraction] = {}
    for effort in m.of("effort"):
        for who in effort.by:
            if m.sells(who) and 0 < effort["score"] < MOST:
                found[who] = found.get(who, Fraction(0)) + Fraction(str(effort["score"]))
    return found


def points(m: Matter) -> dict[str, Fraction]:
    """G-28, where nobody scored: reception 3, field visit 3, sample 2, quotation 2, connected call 1 (one a day), by the deal."""
    worth = {"field_visit": 3, "sample": 2, "quote": 2, "call": 1}
    found: dict[str, Fraction] = {}
    called: set[tuple[str, object]] = set()
    for d in activities(m):
        kind = (
            d.event.get("mode")
            if d.event.type == "contact"
            else {"reception": "field_visit", "offer": "quote"}.get(d.event.type)
        )
        day = (d.who, local_day(d.at))
        if kind not in worth or (kind == "call" and day in called) or (m.contract and d.at > m.contract.at):
            continue
        called |= {day} if kind == "call" else set()
        found[d.who] = found.get(d.who, Fraction(0)) + worth[kind]
    return found


SOURCES = {
    "scores": ("按记录的贡献分", "as scored"),
    "points": ("按跟进记录折算", "by points"),
    "none": ("没有记录", "none"),
}


@fact("contribution.source", "贡献的依据", "what contribution is measured by", values=SOURCES)
def contribution_source(m: Matter) -> Fact:
    """D04-3.5, G-28: recorded scores, else points for what was done, else nothing on record."""
    scored = scores(m)
    measured = scored or points(m)
    note = "、".join(f"{m.case.name(who)} {measured[who]}" for who in sorted(measured, key=m.rank))
    name = "scores" if scored else "points" if measured else "none"
    return Fact(name, tuple(e.ref for e in m.of("effort")), (note, note))


@shares("by_contribution", "按贡献", "by contribution")
def by_contribution(m: Matter) -> dict[str, Fraction]:
    """D04-3.5: in proportion to the contribution."""
    measured = scores(m) or points(m)
    total = sum(measured.values(), Fraction(0))
    return {who: part / total for who, part in measured.items()}


@shares("proposed_shares", "建议的分成", "the shares to start from")
def proposed_shares(m: Matter) -> Mapping[str, Fraction]:
    """What the manager may start from: as the parties agreed; after a deal by contribution; else all to whom the customer wants."""
    if agreement_settled(m).value:
        return agreed_shares(m)
    return by_contribution(m) if m.contract else dict.fromkeys(proposed_owner(m), Fraction(1))


# ── the rules of collision ──


@finding("confidentiality", "是否泄露客户信息", "whether customer data was disclosed")
def confidentiality(m: Matter) -> Iterator[Finding]:
    """D04-4.1: a proven disclosure is a breach."""
    yield from _judged(m, "privacy_breach", "breach")


def _judged(m: Matter, kind: str, result: str) -> Iterator[Finding]:
    found = {e.ref for e in proven(m, {kind})}
    for event in m.case.of("conduct"):
        if event["kind"] == kind and here(m, event):
            yield Finding(event.ref, result if event.ref in found else "no_breach", (event.ref,))


@finding("fair_competition", "是否恶意抢夺他人客户", "whether another's customer was maliciously taken")
def fair_competition(m: Matter) -> Iterator[Finding]:
    """D04-4.2: proven poaching; and whoever began with another's customer although they knew whose it was (G-18). Who began
    without knowing is without breach."""
    yield from _judged(m, "poaching", "poaching")
    guilty = {who for e in proven(m, {"poaching"}) for who in e.by}
    for who, first, known in _entries(m):
        if known:
            yield Finding(first.ref, "poaching", (known.ref, first.ref))
        elif who not in guilty:
            yield Finding(first.ref, "no_breach", (first.ref,), ("开始时不知情", "did not know when they began"))


def _entries(m: Matter) -> Iterator[tuple[str, Event, Event | None]]:
    """(who, first activity, what shows that they knew by then) for everybody who began with a customer that was another's."""
    began: dict[str, Event] = {}
    for d in activities(m):
        others = {who for who in began if who != d.who} | {keeper(m, d.event["customer"], d.at)} - {"", d.who}
        if d.who not in began and others and d.event.type != "contract":
            yield d.who, d.event, _malice(m, d.who, others, d.at)
        began.setdefault(d.who, d.event)


def _malice(m: Matter, who: str, others: set[str], at: datetime) -> Event | None:
    """What shows that somebody knew before whose customer it was; none where the customer, the other or the management let them
    in."""
    wanted = any(e["kind"] in WISHES and who in e.get("people", ()) and e.at <= at for e in m.of("statement"))
    if wanted or any(leave(m, who, other, at) for other in others):
        return None
    known = [q for q in m.of("query") if who in q.by and q.get("found") in others]
    known += [e for e in m.case.of("collision_known") if who in e.by and here(m, e)]
    known += [n for n in m.notices(to=who) if n.get("kind") in TOLD]
    return min((e for e in known if e.at < at), key=lambda e: e.at, default=None)


@act("report_to_management", "向销售管理人员报告撞单", "report the collision to sales management")
def report_to_management(m: Matter) -> Iterator[Act]:
    """D04-4.4: whoever sells and learns of the collision."""
    yield from reports_upward(m)


# ── sanctions ──


def _breaches(m: Matter) -> list[Event]:
    """Proven misconduct, and first activities that were poaching by somebody without proven poaching of their own."""
    acts = proven(m)
    guilty = {who for e in acts if e["kind"] == "poaching" for who in e.by}
    return acts + [first for who, first, known in _entries(m) if known and who not in guilty]


@sanction("breach_of_rules", "违反撞单规则的处罚", "the penalty for breaking the rules")
def breach_of_rules(m: Matter) -> Iterator[Sanction]:
    """D04-5.2a, G-17, G-31: the text names no kind and no amount; a fine of `fine_yuan`, a repeat within twelve months twice that.
    Whoever is to be dismissed gets no further sanction."""
    gone = {who for e in serious(_breaches(m)) for who in e.by}
    amount = 100 * int(m.params["fine_yuan"])
    found = [one for e in _breaches(m) for one in fine(m, e, amount, 2 * amount, None, None)]
    yield from (one for one in heaviest(found) if one.to not in gone)


@sanction("dismissal_for_breach", "严重者辞退", "dismissal where serious")
def dismissal_for_breach(m: Matter) -> Iterator[Sanction]:
    """D04-5.2b: a breach on record as serious; proposed to a person."""
    yield from dismissed(serious(_breaches(m)))
