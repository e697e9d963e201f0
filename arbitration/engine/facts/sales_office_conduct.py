"""Facts of D17 (sales office) about conduct: what is grabbing and its ladder of sanctions, scenes before the customer, and who
did not step back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from arbitration.engine.case import LOCAL, Event
from arbitration.engine.facts.dealings import let_in
from arbitration.engine.facts.handling import ABOVE
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import here, proven, repeated
from arbitration.engine.facts.rotation import next_after
from arbitration.engine.facts.sales_office import before_deal, deal, parties, received
from arbitration.engine.facts.sales_office_choice import (
    brought,
    endorsed,
    foremost,
    in_order,
    office_came_before,
    recognised,
)
from arbitration.engine.facts.time import after_days, local_day, midnight
from arbitration.engine.facts.words import Fact, Finding, Sanction, Turn, fact, finding, once, role, sanction, turns

GRABBING = frozenset({"poaching", "private_number"})
SCENES = frozenset({"poaching", "quarrel"})
FEN = 100

# ── what is grabbing (1.1, 1.2) ──


def stand_ins(m: Matter) -> dict[str, Event]:
    """Stand-in → their first reception of the customer for somebody else."""
    rows = (e for e in m.of("reception") if e.get("for") and e["for"] not in e.by and e.get("mode") == "stand_in")
    found: dict[str, Event] = {}
    for event in rows:
        found.setdefault(next(iter(event.by), ""), event)
    return found


def private_acts(m: Matter) -> Iterator[tuple[str, Event | None, Event | None]]:
    """(stand-in, leaving the own number, private contact), either None: D17-1.1 needs both. Contact by order of the principal or
    the manager is not private (G-39)."""
    for who, reception in stand_ins(m).items():
        left = next((e for e in proven(m, {"private_number"}) if who in e.by and e.at >= reception.at), None)
        talks = (e for e in m.of("contact") if who in e.by and e.at >= reception.at and e.ref != reception.ref)
        talked = next((e for e in talks if e.get("connected", True) and not _ordered(m, who, reception, e)), None)
        yield who, left, talked


def _ordered(m: Matter, who: str, reception: Event, contact: Event) -> bool:
    principals = {reception["for"], *(p.id for p in m.case.people.values() if p.get("role") in ABOVE)}
    return let_in(m, who, principals, contact.at) is not None


@finding("private_grab", "代接后私留电话并私下联系", "a stand-in left the own number and got in touch privately")
def private_grab(m: Matter) -> Iterator[Finding]:
    """D17-1.1: both acts together are grabbing; one of them alone is not."""
    for _who, left, talked in private_acts(m):
        acts = sorted((e for e in (left, talked) if e), key=lambda e: (e.at, e.ref))
        if acts:
            yield Finding(acts[-1].ref, "poaching" if len(acts) == 2 else "no_breach", tuple(e.ref for e in acts))


@finding("other_grab", "其它抢单情况", "other cases of grabbing")
def other_grab(m: Matter) -> Iterator[Finding]:
    """D17-1.2: an act on record as grabbing; proven or not."""
    held = {e.ref for e in proven(m, {"poaching"})}
    for act in m.case.of("conduct"):
        if act["kind"] == "poaching" and here(m, act):
            yield Finding(act.ref, "poaching" if act.ref in held else "no_breach", (act.ref,))


# ── scenes before the customer (1.h4, 2.6a) ──


@once
def grabbers(m: Matter) -> dict[str, list[Event]]:
    """Who grabbed before the customer, with the acts; nobody, where only one did."""
    found: dict[str, list[Event]] = {}
    for act in proven(m, {"poaching"}):
        for who in act.by:
            if act.get("before_customer") and m.sells(who):
                found.setdefault(who, []).append(act)
    return found if len(found) > 1 else {}


@fact("office.confiscated", "两人在客户面前抢单且已成单", "two grabbed before the customer, and there is a deal")
def confiscated(m: Matter) -> Fact:
    """D17-1.h4: the deal (deposit or contract) is there; without one 2.6 applies (X-11)."""
    acts, closed = [e for acts in grabbers(m).values() for e in acts], deal(m)
    return Fact(bool(acts) and closed is not None, tuple(e.ref for e in (*acts, *([closed] if closed else []))))


@role("office_grabbers", "在客户面前抢单的销售员", "those who grabbed before the customer")
def office_grabbers(m: Matter) -> tuple[str, ...]:
    """D17-1.h4: their teams' fund takes the commission (X-29)."""
    return tuple(sorted(grabbers(m), key=m.rank))


@once
def scene(m: Matter) -> dict[str, Event]:
    """Salesperson → act: two quarrelled before the customer and before the deal, or grabbed there and there is no deal (2.6a)."""
    if confiscated(m).value:
        return {}
    closed, found = deal(m), {who: acts[0] for who, acts in grabbers(m).items()}
    for act in proven(m, {"quarrel"}):
        if act.get("before_customer") and (closed is None or act.at < closed.at):
            for who in (*act.by, act.get("against")):
                if m.sells(who):
                    found[who] = act if who in act.by else found.get(who, act)
    return found if len(found) > 1 else {}


@fact("office.scene", "两人在客户面前争执", "two quarrelled before the customer")
def office_scene(m: Matter) -> Fact:
    """D17-2.6a: before the customer and before the deal. Silence on the customer's presence: not before the customer."""
    return Fact(bool(scene(m)), tuple(dict.fromkeys(e.ref for e in scene(m).values())))


# ── who had to step back and did not (2.6c) ──


def decisions(m: Matter, since: datetime | None = None) -> list[Event]:
    """Notices of a result about this customer, from a moment on."""
    told = (n for n in m.case.of("notice") if n.get("kind") == "result" and n.get("customer") in (None, *m.unit))
    return [n for n in told if since is None or n.at >= since]


def _losers(m: Matter, at: datetime) -> set[str]:
    """Who had to step back by section two as matters stood at a moment: all others who received, and the friend or relative."""
    case = replace(m.case, ask=at, events=tuple(e for e in m.case.events if e.at <= at))
    then = Matter(case, m.params)
    then.unit = m.unit
    held = [c.who for c in parties(then)]
    to = {who for who, _at, _refs in brought(then)} if office_came_before(then).value else set()
    kin = set(recognised(then))
    goes_on = held[:1] if kin or to else _preferred(then)
    return ({*held, *kin, *to} - set(goes_on)) if before_deal(then).value else set()


def _preferred(m: Matter) -> list[str]:
    named, _events = endorsed(m)
    return named if len(named) == 1 and in_order(m).value else foremost(m)[:1]


@once
def staying(m: Matter) -> dict[str, tuple[Event, datetime]]:
    """Salesperson → (decision, last instant): who had to withdraw within `sla_prompt_h` hours of the decision and did not, or came
    back to the customer afterwards."""
    hours, found = timedelta(hours=int(m.params["sla_prompt_h"])), {}
    for told in decisions(m):
        who, due = told["to"], told.at + hours
        if who in found or who not in _losers(m, told.at):
            continue
        left = next((e.at for e in m.of("withdrawal") if who in e.by and e.at <= due), None)
        again = [
            e for e in m.of("reception", "contact", "invitation") if who in e.by and left and e.at > max(left, told.at)
        ]
        if (left is None and m.case.ask > due) or any(not _let(m, who, e) for e in again):
            found[who] = (told, due)
    return found


def _let(m: Matter, who: str, act: Event) -> bool:
    """Whether another salesperson or a manager had let somebody deal with the customer, or they only stood in."""
    others = set(m.case.people) - {who}
    return act.get("for") not in (None, who) or let_in(m, who, others, act.at) is not None


@fact("office.stayed", "该退出的没有按规定退出", "who had to step back did not")
def office_stayed(m: Matter) -> Fact:
    """D17-2.6c: after a decision (2.1 to 2.5), no withdrawal within 24 hours, or dealing with the customer after it."""
    rows = staying(m).items()
    limits = [f"{due.astimezone(LOCAL):%m-%d %H:%M}" for _who, (_told, due) in rows]
    note = (f"须在 {limits[0]} 前退出", f"had to withdraw by {limits[0]}") if limits else ("", "")
    return Fact(bool(rows), tuple(told.ref for _who, (told, _due) in rows), note)


@role("office_next", "轮接的下一位销售员", "the next in rotation")
def office_next(m: Matter) -> tuple[str, ...]:
    """D17-2.6: next in rotation after everybody who is a party; where nobody is left, the customer waits to be reassigned."""
    people = {*(who for who, _at, _e in received(m)), *scene(m), *staying(m), *recognised(m)}
    since = max((e.at for e in scene(m).values()), default=m.case.ask)
    told = decisions(m, since)
    return (next_after(m, people, told[0].at if told else m.case.ask) or "reassign",)


# ── the ladder of sanctions (1.h1 to 1.h3, 2.6b) ──


def grabs(m: Matter) -> dict[str, list[Event]]:
    """Salesperson → proven acts of grabbing, apart from those of two before the customer (1.h4, 2.6)."""
    before = {e.ref for acts in grabbers(m).values() for e in acts}
    acts = [e for e in proven(m, {"poaching"}) if e.ref not in before]
    acts += [left for _who, left, talked in private_acts(m) if left and talked]
    found: dict[str, list[Event]] = {}
    for act in sorted(acts, key=lambda e: (e.at, e.ref)):
        for who in act.by:
            found.setdefault(who, []).append(act)
    return found


def stopped(m: Matter, who: str, acts: list[Event]) -> bool:
    """D17-1.h1: stopped in time (on record, or warned) or withdrew, and did not go on or grab again. A warning does not count where
    it is on record that the act was not stopped."""
    act, told = acts[0], acts[0].get("stopped")
    left = [e.at for e in m.of("withdrawal") if who in e.by and e.at >= act.at]
    warned = [n.at for n in m.notices(to=who) if n.get("kind") == "warning" and n.at >= act.at]
    ends = [*left, *(warned if told is not False else []), *([act.at] if told else [])]
    return len(acts) == 1 and any(not _went_on(m, who, end) for end in ends)


def _went_on(m: Matter, who: str, since: datetime) -> bool:
    later = [e for e in m.of("contact", "reception", "invitation") if who in e.by and e.at > since]
    return any(not _let(m, who, e) for e in later)


def _lost(acts: list[Event]) -> bool:
    return any(e.get("customer_lost") for e in acts)


def _grave(m: Matter, who: str, acts: list[Event]) -> bool:
    """Serious loss to the company or others: on record, else losses from `serious_loss_yuan` on (G-18)."""
    losses = sum(Fraction(e.get("amount", "0")) for e in m.case.of("loss") if who in e.by)
    return any(e.get("serious_loss") for e in acts) or losses >= int(m.params["serious_loss_yuan"])


def _fine(m: Matter, who: str, act: Event) -> Sanction:
    """The least that the text allows, for a repeat within twelve months twice that (G-17)."""
    least = FEN * int(m.params["fine_yuan"])
    amount = least * 2 if repeated(m, act, GRABBING | SCENES) else least
    return Sanction(who, "fine", amount, FEN * 50, None, (act.ref,))


@sanction("grab_warnings", "书面警告", "written warnings")
def grab_warnings(m: Matter) -> Iterator[Sanction]:
    """D17-1.h1: grabbing that was stopped in time or given up, and no customer lost."""
    for who, acts in grabs(m).items():
        if stopped(m, who, acts) and not _lost(acts):
            yield Sanction(who, "written_warning", events=tuple(e.ref for e in acts))


@sanction("grab_fines", "罚款", "fines")
def grab_fines(m: Matter) -> Iterator[Sanction]:
    """D17-1.h2: grabbing that went on, without serious loss. The heavier step takes its place where a customer was lost (G-31)."""
    for who, acts in grabs(m).items():
        if not stopped(m, who, acts) and not _lost(acts) and not _grave(m, who, acts):
            yield _fine(m, who, acts[0])


def at_fault(m: Matter) -> dict[str, tuple[str, Event]]:
    """Salesperson → (severity, event): both of a scene (2.6a), and whoever did not step back (2.6c); silence: normal."""
    found = {who: (_severity(act), act) for who, act in scene(m).items()}
    for who, (told, _due) in staying(m).items():
        acts = [e for e in proven(m, {"non_cooperation"}) if who in e.by and e.at >= told.at]
        found.setdefault(who, (_severity(acts[-1]) if acts else "normal", told))
    return found


def _severity(act: Event) -> str:
    return "serious" if act.get("customer_lost") else str(act.get("severity", "normal"))


@sanction("scene_sanctions", "视情节按抢单制度处罚", "by severity under the rules on grabbing")
def scene_sanctions(m: Matter) -> Iterator[Sanction]:
    """D17-2.6b: minor a written warning, normal a fine, serious a suspension from reception."""
    for who, (severity, act) in at_fault(m).items():
        if severity == "normal":
            yield _fine(m, who, act)
        else:
            kind = {"minor": "written_warning", "serious": "suspension"}[severity]
            yield Sanction(who, kind, events=(act.ref,))


@turns("grab_suspensions", "停接客户", "suspensions from reception")
def grab_suspensions(m: Matter) -> Iterator[Turn]:
    """D17-1.h3: another's customer was lost, or 2.6b counts it as serious: `suspend_days` days from the day after the decision."""
    heavy: Mapping[str, Event] = {who: acts[-1] for who, acts in grabs(m).items() if _lost(acts)}
    heavy = {who: act for who, (severity, act) in at_fault(m).items() if severity == "serious"} | dict(heavy)
    for who, act in heavy.items():
        told = decisions(m, act.at)
        day = midnight(local_day(told[0].at if told else m.case.ask) + timedelta(days=1))
        days = int(m.params["suspend_days"])
        yield Turn(who, "suspend", days, day, after_days(day, days - 1), (act.ref,))
