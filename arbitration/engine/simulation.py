"""What two policies come to on the same cases (试算): who would follow, who would be paid how much, what nobody could decide.

The facts of each case are found anew from what its ruling pinned, so that a parameter which the facts read counts too; texts and
what-ifs are left out, which is why a quarter takes seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from arbitration.engine.case import Case, fen
from arbitration.engine.decide import rule_on
from arbitration.engine.money import apportion
from arbitration.engine.pack import Pack
from arbitration.engine.ruling import Ruling

OPEN, CLOSER, COMPANY = "open", "closer", "company"
SETTLED = ("decided", "no_collision", "dismissed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy comes to on a case. `money`: the commission in fen by whom it would go to, where one is known."""

    status: str
    owner: str | None
    shares: Mapping[str, int]
    fired: tuple[str, ...]
    money: Mapping[str, int]

    @property
    def settled(self) -> bool:
        """Whether the policy answers, so that nobody has to look for facts, wait or decide by themselves."""
        return self.status in SETTLED

    def same(self, other: "Outcome") -> bool:
        """Whether both come to the same for the people of the case, whichever rule said it."""
        mine, theirs = ((one.status, one.owner, dict(one.shares)) for one in (self, other))
        return mine == theirs


def came_to(case: Case, pack: Pack, params: Mapping[str, Any]) -> Outcome:
    """A policy on a case with these parameters, instead of what the case was decided with. Raises CaseError for one that is none."""
    ruling = rule_on(replace(case, params={name: value for name, value in params.items() if name in pack.params}), pack)
    return Outcome(ruling.status, ruling.owner, ruling.shares, ruling.fired, _money(ruling))


def _money(ruling: Ruling) -> dict[str, int]:
    """Where the commission goes: by the shares; else to whoever owns; to whoever signed; to nobody yet while it is undecided."""
    contract = ruling.matter.contract
    if contract is None or "commission" not in contract:
        return {}
    whole = fen(contract["commission"])
    if ruling.answer.shares:
        return dict(apportion(ruling.answer.shares, whole))
    if ruling.status not in SETTLED:
        return {OPEN: whole}
    return {_sole(ruling.owner): whole}


def _sole(owner: str | None) -> str:
    return owner if owner and owner not in ("pool", "reassign") else CLOSER


def moved(before: Outcome, after: Outcome) -> dict[str, int]:
    """Who would get how much more or less, in fen; together nothing, since the commission is the same."""
    sums = {who: after.money.get(who, 0) - before.money.get(who, 0) for who in {**before.money, **after.money}}
    return {who: part for who, part in sums.items() if part}
