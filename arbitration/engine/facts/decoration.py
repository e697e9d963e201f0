"""Facts of D09 (home decoration): the eight situations of the market department."""

from datetime import datetime

from arbitration.engine.case import Event, fen
from arbitration.engine.facts.matter import Matter, involved
from arbitration.engine.facts.people import ORDER, asked_for, timely_reports
from arbitration.engine.facts.time import same_day, within_seconds
from arbitration.engine.facts.words import Fact, fact, once, role

# ── situations one to three: the customer has visited and has a consultant ──


@once
def first_reception(m: Matter) -> tuple[str, datetime, str] | None:
    """(who, when, event) of the first consultant: who received the first visit; else to whom a visited customer is assigned.
    Where two began to receive one customer in the same second, nobody was first."""
    if m.receptions:
        who, event = m.receptions[0]
        beside = (o for o, e in m.receptions if e.at == event.at and e.get("customer") == event.get("customer"))
        return None if any(o != who for o in beside) else (who, event.at, event.ref)
    kept = (m.case.customers[c].get("assigned_to") for c in m.unit)
    owner = next((who for who in kept if m.sells(who)), None)
    return (owner, m.visits[0].at, m.visits[0].ref) if owner and m.visits else None


@role("first_consultant", "第一个家装顾问", "the first consultant")
def first_consultant(m: Matter) -> tuple[str, ...]:
    """Who received the customer's first visit (D09-1a, 2a, 3a)."""
    first = first_reception(m)
    return (first[0],) if first else ()


@once
def rival_acts(m: Matter) -> list[tuple[str, Event]]:
    """What others did about the customer after the first consultant had received them, in order of time."""
    first = first_reception(m)
    if not first:
        return []
    later = (e for e in m.events if e.at > first[1] or (e.at == first[1] and e.ref != first[2] and e.type != "visit"))
    return [(who, e) for e in later for who in dict.fromkeys((*involved(e), *e.by)) if who != first[0] and m.sells(who)]


@fact("visit.established", "客户已有第一个家装顾问", "the customer has a first consultant")
def visit_established(m: Matter) -> Fact:
    """Received, and a rival was active after that. Where all rivals had come in before, and one had reported before that
    visit, it is left to the report system; a newcomer finds a customer who had been visited and had a consultant."""
    first = first_reception(m)
    if not first:
        return Fact(False)
    before = {who for e in m.events if e.at <= first[1] for who in involved(e)}
    active = {who for who, _e in rival_acts(m)}
    reported = {who for who, _at, _ref in timely_reports(m)} - {first[0]}
    return Fact(bool(active - before) or (bool(active) and not reported), (first[2],))


@fact("rival.revisit", "另一顾问联系后客户再次上门", "another consultant was in touch and the customer came again")
def rival_revisit(m: Matter) -> Fact:
    """D09-1a: a contact or invitation by somebody else after the first visit, and a visit after that."""
    touched = [e for _who, e in rival_acts(m) if e.type in ("contact", "invitation")]
    again = [v for v in m.visits if touched and v.at >= touched[0].at]
    return Fact(bool(again), (*(e.ref for e in touched[:1]), *(v.ref for v in again[:1])))


@fact("rival.unaware", "第一个家装顾问不知道", "the first consultant did not know")
def rival_unaware(m: Matter) -> Fact:
    """D09-2a: another was in touch with the customer or met them, and no notice had reached the first consultant when they
    received them (or by now, when they only were in touch)."""
    first = first_reception(m)
    acts = [e for _who, e in rival_acts(m) if e.type in ("contact", "reception")]
    if not first or not acts:
        return Fact(False)
    met = next((e for e in acts if e.type == "reception"), None)
    limit = met.at if met else m.case.ask
    told = [n for n in m.notices(to=first[0]) if n.at <= limit]
    return Fact(not told, tuple(e.ref for e in (*acts[:1], *told[:1])))


@fact(
    "rival.follows",
    "另一顾问也在跟进，或只被客户提到",
    "another consultant follows the customer too, or is only named by them",
)
def rival_follows(m: Matter) -> Fact:
    """D09-3a: overlapping lists (the customer is from a list, or a look-up showed the owner), or a rival who follows without
    having received the customer; whether the customer came again does not matter. All the less does one have a part whom the
    customer only names (what they say after they had asked for somebody is 5c)."""
    rivals = [e for _who, e in rival_acts(m)]
    acts = [e for e in rivals if e.type != "statement"] or ([] if ask_first_then_kin(m).value else rivals)
    overlap = any(m.case.customers[c].get("source") == "list" for c in m.unit) or bool(found_by_rivals(m))
    received = any(e.type == "reception" for e in acts)
    neither = not rival_revisit(m).value and not rival_unaware(m).value  # of the two situations before
    return Fact(bool(acts) and (overlap or not received or neither), tuple(e.ref for e in acts[:1]))


def found_by_rivals(m: Matter) -> list[Event]:
    """Look-ups by which somebody learned that another follows the customer."""
    return [q for q in m.of("query") if q.get("found") and q["found"] not in q.by and m.sells(q.by[0])]


# ── situation four: joint friends, joint referral ──


def party_consultants(m: Matter) -> dict[str, str]:
    """Consultant → old customer, for old customers who came in one party with the customer and are their friends (D09-4a)."""
    found: dict[str, str] = {}
    visit = next((v for v in m.visits if v.get("party")), None)
    if visit is None:
        return found
    for other in m.case.of("visit"):
        friend = other["customer"]
        if other.get("party") == visit["party"] and friend not in m.unit and _related(m, friend):
            consultant = _consultant_of(m, friend, before=visit.at)
            if consultant:
                found.setdefault(consultant, friend)
    return found


def _related(m: Matter, friend: str) -> bool:
    pairs = ({r.get("a"), r.get("b")} for r in m.relations)
    return any(friend in pair and pair & set(m.unit) for pair in pairs)


def _consultant_of(m: Matter, customer: str, *, before: datetime) -> str | None:
    """Whose old customer this is: as assigned, else who received them first, before this visit."""
    kept = m.case.customers[customer].get("assigned_to")
    if m.sells(kept):
        return str(kept)
    received = (e for e in m.case.of("reception") if e.get("customer") == customer and e.at < before)
    return next((e.by[0] for e in received if m.sells(e.by[0])), None)


@fact(
    "party.joint_friends",
    "与两位顾问的老客户同行且是他们的朋友",
    "came with old customers of two consultants, a friend of both",
)
def party_joint_friends(m: Matter) -> Fact:
    """D09-4a; more than two consultants share equally (G-09, G-33)."""
    found = party_consultants(m)
    return Fact(len(found) >= 2, tuple(sorted(found.values())), (f"{len(found)} 位顾问", f"{len(found)} consultants"))


@role("party_consultants", "同行老客户的顾问", "the consultants of the old customers in the party")
def party_consultants_role(m: Matter) -> tuple[str, ...]:
    """In the order of valid claims."""
    return tuple(sorted(party_consultants(m), key=m.rank))


def joint_referrals(m: Matter) -> dict[str, Event]:
    """Consultant → referral, for referrals on the day of the first one by different old customers (D09-4b, G-02)."""
    rows = [(r.get("to") or _consultant_of(m, r["old_customer"], before=r.at), r) for r in m.of("referral")]
    rows = [(to, r) for to, r in rows if m.sells(to)]
    found: dict[str, Event] = {}
    sources: set[str] = set()
    for to, referral in rows:
        if to and same_day(referral.at, rows[0][1].at) and to not in found and referral["old_customer"] not in sources:
            found[to] = referral
            sources.add(referral["old_customer"])
    return found


@fact(
    "referral.joint", "两位老客户同一天介绍给两位顾问", "two old customers referred them to two consultants on one day"
)
def referral_joint(m: Matter) -> Fact:
    """D09-4b: by different old customers, to different consultants, on one local calendar day."""
    found = joint_referrals(m)
    return Fact(len(found) >= 2, tuple(r.ref for r in found.values()))


@role("referral_consultants", "被介绍的顾问", "the consultants referred to")
def referral_consultants(m: Matter) -> tuple[str, ...]:
    """In the order of valid claims."""
    return tuple(sorted(joint_referrals(m), key=m.rank))


# ── situations five and six: the report system ──


def first_contact(m: Matter) -> str | None:
    """Who was in touch first, or reported first, before the first visit."""
    limit = m.visits[0].at if m.visits else m.case.ask
    touched = (e for e in m.events if e.type in ("contact", "report", "invitation") and e.at <= limit)
    return next((who for e in touched for who in e.by if m.sells(who)), None)


@fact("report.contest", "首次上门时由报备定", "reports decide at the first visit")
def report_contest(m: Matter) -> Fact:
    """The customer came, nobody had received them before the others came in, and somebody had reported."""
    if not m.visits or len(m.claimants) < 2 or visit_established(m).value:
        return Fact(False)
    reports = timely_reports(m)
    return Fact(bool(reports), tuple(ref for _w, _a, ref in reports))


@fact("case.six", "两个顾问互不知道", "neither consultant knew of the other")
def case_six(m: Matter) -> Fact:
    """D09-6b: no look-up, no notice and no knowledge of the collision on record before the visit."""
    limit = m.visits[0].at if m.visits else m.case.ask
    known = [q.ref for q in found_by_rivals(m) if q.at <= limit]
    known += [e.ref for e in m.case.of("collision_known") if e.at <= limit and m.sells(next(iter(e.by), None))]
    known += [n.ref for who in m.claimants for n in m.notices(to=who) if n.at <= limit]
    return Fact(not known, tuple(known))


@fact(
    "case.five",
    "客户来找另一人，或是另一人亲友，或事先已知撞单",
    "the customer comes for another, or is their friend or kin, or it was known",
)
def case_five(m: Matter) -> Fact:
    """D09-5a: the customer asks for, or is kin or friend of, somebody other than the first contact. Where it was known
    beforehand the report system decides just the same (6a keeps only the duty to tell)."""
    first, (named, events) = first_contact(m), asked_for(m)
    other = bool(named) and named != first
    kin = [r for r in m.relations if r.get("a") in m.unit and m.sells(r.get("b")) and r.get("b") != first]
    close = [r for r in kin if r.get("kind") != "acquaintance"]
    return Fact(other or bool(close) or not case_six(m).value, events if other else ())


@fact(
    "ask.first_then_kin",
    "先找第一个顾问，后又说是另一人的亲友",
    "asked for the first consultant, then claimed kinship with another",
)
def ask_first_then_kin(m: Matter) -> Fact:
    """D09-5c: the customer first asks for the first contact, and only afterwards says to be a relative or friend of another."""
    if not m.visits or not m.visits[0].get("asked_for"):
        return Fact(False)
    visit, kin = m.visits[0], kin_said_later(m)
    wanted = visit["asked_for"]
    return Fact(first_contact(m) in (None, wanted) and bool(kin), (visit.ref, *kin.values()))


def kin_said_later(m: Matter) -> dict[str, str]:
    """Person → statement or visit, for those whose relative or friend the customer claims to be after asking for another."""
    wanted, since = m.visits[0].get("asked_for"), m.visits[0].at
    said = [e for e in m.of("statement") if e["kind"] == "claims_relation" and e.at >= since]
    return {who: e.ref for e in said for who in e.get("people", ()) if who != wanted and m.sells(who)}


@role("asked_first", "客户先找的顾问", "the consultant asked for first")
def asked_first(m: Matter) -> tuple[str, ...]:
    """Whom the customer asked for at the first visit."""
    named = m.visits[0].get("asked_for") if m.visits else None
    return (named,) if named and m.sells(named) else ()


# ── situation seven: the deposit given back ──


def refunded(m: Matter) -> list[tuple[Event, datetime, list[str]]]:
    """(deposit, when the last of it was given back, events) for deposits refunded in full (G-08)."""
    found = []
    for deposit in m.of("deposit"):
        backs = [r for r in m.case.of("refund") if r["deposit"] == deposit.ref]
        total = sum(_fen(r) for r in backs)
        whole = total >= _fen(deposit) if m.params["refund_full"] else total > 0
        if backs and whole and deposit.by:
            found.append((deposit, backs[-1].at, [deposit.ref, *(r.ref for r in backs)]))
    return found


def _fen(event: Event) -> int:
    return fen(event.get("amount", "0.00"))


def reinvited(m: Matter) -> tuple[str, Event, Event, list[str]] | None:
    """(who, refunded deposit, visit, events): another consultant invited again after the refund, and the customer came."""
    for deposit, back, events in reversed(refunded(m)):
        for visit in (v for v in m.visits if v.at > back):
            for who, event in _invitations(m, back, visit):
                if who not in deposit.by:
                    return who, deposit, visit, [*events, event, visit.ref]
    return None


def _invitations(m: Matter, after: datetime, visit: Event) -> list[tuple[str, str]]:
    """(who, event): invitations after the refund and up to the visit, and whom the customer names on arrival, unless that
    person's invitations on record all came before the refund."""
    sent = [e for e in m.of("invitation") if e.at <= visit.at and e.get("succeeded", True)]
    invited = [(e.get("for") or e.by[0], e.ref) for e in sent if e.at > after]
    named = visit.get("invited_by")
    stale = any(named in (e.get("for"), *e.by) for e in sent) and named not in dict(invited)
    said = [(named, visit.ref)] if named and not stale else []
    return [(who, ref) for who, ref in (*said, *invited) if m.sells(who)]


@fact("refund.reinvited", "定金全退后由另一人再次邀约上门", "invited again by another after a full refund")
def refund_reinvited(m: Matter) -> Fact:
    """D09-7: the deposit was refunded in full, another consultant invited after that, and the customer came."""
    found = reinvited(m)
    return Fact(bool(found), tuple(found[3]) if found else ())


@role("reinviter", "再次邀约的顾问", "who invited again")
def reinviter(m: Matter) -> tuple[str, ...]:
    """Who invited again (D09-7b)."""
    found = reinvited(m)
    return (found[0],) if found else ()


# ── situation eight: one household, two consultants ──


@once
def household_claims(m: Matter) -> list[tuple[str, Event]]:
    """(who, first visit relied upon) for consultants of different members who had reported before that visit (D09-8a)."""
    if len(m.unit) < 2:
        return []
    claims = []
    for who in m.claimants:
        visit = _relied_visit(m, who)
        if visit and any(r.by[0] == who and r.at <= visit.at for r in m.reports):
            claims.append((who, visit))
    return sorted(claims, key=lambda c: (c[1].at, m.rank(c[0])))


def _relied_visit(m: Matter, who: str) -> Event | None:
    """The first visit of the household that somebody received or invited; else of the member whom they reported."""
    received = {e["visit"] for by, e in m.receptions if by == who and e.get("visit")}
    mine = [v for v in m.visits if v.ref in received or v.get("invited_by") == who]
    members = _members(m, who)
    return next(iter(mine or [v for v in m.visits if v["customer"] in members]), None)


def _members(m: Matter, who: str) -> set[str]:
    touched = ("report", "contact", "invitation", "reception")
    return {e["customer"] for e in m.of(*touched) if who in e.by}


@fact("household.rivals", "两人分别联系一户的两个成员", "two consultants contacted two members of one household")
def household_rivals(m: Matter) -> Fact:
    """D09-8: at least two consultants, whose members are not all the same one, and the household came."""
    members = {who: _members(m, who) for who in m.claimants}
    several = len({c for found in members.values() for c in found}) > 1
    apart = [who for who in members if members[who]]
    differ = any(members[a] != members[b] for a in apart for b in apart)
    return Fact(several and differ and bool(m.visits), tuple(v.ref for v in m.visits[:1]))


@fact(
    "household.order",
    "谁先带家人上门",
    "whose visit was first",
    values=ORDER,
)
def household_order(m: Matter) -> Fact:
    """Whether one consultant's visit was first, or the first visits fell together: one party, or within 15 minutes (G-02)."""
    claims = household_claims(m)
    events = tuple(v.ref for _w, v in claims)
    if not claims:
        return Fact("none")
    return Fact("together" if len(_together(m)) > 1 else "first", events)


def _together(m: Matter) -> list[str]:
    claims = household_claims(m)
    lead, seconds = claims[0][1], 60 * int(m.params["simul_visit_min"])
    same = (
        (who, v) for who, v in claims
        if within_seconds(v.at, lead.at, seconds) or (lead.get("party") and v.get("party") == lead["party"])
    )  # fmt: skip
    return [who for who, _v in same]


@role("household_first", "最先上门的顾问", "the consultant of the first visit")
def household_first(m: Matter) -> tuple[str, ...]:
    """The consultant of the first visit (D09-8a)."""
    return tuple(who for who, _v in household_claims(m)[:1])


@role("household_together", "同时上门的顾问", "the consultants of the visits that fell together")
def household_together(m: Matter) -> tuple[str, ...]:
    """D09-8b, in the order of valid claims."""
    return tuple(sorted(_together(m), key=m.rank)) if household_claims(m) else ()
