"""What the engine answers: the ruling, and what became of every rule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from arbitration.engine.case import Case, fen, shown, yuan
from arbitration.engine.facts.matter import Matter
from arbitration.engine.loading import canonical
from arbitration.engine.money import apportion, basis_points
from arbitration.engine.pack import Leaf, Pack, Rule

ENGINE = {"semantics": 1, "vocabulary": 2}
Why = tuple[Leaf, Any]  # a condition that failed or is open, with what was found


@dataclass(frozen=True)
class State:
    """What became of one rule, and the conditions that did it.

    `fired`; `not_met` (conditions failed, or there was nothing for it to say); `undetermined` (open conditions);
    `defeated_by` an exception; `outranked` while something could still overturn it; `stage_ended` before its turn came.
    """

    rule: Rule
    state: str
    because: tuple[Why, ...] = ()
    by: str = ""

    def as_dict(self, params: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {"rule": self.rule.id, "stage": self.rule.stage, "state": self.state}
        if self.because:
            row["because"] = [
                {"fact": leaf.fact, "op": leaf.op, "need": leaf.against(params), "got": got} for leaf, got in self.because
            ]  # fmt: skip
        return row | ({"by": self.by} if self.by else {})


@dataclass(frozen=True)
class Answer:
    """Who owns and who shares, as exact fractions in the order of valid claims."""

    owner: str | None = None
    shares: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def basis_points(self) -> dict[str, int]:
        """Basis points that sum to 10,000, or none."""
        return basis_points(self.shares)


@dataclass(frozen=True)
class Ruling:
    """What the engine answers. `as_dict` has exactly the keys of the format."""

    case: Case = field(repr=False)
    pack: Pack = field(repr=False)
    matter: Matter = field(repr=False)
    status: str = "decided"
    answer: Answer = field(default_factory=Answer)
    until: datetime | None = None
    to: str | None = None
    reason: str = ""
    proposed: Answer | None = None  # what a person to whom the matter is left may start from (G-09)
    missing: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    duties: tuple[Mapping[str, Any], ...] = ()
    sanctions: tuple[Mapping[str, Any], ...] = ()
    turns: tuple[Mapping[str, Any], ...] = ()
    states: tuple[State, ...] = ()
    overlays: tuple[Pack, ...] = ()
    counterfactuals: tuple[Mapping[str, Any], ...] = ()
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str | None:
        """Who follows the customer from now on."""
        return self.answer.owner

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the rules that took effect, in the order of the stages."""
        return tuple(dict.fromkeys(s.rule.id for s in self.states if s.state == "fired"))

    @property
    def shares(self) -> dict[str, int]:
        """Basis points that sum to 10,000, or none."""
        return self.answer.basis_points

    @property
    def amounts(self) -> dict[str, str]:
        """The commission of the contract, split to the fen."""
        return self.money(self.answer)

    def money(self, answer: Answer) -> dict[str, str]:
        """What an answer means in money, where the commission is known."""
        contract = self.matter.contract
        if not answer.shares or contract is None or "commission" not in contract:
            return {}
        return {who: yuan(part) for who, part in apportion(answer.shares, fen(contract["commission"])).items()}

    def outcome(self) -> tuple[Any, ...]:
        """What two rulings are compared by."""
        return self.status, self.owner, tuple(sorted(self.shares.items()))

    def as_dict(self) -> dict[str, Any]:
        """The ruling as the format writes it."""
        said: dict[str, Any] = {
            "case": self.case.id, "policy": _pin(self.pack), "engine": dict(ENGINE), "status": self.status, "owner": self.owner,
            "shares": self.shares, "amounts": self.amounts, "turns": list(self.turns), "sanctions": list(self.sanctions),
            "findings": list(self.findings), "duties": list(self.duties), "fired": list(self.fired),
            "trace": [*(s.as_dict(self.matter.params) for s in self.states), *self._facts()],
            "counterfactuals": list(self.counterfactuals), "text": dict(self.text),
        }  # fmt: skip
        optional = {
            "until": shown(self.until) if self.until else None, "missing": list(self.missing), "to": self.to,
            "reason": self.reason, "overlays": [_pin(pack) for pack in self.overlays],
            "proposal": self._proposed(self.proposed) if self.proposed else None,
        }  # fmt: skip
        return said | {key: value for key, value in optional.items() if value}

    def _proposed(self, answer: Answer) -> dict[str, Any]:
        return {"owner": answer.owner, "shares": answer.basis_points, "amounts": self.money(answer)}

    def _facts(self) -> list[dict[str, Any]]:
        """The facts that the rules looked at, with the events that they rest on."""
        names = dict.fromkeys(leaf.fact for rule in self.pack.rules for leaf in rule.when)
        found = ((name, self.matter.fact(name)) for name in names)
        rows = [(name, f, {"note": list(f.note)} if any(f.note) else {}) for name, f in found]
        return [{"fact": name, "value": f.value, "events": list(f.events), **note} for name, f, note in rows]

    def canonical(self) -> bytes:
        """The bytes that are stored and hashed."""
        return canonical(json.loads(json.dumps(self.as_dict())))


def _pin(pack: Pack) -> dict[str, str]:
    return {"id": pack.id, "version": pack.version, "sha256": pack.sha256}
