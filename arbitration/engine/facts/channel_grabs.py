"""D11 and D21, measure six: malicious grabbing of a deal, who has to prove it, whose the deal is then, and what it costs."""

from collections.abc import Iterator

from arbitration.engine.case import Event
from arbitration.engine.facts.agency import protected
from arbitration.engine.facts.channel_belongs import decisive, house_protections
from arbitration.engine.facts.channel_project import closing
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import accepted, heaviest, knew, times_before
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Fact, Finding, Sanction, fact, finding, role, sanction

GRABS = frozenset({"poaching", "rebate"})
KNOWING = frozenset({"unauthorised_contact", "interference", "private_number"})  # malicious where the doer knew (G-18)


def here(m: Matter, event: Event) -> bool:
    """Whether something is about the customer; what names none is."""
    return event.get("customer") in (None, *m.role("family"))


def examined(m: Matter) -> list[Event]:
    """Acts that may be a grab, in order of time."""
    return [e for e in m.case.of("conduct") if here(m, e) and e["kind"] in GRABS | KNOWING]


def is_grab(m: Matter, act: Event) -> bool:
    """M6a: proven, and malicious: a rebate or poaching, or something else against an owner whom the doer knew of."""
    proven = act.get("proven", True) and accepted(m, act)
    return proven and (act["kind"] in GRABS or any(knew(m, who, act) for who in act.by))


def accusations(m: Matter) -> list[Event]:
    """Accusations about the customer, in order of time."""
    return [e for e in m.case.of("accusation") if here(m, e)]


def burden(m: Matter, accusation: Event) -> str:
    """M6b: `valid` once evidence that the accuser filed within `evidence_days` days was accepted; `pending` while there is time, or
    it is not judged yet; else `rejected`."""
    limit = after_days(accusation.at, int(m.params["evidence_days"]))
    about = {accusation.ref} | {e.ref for e in examined(m) if accusation["against"] in e.by}
    filed = [
        e for e in m.case.of("evidence") if e.get("about") in about and set(e.by) & set(accusation.by) and e.at < limit
    ]
    if any(e.get("accepted") for e in filed):
        return "valid"
    return "pending" if m.case.ask < limit or any("accepted" not in e for e in filed) else "rejected"


def grabbers(m: Matter) -> dict[str, list[Event]]:
    """Whose grab is established → by which acts, or the accusation that was proven where no act is on record."""
    found: dict[str, list[Event]] = {}
    for act in (e for e in examined(m) if is_grab(m, e)):
        for who in act.by:
            found.setdefault(who, []).append(act)
    for accusation in (a for a in accusations(m) if burden(m, a) == "valid"):
        found.setdefault(accusation["against"], [accusation])
    return found


@finding("grab", "是否恶意抢单", "whether it is malicious grabbing")
def grab(m: Matter) -> Iterator[Finding]:
    """D11-M6a: every act that may be one; and a proven accusation of which no act is on record."""
    for act in examined(m):
        yield Finding(act.ref, "poaching" if is_grab(m, act) else "no_breach", (act.ref,))
    for acts in grabbers(m).values():
        for act in acts:
            if act.type == "accusation":
                yield Finding(act.ref, "poaching", (act.ref,))


@finding("accusation_proven", "举报人是否举证", "whether the accuser proved it")
def accusation_proven(m: Matter) -> Iterator[Finding]:
    """Whether the accuser proved it (D11-M6b)."""
    for accusation in accusations(m):
        about = tuple(e.ref for e in m.case.of("evidence") if e.get("about") == accusation.ref)
        yield Finding(accusation.ref, burden(m, accusation), (accusation.ref, *about))


def proven_against(m: Matter) -> list[tuple[str, str, Event]]:
    """(accuser, accused, accusation) where it is proven and both claim the customer."""
    claim = m.role("project_claimants")
    pairs = ((a.by[0], a["against"], a) for a in accusations(m) if burden(m, a) == "valid")
    return [(by, against, a) for by, against, a in pairs if by in claim and against in claim and by != against]


def awarded(m: Matter) -> list[tuple[str, str, Event]]:
    """Those proven against whoever closed, by others, or against a consultant of the house to whom the protection would give the
    deal; before a deal, against any claimant."""
    closers = closing(m)
    if not closers:
        return [row for row in proven_against(m) if row[1] in m.role("project_claimants")]
    shielded = {one.who for one in house_protections(m) if protected(m, one, decisive(m))}
    return [
        row
        for row in proven_against(m)
        if row[1] in (closers if row[0] not in closers else shielded.difference(closers))
    ]


@fact("grab.proven", "举报人证实了抢单", "the accuser has proven the grab")
def grab_proven(m: Matter) -> Fact:
    """D11-M6c: a claimant reported whoever got the deal, with evidence that was accepted."""
    rows = awarded(m)
    return Fact(bool(rows), tuple(a.ref for _by, _against, a in rows))


@role("grab_award", "举报人（双方互抢的归公司）", "the accuser, or the company where each grabbed from the other")
def grab_award(m: Matter) -> tuple[str, ...]:
    """D11-M6c; X-33: both at fault, the company's."""
    guilty = {(by, against) for by, against, _a in proven_against(m)}
    rows = awarded(m)
    if any((against, by) in guilty for by, against, _a in rows):
        return ("company",)
    return tuple(sorted({by for by, _against, _a in rows}, key=m.rank))[:1]


@sanction("grab_fine", "抢单的罚款", "a fine for grabbing")
def grab_fine(m: Matter) -> Iterator[Sanction]:
    """D11-M6d, G-17: the first time `fine_yuan`, within twelve months of another act twice that; one for each person."""
    first = 100 * int(m.params["fine_yuan"])
    found = [
        Sanction(who, "fine", first * 2 if times_before(m, act, who) else first, events=(act.ref,))
        for who, acts in grabbers(m).items()
        for act in acts
    ]
    yield from heaviest(found)
