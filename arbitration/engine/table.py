"""The conditions of a pack as bits: every distinct condition is one bit, a rule is the mask of those that it needs.

A known value of a fact sets the bits of the conditions that it meets; an unknown one leaves all of its conditions open.
With `true` and `unknown` as two whole numbers, `need & ~true` is the why-not of a rule, and zero means that it applies.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import getitem
from typing import Any

from arbitration.engine.facts import FACTS
from arbitration.engine.facts.words import Value
from arbitration.engine.pack import Leaf, Pack

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Column:
    """One fact: its cells (values that no condition tells apart are one cell) and the bits that each cell sets.

    For a whole number `cuts` are where a new cell begins; for the rest a cell is a value.
    """

    fact: str
    cells: tuple[Value, ...]
    bits: tuple[int, ...]
    cuts: tuple[int, ...]
    every: int

    def cell(self, value: Value) -> int:
        """The place of a known value among the cells."""
        return bisect_right(self.cuts, value) if self.cuts else self.cells.index(value)  # type: ignore[type-var]


class Table:
    """A pack's conditions under certain parameters."""

    def __init__(self, pack: Pack, params: Mapping[str, Any]) -> None:
        self.params = params
        rows = [rule.when for rule in pack.rules]
        others = [other.when for stage in pack.stages for other in stage.otherwise]
        contested = [(Leaf(stage.contested, "is", True),) for stage in pack.stages if stage.contested]
        self.leaves = tuple(dict.fromkeys(leaf for row in (*rows, *others, *contested) for leaf in row))
        self._bit = {leaf: 1 << place for place, leaf in enumerate(self.leaves)}
        names = dict.fromkeys(leaf.fact for leaf in self.leaves)
        self.columns = {name: self._column(name) for name in names}
        # For each fact what each of its values makes true. Conditions of two facts share no bit, so what is true together is a sum.
        self._names = tuple(self.columns)
        self._sets = tuple(
            {value: column.bits[column.cell(value)] for value in FACTS[name].values} for name, column in self.columns.items()
        )  # fmt: skip
        self._all = (1 << len(self.leaves)) - 1

    def need(self, when: Iterable[Leaf]) -> int:
        """The mask of some conditions."""
        mask = 0
        for leaf in when:
            mask |= self._bit[leaf]
        return mask

    def _column(self, name: str) -> Column:
        leaves = [leaf for leaf in self.leaves if leaf.fact == name]
        known: Sequence[Value] = FACTS[name].values
        cuts: tuple[int, ...] = ()
        if isinstance(known, range):
            cuts = tuple(sorted({cut for leaf in leaves for cut in _cuts(leaf, self.params) if cut in known[1:]}))
            known = (known[0], *cuts)
        bits = tuple(
            sum(self._bit[leaf] for leaf in leaves if leaf.holds(value, self.params)) for value in known
        )  # fmt: skip
        return Column(name, tuple(known), bits, cuts, sum(self._bit[leaf] for leaf in leaves))

    def read(self, values: Values) -> tuple[int, int]:
        """(true, unknown): the conditions that these values meet, and those that nobody knows. What is not given is unknown."""
        try:
            return sum(map(getitem, self._sets, map(values.get, self._names))), 0
        except KeyError:  # something is unknown, or a number beyond the ends of its range
            return self._read_each(values)

    def _read_each(self, values: Values) -> tuple[int, int]:
        true = unknown = 0
        for name, column in self.columns.items():
            value = values.get(name)
            if value is None:
                unknown |= column.every
            else:
                true |= column.bits[column.cell(value)]
        return true, unknown

    def absent(self, true: int) -> int:
        """The conditions that are not true. (Not `~true`: Python takes twice as long over numbers below zero.)"""
        return true ^ self._all

    def named(self, mask: int) -> list[Leaf]:
        """The conditions of a mask."""
        return [leaf for place, leaf in enumerate(self.leaves) if mask >> place & 1]


def _cuts(leaf: Leaf, params: Mapping[str, Any]) -> Iterable[int]:
    """Where the truth of a condition on a whole number changes."""
    against = leaf.against(params)
    for value in against if leaf.op == "in" else (against,):
        yield value
        yield value + 1
