"""D21: what the measures do not settle, the parties negotiate; what they agreed on; a dispute with Party A (7a, a note only)."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from arbitration.engine.case import Event
from arbitration.engine.facts.agency import WHOLE, agency_of, broker, of_party_a, settlement
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_working_days
from arbitration.engine.facts.words import Act, Fact, act, fact, moment, role, shares


def agreed(m: Matter) -> Event | None:
    """What every claimant, or somebody of their agency, confirmed (G-48)."""
    return settlement(m, [_speakers(m, who) for who in m.role("project_claimants")])


def _speakers(m: Matter, who: str) -> set[str]:
    agency = agency_of(m, who)
    return {who} | {other for other in m.case.people if agency and agency_of(m, other) == agency}


@fact("project.settled", "各方已书面协商一致", "the parties have settled in writing")
def project_settled(m: Matter) -> Fact:
    """G-48, D21-O: confirmed by somebody of each party; whatever the shares are, they are the whole."""
    talk = agreed(m)
    return Fact(bool(talk), (talk.ref,) if talk else ())


@role("project_agreed", "各方商定的归属人", "who was agreed on")
def project_agreed(m: Matter) -> tuple[str, ...]:
    """The owner that the settlement names, else whoever has all of the shares."""
    talk, parts = agreed(m), project_agreed_shares(m)
    named = (talk.get("owner") if talk else None) or (next(iter(parts)) if len(parts) == 1 else None)
    return (named,) if named else ()


@shares("project_agreed_shares", "按各方商定", "as settled")
def project_agreed_shares(m: Matter) -> dict[str, Fraction]:
    """The basis points that the settlement names; none named, all to the owner that it names."""
    talk = agreed(m)
    if talk is None:
        return {}
    given = {who: Fraction(bp, WHOLE) for who, bp in (talk.get("shares") or {}).items() if bp}
    return given or ({talk["owner"]: Fraction(1)} if talk["owner"] in {*m.case.people, *m.case.orgs} else {})


def discovery(m: Matter) -> datetime:
    """The earliest knowledge of the collision on record; without one, now."""
    known = [e.at for e in m.case.of("collision_known") if e.get("customer") in (None, *m.role("family"))]
    return min(known, default=m.case.ask)


@moment("project_talks_end", "协商期满时", "when the time for talks is over")
def project_talks_end(m: Matter) -> datetime | None:
    """G-48: `nego_days` working days from the discovery of the collision."""
    return after_working_days(discovery(m), int(m.params["nego_days"]), m.params["holidays"])


@fact("project.talks_over", "协商不成或期限已过", "the talks failed, or their time is over")
def project_talks_over(m: Matter) -> Fact:
    """D21-O, G-48."""
    talks = [t for t in m.case.of("negotiation") if t.get("outcome") != "settled"]
    end = project_talks_end(m)
    failed = [t.ref for t in talks[-1:] if t.get("outcome") == "failed"]
    return Fact(bool(failed) or (end is not None and m.case.ask >= end), tuple(failed))


def left_open(m: Matter) -> bool:
    """Whether the measures leave the matter open now that it is known what they came to; before a deal only friends without a
    slip do (M3b)."""
    due = m.contract is not None or m.fact("relatives.first").value == "others"
    return due and m.outcome.owner is None and m.outcome.status in ("on_hold", "escalated")


@act("negotiate_deal", "当事人双方沟通协商", "negotiate with the other parties")
def negotiate_deal(m: Matter) -> Iterator[Act]:
    """D21-O: every claimant, where the measures settle nothing, or the settlement decided."""
    talk = agreed(m)
    decided = talk is not None and (m.outcome.owner, dict(m.outcome.shares)) == _as_agreed(m)
    if not decided and not (left_open(m) and m.fact("project.contested").value):
        return
    failed = [t for t in m.case.of("negotiation") if t.get("outcome") == "failed"]
    done = talk or (failed[-1] if failed else None)
    about = m.contract.ref if m.contract else "case"
    for who in m.role("project_claimants"):
        yield Act(who, "negotiate", about, discovery(m), done.at if done else None, (done.ref,) if done else ())


def _as_agreed(m: Matter) -> tuple[str | None, dict[str, Fraction]]:
    return next(iter(project_agreed(m)), None), dict(project_agreed_shares(m))


@fact("dispute.with_party_a", "分销团队与甲方有纠纷", "the distribution team is in dispute with Party A")
def dispute_with_party_a(m: Matter) -> Fact:
    """D21-7a: somebody of the distribution side objects while another claimant belongs to Party A. A note for the talks of that
    side (`stance`); it never touches the result (X-21)."""
    theirs = [who for who in m.role("project_claimants") if of_party_a(m, who)]
    objected = [e.ref for e in m.case.of("objection") if any(agency_of(m, who) or broker(m, who) for who in e.by)]
    stance = str(m.params["stance"])
    return Fact(bool(theirs and objected), tuple(objected), (f"倾斜：{stance}", f"stance of its own side: {stance}"))
