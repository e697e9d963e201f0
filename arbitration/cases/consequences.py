"""What follows from passing a case up, said before it is done: out of the clauses of the policy that governs it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from arbitration.appeals import general_managers
from arbitration.casefile import CaseFile
from arbitration.cases import reads
from arbitration.cases.proposals import Proposal, propose
from arbitration.engine import Pack, decide, decode_case
from arbitration.models import Collision
from arbitration.services import recused
from people.workplace import Workplace


@dataclass(frozen=True, slots=True)
class PassedUp:
    """Who rules next; and where the policy says that passing up costs something (D01-P.c2 to c5), its clauses and what they come to."""

    next: list[str]
    rules: list[dict[str, Any]] = field(default_factory=list)
    owner: str = ""
    shares: list[dict[str, Any]] = field(default_factory=list)
    sanctions: list[tuple[str, str, str]] = field(default_factory=list)


def of_passing_up(case: Collision, here: Workplace, at: datetime) -> PassedUp:
    """Nothing but who rules next where only the one who rules has to stand back: that is no fault of the parties (decision 0015)."""
    following = [user.name for user in general_managers(case, at)]
    now = propose(case, at)
    if now.file is None or now.pack is None or recused(here, case):
        return PassedUp(following)
    then = reads.readable(_escalated(now, now.file, now.pack))
    before = set((now.ruling or {}).get("fired", ()))
    fresh = [rule for rule in (*then["rules"], *then["further"]) if rule["id"] not in before]
    if not fresh:
        return PassedUp(following)
    return PassedUp(following, fresh, then["owner"] or "", then["shares"], then["sanctions"])


def _escalated(proposal: Proposal, file: CaseFile, pack: Pack) -> Proposal:
    """The proposal as it would be if the case had just been reported to the general manager."""
    up = {"id": "up", "type": "escalation", "at": file.case["ask"], "by": file.case["people"][0]["id"]}
    case = decode_case(file.case | {"events": [*file.case["events"], up]})
    return replace(proposal, ruling=decide(case, pack, overlays=proposal.overlays).as_dict())
