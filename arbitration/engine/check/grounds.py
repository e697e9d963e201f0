"""A pack as boxes: each stage with the rows that it has, and the situations in which deciding gets to it.

Deciding gets to a stage unless something before it ended the deciding: a rule that stands and holds, dismisses, finds no
collision or escalates, or an `otherwise` row that does. So nobody is told of a conflict that a gate never lets through. A
conflict ends the deciding too, but only until it is mended; what comes after one is checked as if it were.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from arbitration.engine.check.boxes import Box, Space, first, meet, settled, within
from arbitration.engine.pack import Leaf, Pack, Rule, Stage
from arbitration.engine.stages import ends


def whens(pack: Pack) -> Iterator[tuple[Leaf, ...]]:
    """Every conjunction of a pack, its parameters at the pack's values."""
    for stage in pack.stages:
        yield from (settled(when, pack.values) for when in stage.whens)
        yield disputed(stage, True)
    yield from (settled(when, pack.values) for when in pack.impossible)


def disputed(stage: Stage, yes: bool) -> tuple[Leaf, ...]:
    """The condition that there is anything to decide, or that there is not. What only collects never asks."""
    return (Leaf(stage.contested, "is", yes),) if stage.contested and stage.hit != "collect" else ()


def known(boxes: Iterable[Box | None]) -> list[Box]:
    """The boxes that are not empty. (Not `filter(None, …)`: the box without a constraint is everything.)"""
    return [box for box in boxes if box is not None]


@dataclass(frozen=True)
class Ground:
    """One stage. It is reached where one of `opens` is and none of `closed`; None stands for a box that is empty."""

    pack: Pack
    space: Space
    stage: Stage
    asked: Box  # that there is something to decide
    quiet: tuple[Box, ...]  # that there is nothing, if that is asked
    rules: Mapping[str, Box | None]
    others: tuple[Box | None, ...]
    opens: tuple[Box, ...]
    closed: tuple[Box, ...]
    axioms: tuple[Box, ...]  # what is impossible

    def free(self, box: Box | None, covers: Iterable[Box | None] = ()) -> Iterator[Box]:
        """The parts of a box in which the stage is reached and no cover applies."""
        against = [*self.axioms, *self.closed, *known(covers)]
        for part in self.opens if box is not None else ():
            if (both := meet(part, box or {})) is not None:
                yield from self.space.uncovered(both, against)

    def covered(self, box: Box, covers: Iterable[Box | None] = ()) -> bool:
        """Whether nothing of a box is free."""
        return first(self.free(box, covers)) is None

    def all_free(self, box: Box, covers: Sequence[Box]) -> bool:
        """Whether all of a box is free, apart from what is impossible and where there is nothing to decide."""
        apart = [*self.axioms, *self.quiet]
        taken = (both for cover in (*covers, *self.closed) if (both := meet(box, cover)) is not None)
        return all(self.space.covered(both, apart) for both in taken) and self.space.covered(box, [*self.opens, *apart])

    def before(self, rule: Rule) -> list[Rule]:
        """The rules that leave this one no say where they apply: exceptions to it; in a `first` stage those before it."""
        if self.stage.hit == "first":
            return list(self.stage.rules[: self.stage.rules.index(rule)])
        return [other for other in self.stage.rules if rule.id in other.beats]

    def boxes(self, rules: Iterable[Rule]) -> list[Box]:
        """The boxes of some rules, those that are not empty."""
        return known(self.rules[rule.id] for rule in rules)

    @cached_property
    def ruled(self) -> list[Box]:
        """The boxes of all rules."""
        return self.boxes(self.stage.rules)

    def possible(self, box: Box | None) -> bool:
        """Whether a box holds anything that can be, once there is something to decide."""
        return first(self._parts(box, self.axioms)) is not None

    def overlap(self, a: Rule, b: Rule) -> Box | None:
        """The situations in which both of two rules apply."""
        one, other = self.rules[a.id], self.rules[b.id]
        return None if one is None or other is None else meet(one, other)

    def named(self) -> Iterator[tuple[str, Box | None]]:
        """Every row with its name: its id, or its place among those for otherwise."""
        yield from self.rules.items()
        yield from ((f"{self.stage.id}.otherwise[{i}]", box) for i, box in enumerate(self.others))

    # ── what comes after ──

    def onward(self) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
        """(opens, closed) of the next stage, but for what skips this one."""
        closed = [*self.closed, *self._ended_by_rules()]
        last = self.stage.otherwise[-1] if self.stage.otherwise else None
        if last and not last.when and all(ends(row.then) for row in self.stage.otherwise):
            # Nothing but a rule lets it go on: shorter to say than where none applies.
            return _meets(self.opens, self.ruled), tuple(closed)
        return self.opens, (*closed, *self._ended_otherwise())

    def _ended_by_rules(self) -> Iterator[Box]:
        for rule in self.stage.rules:
            if ends(rule.then):
                yield from self._parts(self.rules[rule.id], self.boxes(self.before(rule)))

    def _ended_otherwise(self) -> Iterator[Box]:
        for i, row in enumerate(self.stage.otherwise):
            if ends(row.then):
                yield from self._parts(self.others[i], [*self.ruled, *known(self.others[:i])])

    def _parts(self, box: Box | None, covers: Sequence[Box]) -> Iterator[Box]:
        both = None if box is None else meet(self.asked, box)
        return iter(()) if both is None else self.space.uncovered(both, covers)


def _meets(some: Sequence[Box], others: Sequence[Box]) -> tuple[Box, ...]:
    """What the one and the other share, without boxes that lie in others."""
    found: list[Box] = []
    for both in (meet(a, b) for a in some for b in others):
        if both is not None and not any(within(both, known) for known in found):
            found = [*(known for known in found if not within(known, both)), both]
    return tuple(found)


def grounds(pack: Pack, space: Space) -> Iterator[Ground]:
    """The stages in the order in which they take effect: those that decide, then those that collect."""
    axioms = tuple(known(space.box(settled(when, pack.values)) for when in pack.impossible))
    opens: tuple[Box, ...] = ({},)
    closed: tuple[Box, ...] = ()
    for stage in pack.deciding:
        ground = _ground(pack, space, stage, opens, closed, axioms)
        yield ground
        space.looked_at = 0
        opened, closed = ground.onward()
        opens = (*opened, *_meets(opens, ground.quiet))
    for stage in pack.stages:
        if stage.hit == "collect":
            yield _ground(pack, space, stage, ({},), (), axioms)


def _ground(
    pack: Pack, space: Space, stage: Stage, opens: tuple[Box, ...], closed: tuple[Box, ...], axioms: tuple[Box, ...]
) -> Ground:
    asked, quiet = (space.box(disputed(stage, yes)) or {} for yes in (True, False))
    rules = {rule.id: space.box(settled(rule.when, pack.values)) for rule in stage.rules}
    others = tuple(space.box(settled(row.when, pack.values)) for row in stage.otherwise)
    return Ground(
        pack, space, stage, asked, (quiet,) if quiet else (), rules, others, _meets(opens, [asked]), closed, axioms
    )  # fmt: skip
