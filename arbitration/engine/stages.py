"""What the rules of a stage come to, out of bits alone: which apply, which of those stand, and which unknown facts still matter.

Nothing here knows a case: a live ruling, a backtest over stored facts and the static checks all ask the same questions.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from arbitration.engine.pack import Leaf, Otherwise, Pack, Stage
from arbitration.engine.table import Column, Table, Values

MANY = 4096  # assignments of unknown facts that are tried to see whether they matter


class Found(NamedTuple):
    """Places of the rules of a stage: those that apply and stand, those that apply or are open but an exception defeats, those
    that are open."""

    standing: Sequence[int]
    defeated: Sequence[int] = ()
    open: Sequence[int] = ()


class Bits:
    """One stage in bits: what each rule needs, which rules of the stage it beats, what happens otherwise."""

    def __init__(self, stage: Stage, table: Table) -> None:
        self.stage = stage
        self.needs = tuple(table.need(rule.when) for rule in stage.rules)
        places = {rule.id: place for place, rule in enumerate(stage.rules)}
        self.beats = tuple(sum(1 << places[id_] for id_ in rule.beats if id_ in places) for rule in stage.rules)
        self.otherwise = tuple((table.need(row.when), row) for row in stage.otherwise)
        self.contested = table.need([Leaf(stage.contested, "is", True)]) if stage.contested else 0
        asked = [stage.contested] if stage.contested else []
        self.asked = tuple(dict.fromkeys([*asked, *(leaf.fact for when in stage.whens for leaf in when)]))
        self.every = sum(table.columns[name].every for name in self.asked)
        self.keys = tuple(key(rule.then) for rule in stage.rules)


class Stages:
    """The deciding stages of a pack under certain parameters."""

    def __init__(self, pack: Pack, params: Mapping[str, Any]) -> None:
        self.table = Table(pack, params)
        self.deciding = tuple(pack.deciding)
        self.bits = {stage.id: Bits(stage, self.table) for stage in self.deciding}
        # Facts that the deciding stages need; what only later stages ask may rest on the outcome.
        self.asked = frozenset(name for bits in self.bits.values() for name in bits.asked)

    def contested(self, stage: Stage, true: int) -> bool:
        """Whether there is anything to decide, given that the fact is known."""
        return not self.bits[stage.id].contested & ~true

    def found(self, stage: Stage, true: int, unknown: int) -> Found:
        """Which rules of a stage apply, stand and are open. An exception that applies defeats what it is an exception to."""
        bits = self.bits[stage.id]
        absent = self.table.absent(true)
        lacking = [need & absent for need in bits.needs]
        applying = [i for i, lack in enumerate(lacking) if not lack]
        open_ = [i for i, lack in enumerate(lacking) if lack and not lack & ~unknown] if unknown else []
        if stage.hit == "first":
            first = applying[:1]
            return Found(first, (), [i for i in open_ if not first or i < first[0]])
        beaten, beats = 0, bits.beats
        for i in applying:
            beaten |= beats[i]
        if not beaten:
            return Found(applying, (), open_)
        standing = [i for i in applying if not beaten >> i & 1]
        defeated = [i for i in (*applying, *open_) if beaten >> i & 1]
        return Found(standing, defeated, [i for i in open_ if not beaten >> i & 1])

    def defeater(self, stage: Stage, true: int, i: int) -> str:
        """The first rule that applies and is an exception to the i-th."""
        bits, absent = self.bits[stage.id], ~true
        beaten_by = (j for j, need in enumerate(bits.needs) if not need & absent and bits.beats[j] >> i & 1)
        return stage.rules[next(beaten_by)].id

    def otherwise(self, stage: Stage, true: int) -> Otherwise | None:
        """What happens where no rule of the stage applies."""
        return next((row for need, row in self.bits[stage.id].otherwise if not need & ~true), None)

    def comes_to(self, stage: Stage, true: int) -> Any:
        """What a stage would come to if these conditions, and no others, were true: comparable, no more."""
        if not self.contested(stage, true):
            return "uncontested"
        standing = self.found(stage, true, 0).standing
        if standing:
            return frozenset(self.bits[stage.id].keys[i] for i in standing)
        row = self.otherwise(stage, true)
        return key(row.then) if row else "nothing"

    def could_change(self, stage: Stage, true: int, unknown: int) -> tuple[str, ...]:
        """The unknown facts whose value could still change what this stage comes to, in the order of its rules."""
        bits = self.bits[stage.id]
        if not unknown & bits.every:
            return ()
        columns = [column for name in bits.asked if (column := self.table.columns[name]).every & unknown]
        names = [column.fact for column in columns]
        if _size(columns) > MANY:
            return tuple(names)
        comes_to = {}
        for chosen in product(*(range(len(column.cells)) for column in columns)):
            assumed = true
            for column, cell in zip(columns, chosen, strict=True):
                assumed |= column.bits[cell]
            comes_to[chosen] = self.comes_to(stage, assumed)
        return tuple(name for i, name in enumerate(names) if _matters(comes_to, i))

    def verdict(self, known: Values) -> tuple[str, ...]:
        """What the rules come to for stored facts: for each stage that has its turn the rules that stand, or why none does."""
        return self._verdict(*self.table.read(known))

    @lru_cache(maxsize=65_536)  # noqa: B019 — made once for a pack; many cases have the same conditions true
    def _verdict(self, true: int, unknown: int) -> tuple[str, ...]:
        said: list[str] = []
        for stage in self.deciding:
            if self.could_change(stage, true, unknown):
                return (*said, "needs_evidence")
            if not self.contested(stage, true):
                said.append("uncontested")
                continue
            standing = self.found(stage, true, unknown).standing
            row = None if standing else self.otherwise(stage, true)
            said += [stage.rules[i].id for i in standing] or [key(row.then) if row else "nothing"]
            then = stage.rules[standing[0]].then if standing else row.then if row else {}
            if ends(then):
                break
        return tuple(said)


@lru_cache(maxsize=256)
def _stages(pack: Pack, params: tuple[tuple[str, Any], ...]) -> Stages:
    return Stages(pack, dict(params))


def stages_of(pack: Pack, params: Mapping[str, Any]) -> Stages:
    """The deciding stages of a pack under these parameters, made once."""
    return _stages(pack, tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in params.items()))


def ends(then: Mapping[str, Any]) -> bool:
    """Whether a consequence ends the deciding."""
    return any(kind in then for kind in ("hold", "dismiss", "no_collision", "escalate"))


def key(then: Mapping[str, Any]) -> str:
    """A consequence, comparable."""
    return repr(sorted(then.items(), key=str))


def _size(columns: Sequence[Column]) -> int:
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
