"""Facts + pack → ruling. The stages that decide come first, in order: a gate that applies ends them; in a `unique` stage the
rules that apply must agree, unless one is an exception to the other; unknown facts that could still change the result are asked
for, never guessed; what nothing settles is a person's to decide. Then duties, findings, sanctions and turns are collected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from arbitration.engine.answers import answer_of
from arbitration.engine.case import Case, CaseError
from arbitration.engine.effects import collect
from arbitration.engine.facts.matter import Matter, Outcome
from arbitration.engine.loading import PackError
from arbitration.engine.pack import Leaf, Otherwise, Pack, Rule, Stage
from arbitration.engine.ruling import Answer, Ruling, State
from arbitration.engine.table import Table, Values, table_of

MANY = 4096  # assignments of unknown facts that are tried to see whether they matter


def decide(case: Case, pack: Pack, *, overlays: Sequence[Pack] = (), explain: bool = True) -> Ruling:
    """Rule on a case. With `explain`, texts and counterfactuals too.

    `overlays` add duties and findings of further policies; they never decide ownership. Raises CaseError for a parameter that is
    none, PackError for an overlay that decides.
    """
    ruling = _lay_over(_rule(case, pack), overlays)
    if explain:
        from arbitration.engine.explain import text
        from arbitration.engine.whatif import counterfactuals

        ruling = replace(ruling, counterfactuals=counterfactuals(ruling))
        ruling = replace(ruling, text={"zh": text(ruling, "zh"), "en": text(ruling, "en")})
    return ruling


def _rule(case: Case, pack: Pack) -> Ruling:
    matter = Matter(case, params_of(case, pack))
    ruling = Ruling(case, pack, matter)
    desk = Desk(pack, matter)
    open_ = True
    for stage in pack.deciding:
        ruling, open_ = desk.decide(ruling, stage) if open_ else (desk.ended(ruling, stage), False)
    return collect(ruling)


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


@dataclass(frozen=True)
class Found:
    """What the rules of a stage come to under certain facts: places of those that apply and stand, of those defeated, and open."""

    standing: tuple[int, ...]
    defeated: Mapping[int, str]
    open: tuple[int, ...]


class Desk:
    """One pack over one matter: reads the facts once, then answers stage by stage."""

    def __init__(self, pack: Pack, matter: Matter) -> None:
        self.pack, self.matter = pack, matter
        self.table: Table = table_of(pack, matter.params)
        self.deciding = [rule for stage in pack.deciding for rule in stage.rules]
        self.place = {rule.id: place for place, rule in enumerate(pack.rules)}
        asked = self._asked()
        self.values: Values = {name: matter.fact(name).value if name in asked else None for name in self.table.columns}
        self.true, self.unknown = self.table.read(self.values)

    def _asked(self) -> set[str]:
        """Facts that the deciding stages need; what only later stages ask may rest on the outcome."""
        stages = list(self.pack.deciding)
        leaves = [leaf for stage in stages for when in stage.whens for leaf in when]
        return {leaf.fact for leaf in leaves} | {stage.contested for stage in stages if stage.contested}

    # ── one stage ──

    def decide(self, ruling: Ruling, stage: Stage) -> tuple[Ruling, bool]:
        """The ruling after this stage, and whether deciding goes on."""
        if stage.contested and self.values[stage.contested] is False:
            return self._uncontested(ruling, stage), True
        missing = self._could_change(stage)
        if missing:
            return replace(self._told(ruling, stage, provisional=True), status="needs_evidence", missing=missing), False
        ruling = self._told(ruling, stage)
        found = self._found(stage, self.true, self.unknown)
        winners = [stage.rules[i] for i in found.standing]
        if not winners:
            return self._otherwise(ruling, stage)
        if self._disagree(winners):
            return self._to_person(ruling, "conflict", ", ".join(rule.id for rule in winners)), False
        return self._apply(ruling, winners[0].then)

    def _disagree(self, winners: list[Rule]) -> bool:
        """Whether rules that all stand come to different results for these people."""
        if len({_key(rule.then) for rule in winners}) < 2:
            return False
        answers = [answer_of(rule.then, self.matter) for rule in winners]
        return any((a.owner, a.shares) != (answers[0].owner, answers[0].shares) for a in answers)

    def ended(self, ruling: Ruling, stage: Stage) -> Ruling:
        """A stage whose turn did not come."""
        return replace(ruling, states=ruling.states + tuple(State(rule, "stage_ended") for rule in stage.rules))

    def _found(self, stage: Stage, true: int, unknown: int) -> Found:
        lacking = self.table.missing(true)
        mine = [(i, lacking[self.place[rule.id]]) for i, rule in enumerate(stage.rules)]
        applying = [i for i, lack in mine if not lack]
        open_ = [i for i, lack in mine if lack and not lack & ~unknown]
        if stage.hit == "first":
            first = applying[:1]
            return Found(tuple(first), {}, tuple(i for i in open_ if not first or i < first[0]))
        by = {
            i: next((stage.rules[j].id for j in applying if stage.rules[i].id in stage.rules[j].beats), "")
            for i, _ in mine
        }
        defeated = {i: by[i] for i in (*applying, *open_) if by[i]}
        return Found(
            tuple(i for i in applying if i not in defeated), defeated, tuple(i for i in open_ if i not in defeated)
        )

    def _could_change(self, stage: Stage) -> tuple[str, ...]:
        """The unknown facts whose value could still change what this stage comes to, in the order of its rules."""
        asked = dict.fromkeys(leaf.fact for when in stage.whens for leaf in when)
        names = [name for name in asked if self.values[name] is None]
        if stage.contested and self.values[stage.contested] is None:
            names = [stage.contested, *(n for n in names if n != stage.contested)]
        if not names:
            return ()
        columns = [self.table.columns[name] for name in names]
        if _size(columns) > MANY:
            return tuple(names)
        cells = [range(len(column.cells)) for column in columns]
        comes_to = {}
        for chosen in product(*cells):
            true = self.true
            for column, cell in zip(columns, chosen, strict=True):
                true |= column.bits[cell]
            comes_to[chosen] = self._comes_to(stage, true)
        return tuple(name for i, name in enumerate(names) if _matters(comes_to, i))

    def _comes_to(self, stage: Stage, true: int) -> Any:
        """What a stage would come to if these conditions, and no others, were true."""
        if stage.contested and self.table.need([Leaf(stage.contested, "is", True)]) & ~true:
            return "uncontested"
        found = self._found(stage, true, 0)
        if found.standing:
            return frozenset(_key(stage.rules[i].then) for i in found.standing)
        return next((_key(row.then) for row in stage.otherwise if not self.table.need(row.when) & ~true), "nothing")

    # ── what became of the rules ──

    def _told(self, ruling: Ruling, stage: Stage, *, provisional: bool = False) -> Ruling:
        found = self._found(stage, self.true, self.unknown)
        ended = found.standing[0] if stage.hit == "first" and found.standing else len(stage.rules)
        states = tuple(
            self._state(rule, i, found, provisional) if i <= ended else State(rule, "stage_ended")
            for i, rule in enumerate(stage.rules)
        )
        return replace(ruling, states=ruling.states + states)

    def _state(self, rule: Rule, i: int, found: Found, provisional: bool) -> State:
        lack = self.table.needs[self.place[rule.id]] & ~self.true
        failed = self._why(lack & ~self.unknown)
        if i in found.defeated:
            return State(rule, "defeated_by", (), found.defeated[i])
        if i in found.standing:
            return State(rule, "outranked" if provisional else "fired")
        return State(rule, "not_met", failed) if failed else State(rule, "undetermined", self._why(lack))

    def _why(self, mask: int) -> tuple[tuple[Leaf, Any], ...]:
        return tuple((leaf, self.values[leaf.fact]) for leaf in self.table.named(mask))

    def _uncontested(self, ruling: Ruling, stage: Stage) -> Ruling:
        """Nobody to decide between: the one claimant, if there is one, goes on following."""
        why = ((Leaf(stage.contested, "is", True), False),)
        states = tuple(State(rule, "not_met", why) for rule in stage.rules)
        sole = self.matter.role(stage.sole)[:1] if stage.sole else ()
        status = "no_collision" if self.matter.claimants or sole else "decided"
        return replace(ruling, states=ruling.states + states, status=status, answer=Answer(sole[0] if sole else None))

    # ── what a rule does ──

    def _otherwise(self, ruling: Ruling, stage: Stage) -> tuple[Ruling, bool]:
        """No rule of the stage applies: as the policy says for that, else the next stage, else a person."""
        rows: Sequence[Otherwise] = stage.otherwise
        row = next((row for row in rows if not self.table.need(row.when) & ~self.true), None)
        return self._apply(ruling, row.then) if row else (ruling, True)

    def _apply(self, ruling: Ruling, then: Mapping[str, Any]) -> tuple[Ruling, bool]:
        if "hold" in then:
            until = self.matter.moment(then["hold"])
            return replace(ruling, status="on_hold", until=until, reason=then.get("reason", "")), False
        if "dismiss" in then:
            return replace(ruling, status="dismissed", reason=then["dismiss"]), False
        if "no_collision" in then:
            return replace(ruling, status="no_collision", reason=then["no_collision"]), False
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


def _key(then: Mapping[str, Any]) -> str:
    """A consequence, comparable."""
    return repr(sorted(then.items(), key=str))


def _size(columns: Sequence[Any]) -> int:
    size = 1
    for column in columns:
        size *= len(column.cells)
    return size


def _matters(comes_to: Mapping[tuple[int, ...], Any], i: int) -> bool:
    """Whether what a stage comes to depends on the i-th of its unknown facts."""
    groups: dict[tuple[int, ...], set[Any]] = {}
    for chosen, result in comes_to.items():
        groups.setdefault((*chosen[:i], *chosen[i + 1 :]), set()).add(result)
    return any(len(results) > 1 for results in groups.values())
