"""Facts + pack → ruling. The stages that decide come first, in order: a gate that applies ends them; in a `unique` stage the
rules that apply must agree, unless one is an exception to the other; unknown facts that could still change the result are asked
for, never guessed; what nothing settles is a person's to decide. Then duties, findings, sanctions and turns are collected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from arbitration.engine.answers import answer_of
from arbitration.engine.case import Case, CaseError
from arbitration.engine.effects import collect
from arbitration.engine.facts.matter import Matter, Outcome
from arbitration.engine.loading import PackError
from arbitration.engine.pack import Leaf, Pack, Rule, Stage
from arbitration.engine.ruling import Answer, Ruling, State, Why
from arbitration.engine.stages import Found, ends, key, stages_of
from arbitration.engine.table import Values


def decide(case: Case, pack: Pack, *, overlays: Sequence[Pack] = (), explain: bool = True) -> Ruling:
    """Rule on a case. With `explain`, texts and counterfactuals too.

    `overlays` add duties and findings of further policies; they never decide ownership. Raises CaseError for a parameter that is
    none, PackError for an overlay that decides.
    """
    ruling = _lay_over(rule_on(case, pack), overlays)
    if explain:
        from arbitration.engine.explain import text
        from arbitration.engine.whatif import counterfactuals

        ruling = replace(ruling, counterfactuals=counterfactuals(ruling))
        ruling = replace(ruling, text={"zh": text(ruling, "zh"), "en": text(ruling, "en")})
    return ruling


def rule_on(case: Case, pack: Pack) -> Ruling:
    """The ruling by itself: no overlays, no texts."""
    return collect(answered(case, pack))


def answered(case: Case, pack: Pack, *, traced: bool = True) -> Ruling:
    """Only who owns and who shares, without duties, findings, sanctions and turns; untraced, without what became of the rules."""
    matter = Matter(case, params_of(case, pack))
    ruling = Ruling(case, pack, matter)
    desk = Desk(pack, matter, traced)
    open_ = True
    for stage in pack.deciding:
        ruling, open_ = desk.decide(ruling, stage) if open_ else (desk.ended(ruling, stage), False)
    return ruling


def _lay_over(ruling: Ruling, overlays: Sequence[Pack]) -> Ruling:
    """Duties, findings, sanctions and turns of further policies, each under its own parameters."""
    for pack in overlays:
        if pack.decides != "nothing":
            raise PackError(
                [f"{pack.id} decides on a {pack.decides}; only what decides nothing is laid over another policy"]
            )
        matter = Matter(ruling.case, pack.values)
        matter.outcome = Outcome(ruling.status, ruling.owner, ruling.answer.shares, frozenset(ruling.fired))
        more = collect(replace(ruling, pack=pack, matter=matter))
        ruling = replace(more, pack=ruling.pack, matter=ruling.matter, overlays=(*ruling.overlays, pack))
    return ruling


def params_of(case: Case, pack: Pack) -> Mapping[str, Any]:
    """The pack's parameters with the case's own in their place. Raises CaseError."""
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


class Desk:
    """One pack over one matter: reads the facts once, then answers stage by stage."""

    def __init__(self, pack: Pack, matter: Matter, traced: bool = True) -> None:
        self.matter, self.traced = matter, traced
        self.stages = stages_of(pack, matter.params)
        self.values: Values = {name: matter.fact(name).value for name in self.stages.asked}
        self.true, self.unknown = self.stages.table.read(self.values)

    # ── one stage ──

    def decide(self, ruling: Ruling, stage: Stage) -> tuple[Ruling, bool]:
        """The ruling after this stage, and whether deciding goes on."""
        missing = self.stages.could_change(stage, self.true, self.unknown)
        if missing:
            return replace(self._told(ruling, stage, provisional=True), status="needs_evidence", missing=missing), False
        if not self.stages.contested(stage, self.true):
            return self._uncontested(ruling, stage), True
        ruling = self._told(ruling, stage)
        winners = [stage.rules[i] for i in self.stages.found(stage, self.true, self.unknown).standing]
        if not winners:
            row = self.stages.otherwise(stage, self.true)
            return self._apply(ruling, row.then) if row else (ruling, True)
        if self._disagree(winners):
            return self._to_person(ruling, "conflict", ", ".join(rule.id for rule in winners)), False
        return self._apply(ruling, winners[0].then)

    def _disagree(self, winners: list[Rule]) -> bool:
        """Whether rules that all stand come to different results for these people."""
        if len({key(rule.then) for rule in winners}) < 2:
            return False
        if any(ends(rule.then) or "applies" in rule.then for rule in winners):
            return True
        answers = [answer_of(rule.then, self.matter) for rule in winners]
        return any((a.owner, a.shares) != (answers[0].owner, answers[0].shares) for a in answers)

    def ended(self, ruling: Ruling, stage: Stage) -> Ruling:
        """A stage whose turn did not come."""
        if not self.traced:
            return ruling
        return replace(ruling, states=ruling.states + tuple(State(rule, "stage_ended") for rule in stage.rules))

    # ── what became of the rules ──

    def _told(self, ruling: Ruling, stage: Stage, *, provisional: bool = False) -> Ruling:
        if not self.traced:
            return ruling
        found = self.stages.found(stage, self.true, self.unknown)
        ended = found.standing[0] if stage.hit == "first" and found.standing else len(stage.rules)
        states = tuple(
            self._state(stage, i, found, provisional) if i <= ended else State(rule, "stage_ended")
            for i, rule in enumerate(stage.rules)
        )
        return replace(ruling, states=ruling.states + states)

    def _state(self, stage: Stage, i: int, found: Found, provisional: bool) -> State:
        rule = stage.rules[i]
        lack = self.stages.bits[stage.id].needs[i] & ~self.true
        failed = self._why(lack & ~self.unknown)
        if i in found.defeated:
            by = self.stages.defeater(stage, self.true, i)
            return State(rule, "defeated_by", (), by)
        if i in found.standing:
            return State(rule, "outranked" if provisional else "fired")
        return State(rule, "not_met", failed) if failed else State(rule, "undetermined", self._why(lack))

    def _why(self, mask: int) -> tuple[Why, ...]:
        return tuple((leaf, self.values[leaf.fact]) for leaf in self.stages.table.named(mask))

    def _uncontested(self, ruling: Ruling, stage: Stage) -> Ruling:
        """Nobody to decide between: the one claimant, if there is one, goes on following."""
        why = ((Leaf(stage.contested, "is", True), False),)
        states = tuple(State(rule, "not_met", why) for rule in stage.rules) if self.traced else ()
        sole = self.matter.role(stage.sole)[:1] if stage.sole else ()
        status = "no_collision" if self.matter.claimants or sole else "decided"
        return replace(ruling, states=ruling.states + states, status=status, answer=Answer(sole[0] if sole else None))

    # ── what a rule does ──

    def _apply(self, ruling: Ruling, then: Mapping[str, Any]) -> tuple[Ruling, bool]:
        if "hold" in then:
            until = self.matter.moment(then["hold"])
            return replace(ruling, status="on_hold", until=until, reason=then.get("reason", "")), False
        for status in ("dismiss", "no_collision"):
            if status in then:
                ended = "dismissed" if status == "dismiss" else status
                return replace(ruling, status=ended, reason=then[status]), False
        if "escalate" in then:
            proposed = answer_of(then["propose"], self.matter) if "propose" in then else None
            to = next(iter(self.matter.role(then["to"])), None) if "to" in then else None
            return self._to_person(replace(ruling, proposed=proposed), "escalated", then["escalate"], to), False
        if "applies" in then:
            return ruling, True
        answer = answer_of(then, self.matter)
        if "owner" not in then:
            answer = replace(answer, owner=ruling.owner)
        return replace(ruling, status="decided", answer=answer), True

    def _to_person(self, ruling: Ruling, status: str, reason: str, to: str | None = None) -> Ruling:
        """To whoever is named, else to whoever holds the role of arbiter: the manager, else the general manager (X-13)."""
        people = ruling.case.people.values()
        arbiters = (p.id for role in ("manager", "general_manager") for p in people if p.get("role") == role)
        return replace(ruling, status=status, reason=reason, to=to or next(arbiters, None), answer=Answer())
