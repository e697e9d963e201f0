"""Facts + pack → ruling. Stages in order; in a `unique` stage the rules that apply must agree, unless one is an exception to the
other; unknown facts are asked for, never guessed; what nothing settles is a person's to decide.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from arbitration.engine.case import Case, CaseError, fen, shown, yuan
from arbitration.engine.facts import ACTS, FINDINGS
from arbitration.engine.facts.matter import Matter
from arbitration.engine.money import apportion, basis_points, equal
from arbitration.engine.pack import Pack, Rule, Stage, canonical

ENGINE = {"semantics": 1, "vocabulary": 1}
FIRES = frozenset(
    {"breach", "poaching", "flagged", "blocked", "not_new_visitor", "expired"}
)  # findings that are consequences


@dataclass(frozen=True)
class State:
    """What became of one rule: fired, not_met, undetermined or defeated_by_exception, and the conditions that did it."""

    rule: Rule
    state: str
    because: tuple[tuple[str, bool | str, Any], ...] = ()  # (fact, needed, found) of what failed or is unknown
    by: str = ""

    def as_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {"rule": self.rule.id, "stage": self.rule.stage, "state": self.state}
        if self.because:
            row["because"] = [{"fact": f, "need": need, "got": got} for f, need, got in self.because]
        return row | ({"by": self.by} if self.by else {})


@dataclass(frozen=True)
class Ruling:
    """What the engine answers. `as_dict` has exactly the keys of the format."""

    case: Case = field(repr=False)
    pack: Pack = field(repr=False)
    matter: Matter = field(repr=False)
    status: str
    owner: str | None = None
    exact: Mapping[str, Fraction] = field(default_factory=dict)
    until: datetime | None = None
    to: str | None = None
    reason: str = ""
    missing: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    duties: tuple[Mapping[str, Any], ...] = ()
    states: tuple[State, ...] = ()
    counterfactuals: tuple[Mapping[str, Any], ...] = ()
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the rules that took effect, in the order of the stages."""
        return tuple(dict.fromkeys(s.rule.id for s in self.states if s.state == "fired"))

    @property
    def shares(self) -> dict[str, int]:
        """Basis points that sum to 10,000, or none."""
        return basis_points(self.exact)

    @property
    def amounts(self) -> dict[str, str]:
        """The commission of the contract, split to the fen."""
        contract = self.matter.contract
        if not self.exact or contract is None or "commission" not in contract:
            return {}
        return {who: yuan(part) for who, part in apportion(self.exact, fen(contract["commission"])).items()}

    def outcome(self) -> tuple[Any, ...]:
        """What two rulings are compared by."""
        return self.status, self.owner, tuple(sorted(self.shares.items()))

    def as_dict(self) -> dict[str, Any]:
        """The ruling as the format writes it."""
        pack = {"id": self.pack.id, "version": self.pack.version, "sha256": self.pack.sha256}
        said: dict[str, Any] = {"case": self.case.id, "policy": pack, "engine": ENGINE, "status": self.status}
        if self.status == "on_hold":
            said["until"] = shown(self.until) if self.until else None
        if self.missing:
            said["missing"] = list(self.missing)
        if self.to:
            said["to"] = self.to
        if self.reason:
            said["reason"] = self.reason
        return said | {
            "owner": self.owner, "shares": self.shares, "amounts": self.amounts, "turns": [], "sanctions": [],
            "findings": list(self.findings), "duties": list(self.duties), "fired": list(self.fired),
            "trace": [*(s.as_dict() for s in self.states), *self._facts()],
            "counterfactuals": list(self.counterfactuals), "text": dict(self.text),
        }  # fmt: skip

    def _facts(self) -> list[dict[str, Any]]:
        """The facts that the rules looked at, with the events that they rest on."""
        names = dict.fromkeys(leaf.fact for rule in self.pack.rules for leaf in rule.when)
        found = ((name, self.matter.fact(name)) for name in names)
        return [{"fact": name, "value": f.value, "events": list(f.events)} for name, f in found]

    def canonical(self) -> bytes:
        """The bytes that are stored and hashed."""
        return canonical(json.loads(json.dumps(self.as_dict())))


def decide(case: Case, pack: Pack, *, explain: bool = True) -> Ruling:
    """Rule on a case. With `explain`, texts and counterfactuals too. Raises CaseError for a parameter that is none."""
    matter = Matter(case, _params(case, pack))
    ruling = Ruling(case, pack, matter, "decided")
    for stage in pack.stages:
        ruling = _unique(ruling, stage) if stage.hit == "unique" else _collect(ruling, stage)
    if explain:
        from arbitration.engine.explain import text
        from arbitration.engine.whatif import counterfactuals

        ruling = replace(ruling, counterfactuals=counterfactuals(ruling))
        ruling = replace(ruling, text={"zh": text(ruling, "zh"), "en": text(ruling, "en")})
    return ruling


def _params(case: Case, pack: Pack) -> Mapping[str, Any]:
    """The pack's parameters with the case's own in their place."""
    mistakes = []
    for name, value in case.params.items():
        param = pack.params.get(name)
        if param is None:
            mistakes.append(f"params.{name}: policy {pack.id} has no such parameter")
        elif type(value) is not type(param["value"]) or not _within(value, param):
            mistakes.append(f"params.{name}: {value!r} is outside {param.get('min')}–{param.get('max')}")
    if mistakes:
        raise CaseError(mistakes)
    return {**pack.values, **case.params}


def _within(value: Any, param: Mapping[str, Any]) -> bool:
    return "min" not in param or bool(param["min"] <= value <= param["max"])


# ── a stage in which the rules must agree ──


def _state(rule: Rule, matter: Matter) -> State:
    """Three-valued: one condition that fails is enough; else what is unknown leaves it open."""
    found = [(leaf.fact, leaf.need, matter.fact(leaf.fact).value) for leaf in rule.when]
    failed = tuple(row for row in found if row[2] is not None and row[2] != row[1])
    unknown = tuple(row for row in found if row[2] is None)
    if failed:
        return State(rule, "not_met", failed)
    return State(rule, "undetermined", unknown) if unknown else State(rule, "fired")


def _unique(ruling: Ruling, stage: Stage) -> Ruling:
    states = _defeat([_state(rule, ruling.matter) for rule in stage.rules])
    ruling = replace(ruling, states=ruling.states + tuple(states))
    if not ruling.matter.fact("claims.several").value:
        return _uncontested(ruling, stage)
    winners = [s for s in states if s.state == "fired"]
    open_ = [s for s in states if s.state == "undetermined" and _could_matter(s, winners)]
    if open_:
        missing = dict.fromkeys(fact for s in open_ for fact, _need, _got in s.because)
        return replace(_unfired(ruling, winners), status="needs_evidence", missing=tuple(missing))
    if not winners:
        return _otherwise(ruling, stage)
    answers = {(owner, tuple(shares.items())) for owner, shares in (_answer(s.rule, ruling.matter) for s in winners)}
    if len(answers) > 1:
        rules = ", ".join(s.rule.id for s in winners)
        return _to_person(ruling, "conflict", f"{rules}")
    owner, shares = _answer(winners[0].rule, ruling.matter)
    return replace(ruling, owner=owner, exact=shares)


def _defeat(states: list[State]) -> list[State]:
    """An exception that applies defeats the rules that it is an exception to."""
    applying = [s.rule for s in states if s.state == "fired"]
    settled = []
    for s in states:
        by = next((r.id for r in applying if s.rule.id in r.beats), "")
        beaten = by and s.state in ("fired", "undetermined")
        settled.append(State(s.rule, "defeated_by_exception", s.because, by) if beaten else s)
    return settled


def _could_matter(state: State, winners: list[State]) -> bool:
    """Whether an open rule could still change the result: nothing else applies, or it would be an exception to what does."""
    return not winners or any(w.rule.id in state.rule.beats for w in winners)


def _unfired(ruling: Ruling, winners: list[State]) -> Ruling:
    """What would apply does not take effect while something that could overturn it is open."""
    states = tuple(replace(s, state="outranked") if s in winners else s for s in ruling.states)
    return replace(ruling, states=states)


def _uncontested(ruling: Ruling, stage: Stage) -> Ruling:
    """Nobody to decide between: the one claimant, if there is one, goes on following."""
    states = tuple(
        replace(s, state="not_met", because=(("claims.several", True, False),)) if s.rule.stage == stage.id else s
        for s in ruling.states
    )
    sole = ruling.matter.claimants
    return replace(ruling, states=states, status="no_collision" if sole else "decided", owner=sole[0] if sole else None)


def _answer(rule: Rule, matter: Matter) -> tuple[str | None, dict[str, Fraction]]:
    """Who owns and who shares by this rule."""
    then = rule.then
    if "owner" in then:
        people = matter.role(then["owner"])
        return (people[0], {people[0]: Fraction(1)}) if people else (None, {})
    if "split" in then:
        people = matter.role(then["split"])
        return None, equal(people)
    return _agreement(matter)


def _agreement(matter: Matter) -> tuple[str | None, dict[str, Fraction]]:
    """What the parties settled (G-48)."""
    ref = matter.fact("agreement.settled").events[0]
    talk = matter.case.by_ref[ref]
    shares = {who: Fraction(bp, 10_000) for who, bp in talk.get("shares", {}).items() if bp}
    sole = next(iter(shares)) if len(shares) == 1 else None
    return talk.get("owner") or sole, shares


def _otherwise(ruling: Ruling, stage: Stage) -> Ruling:
    """No rule settles it: too early, or a person's to decide."""
    for row in stage.otherwise:
        if all(ruling.matter.fact(leaf["fact"]).value == leaf["is"] for leaf in row.get("when", ())):
            if "hold" in row:
                return replace(ruling, status="on_hold", reason=row["hold"])
            return _to_person(ruling, "escalated", row["escalate"])
    return _to_person(ruling, "escalated", "no_rule_applies")


def _to_person(ruling: Ruling, status: str, reason: str) -> Ruling:
    """Whoever holds the role of arbiter in this case: the manager, else the general manager (X-13)."""
    people = ruling.case.people.values()
    to = next((p.id for role in ("manager", "general_manager") for p in people if p.get("role") == role), None)
    return replace(ruling, status=status, reason=reason, to=to)


# ── a stage in which everything takes effect ──


def _collect(ruling: Ruling, stage: Stage) -> Ruling:
    for rule in stage.rules:
        state = _state(rule, ruling.matter)
        if state.state == "fired":
            ruling, took_effect = _effect(ruling, rule)
            state = state if took_effect else State(rule, "not_met")
        ruling = replace(ruling, states=(*ruling.states, state))
    return ruling


def _effect(ruling: Ruling, rule: Rule) -> tuple[Ruling, bool]:
    """The consequence of a rule, and whether it exists for somebody (case format: `fired`)."""
    then = rule.then
    if "duty" in then:
        duties = tuple(_duties(rule, ruling.matter))
        return replace(ruling, duties=ruling.duties + duties), any(d["state"] != "met" for d in duties)
    if "finding" in then:
        findings = tuple(_findings(rule, ruling.matter))
        fires = any(f["result"] in FIRES for f in findings)
        return replace(ruling, findings=ruling.findings + findings), fires
    return ruling, True


def _duties(rule: Rule, matter: Matter) -> Iterator[dict[str, Any]]:
    for act in ACTS[rule.then["duty"]].ask(matter):
        due = _due(rule, act.since, matter)
        yield {
            "clause": rule.id, "who": act.who, "what": act.what, "about": act.about,
            "due": shown(due) if due else None, "state": _duty_state(act.done, due, matter.case.ask),
        }  # fmt: skip


def _due(rule: Rule, since: datetime, matter: Matter) -> datetime | None:
    """The last instant in time; a task without a term has none."""
    for unit in ("minutes", "hours"):
        if unit in rule.then:
            return since + timedelta(**{unit: int(matter.params[rule.then[unit]])})
    return None


def _duty_state(done: datetime | None, due: datetime | None, ask: datetime) -> str:
    """Exactly at the limit is in time (G-06)."""
    if done is not None:
        return "met" if due is None or done <= due else "breached"
    return "breached" if due is not None and ask > due else "open"


def _findings(rule: Rule, matter: Matter) -> Iterator[dict[str, Any]]:
    for found in FINDINGS[rule.then["finding"]].ask(matter):
        yield {"clause": rule.id, "about": found.about, "result": found.result}
