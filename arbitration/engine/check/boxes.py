"""Situations as boxes, and the one question behind every check: which part of a box do other boxes leave uncovered?

A space cuts each fact into cells: values that no condition tells apart are one cell, so finitely many cells stand for every
value. A conjunction of conditions is then a *box*: for each fact that it constrains, the cells it allows as the bits of a
number. Facts that a box does not name are free. Everything here is exact; what would take too long is `NotProven`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from arbitration.engine.facts import FACTS
from arbitration.engine.facts.words import Value
from arbitration.engine.pack import Leaf

LIMIT = 200_000  # parts looked at before a question is given up

Box = Mapping[str, int]
Where = Mapping[str, tuple[Value | range, ...]]  # a box in values; neighbouring whole numbers as a range
V = TypeVar("V")


class NotProven(Exception):
    """A question that took too many parts."""


def settled(when: Iterable[Leaf], params: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Conditions with the values of the parameters in place of their names."""
    return tuple(Leaf(leaf.fact, leaf.op, _frozen(leaf.against(params))) for leaf in when)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def meet(a: Box, b: Box) -> Box | None:
    """What two boxes share, if anything."""
    both = dict(a)
    for fact, cells in b.items():
        shared = both.get(fact, cells) & cells
        if not shared:
            return None
        both[fact] = shared
    return both


def within(a: Box, b: Box) -> bool:
    """Whether the first box lies inside the second."""
    return all(fact in a and not a[fact] & ~cells for fact, cells in b.items())


class Space:
    """The cells of every fact that some conditions name."""

    def __init__(self, whens: Iterable[Iterable[Leaf]]) -> None:
        leaves: dict[str, dict[Leaf, None]] = {}
        for when in whens:
            for leaf in when:
                leaves.setdefault(leaf.fact, {})[leaf] = None
        self.cells: Mapping[str, tuple[Value, ...]] = {fact: _cells(fact, own) for fact, own in leaves.items()}
        self.looked_at = 0
        self._masks: dict[Leaf, int] = {}

    @cached_property
    def full(self) -> Mapping[str, int]:
        """All cells of each fact."""
        return {fact: (1 << len(cells)) - 1 for fact, cells in self.cells.items()}

    def box(self, when: Iterable[Leaf]) -> Box | None:
        """The situations that meet all of these settled conditions; None if there are none."""
        box: dict[str, int] = {}
        for leaf in when:
            box[leaf.fact] = box.get(leaf.fact, self.full[leaf.fact]) & self._mask(leaf)
        free = {fact: cells for fact, cells in box.items() if cells != self.full[fact]}
        return free if all(free.values()) else None

    def _mask(self, leaf: Leaf) -> int:
        if leaf not in self._masks:
            holding = (i for i, value in enumerate(self.cells[leaf.fact]) if leaf.holds(value, {}))
            self._masks[leaf] = sum(1 << i for i in holding)
        return self._masks[leaf]

    # ── cutting ──

    def parts(
        self, box: Box, rows: Sequence[Box], judge: Callable[[int, int], V | None], weights: Sequence[int] = ()
    ) -> Iterator[tuple[Box, V]]:
        """Cut a box until `judge(applying, open)` can tell what each part is: disjoint parts, with its verdict.

        Both arguments are rows as bits: those that hold all over the part, and those that hold on some of it. Where none is
        open the judge must answer. `weights`: which rows had better be settled first.
        """
        rest = {i: left for i, row in enumerate(rows) if (left := _left(row, box)) is not None}
        return self._parts(box, rest, 0, judge, weights or [1] * len(rows))

    def _parts(
        self,
        box: Box,
        rest: dict[int, Box],
        applying: int,
        judge: Callable[[int, int], V | None],
        weights: Sequence[int],
    ) -> Iterator[tuple[Box, V]]:
        self.looked_at += 1
        if self.looked_at > LIMIT:
            raise NotProven
        done = [i for i, left in rest.items() if not left]
        if done:
            rest = {i: left for i, left in rest.items() if left}
            applying |= sum(1 << i for i in done)
        verdict = judge(applying, sum(1 << i for i in rest))
        if verdict is not None:
            yield box, verdict
            return
        fact = _most_telling(rest, weights)
        for kept, cells in self._groups(box, rest, fact):
            yield from self._parts({**box, fact: cells}, kept, applying, judge, weights)

    def _groups(self, box: Box, rest: Mapping[int, Box], fact: str) -> Iterator[tuple[dict[int, Box], int]]:
        """The cells of a fact, those together that the same rows survive; each row without what is settled now."""
        asking = [i for i, left in rest.items() if fact in left]
        groups: dict[tuple[int, ...], int] = {}
        for bit in bits(box.get(fact, self.full[fact])):
            alive = tuple(i for i in asking if rest[i][fact] & bit)
            groups[alive] = groups.get(alive, 0) | bit
        for alive, cells in groups.items():
            lost = set(asking).difference(alive)
            yield {i: _without(left, fact) for i, left in rest.items() if i not in lost}, cells

    def uncovered(self, box: Box, covers: Sequence[Box]) -> Iterator[Box]:
        """The parts of a box that no cover covers."""
        judge = lambda applying, open_: True if applying else None if open_ else False  # noqa: E731
        return (part for part, covered in self.parts(box, covers, judge) if not covered)

    def covered(self, box: Box, covers: Sequence[Box]) -> bool:
        """Whether covers cover all of a box."""
        return first(self.uncovered(box, covers)) is None

    def enlarged(self, box: Box, fits: Callable[[Box], bool]) -> Box:
        """A box as large as it can grow while it fits: easier to read than what cutting leaves."""
        for fact in list(box)[::-1]:
            if fits(free := _without(box, fact)):
                box = free
        for fact in box:
            for bit in bits(self.full[fact] & ~box[fact]):
                if fits(larger := {**box, fact: box[fact] | bit}):
                    box = larger
        return box

    # ── saying ──

    def where(self, box: Box) -> Where:
        """A box in values."""
        ordered = ((fact, box[fact]) for fact in self.cells if fact in box)
        return {fact: self._values(fact, cells) for fact, cells in ordered if cells != self.full[fact]}

    def _values(self, fact: str, cells: int) -> tuple[Value | range, ...]:
        known, starts = FACTS[fact].values, self.cells[fact]
        chosen = [i for i in range(len(starts)) if cells >> i & 1]
        if not isinstance(known, range):
            return tuple(starts[i] for i in chosen)
        ends: tuple[Any, ...] = (*starts[1:], known.stop)
        runs = (list(run) for _, run in groupby(enumerate(chosen), lambda pair: pair[1] - pair[0]))
        return tuple(range(starts[run[0][1]], ends[run[-1][1]]) for run in runs)  # type: ignore[arg-type]


def _cells(fact: str, leaves: Iterable[Leaf]) -> tuple[Value, ...]:
    """One value out of each cell. Whole numbers are cut where a condition begins or ceases to hold, as in `table.py`."""
    known = FACTS[fact].values
    if not isinstance(known, range):
        return tuple(known)
    named = (value for leaf in leaves for value in (leaf.value if leaf.op == "in" else (leaf.value,)))
    return (known[0], *sorted({cut for value in named for cut in (value, value + 1) if cut in known[1:]}))


def _left(row: Box, box: Box) -> Box | None:
    """What a row still asks of the situations of a box; None if it holds in none of them."""
    left = {}
    for fact, cells in row.items():
        mine = box.get(fact)
        if mine is None or mine & ~cells:
            left[fact] = cells
        if mine is not None and not mine & cells:
            return None
    return left


def _most_telling(rest: Mapping[int, Box], weights: Sequence[int]) -> str:
    """The fact that settles most: asked by many rows, and by rows that ask little else."""
    scores: dict[str, int] = {}
    for i, left in rest.items():
        score = weights[i] << max(0, 10 - 2 * len(left))
        for fact in left:
            scores[fact] = scores.get(fact, 0) + score
    return max(scores, key=scores.__getitem__)


def _without(box: Box, fact: str) -> Box:
    return {name: cells for name, cells in box.items() if name != fact}


def bits(mask: int) -> Iterator[int]:
    """The bits of a mask, one by one."""
    while mask:
        yield mask & -mask
        mask &= mask - 1


def first(found: Iterable[V]) -> V | None:
    """The first, if there is any."""
    return next(iter(found), None)
