"""Bars of money drawn on the server, lying, one line each; what is owed goes to the left. The table beside says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

WIDTH, LINE, LEFT, LONGEST = 420, 30, 130, 160
ROOM = 16  # of a label: a Chinese character takes two, a letter one


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands before it, how many fen it is, and what it was counted from (0: nothing is said of that)."""

    label: str
    fen: int
    n: int
    x: int
    y: int
    width: int
    end: int

    @property
    def short(self) -> str:
        """The label as far as there is room for it."""
        room = ROOM
        for i, letter in enumerate(self.label):
            room -= 2 if east_asian_width(letter) in "WF" else 1
            if room < 0:
                return self.label[: i - 1] + "…"
        return self.label


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars of one scale around one axis."""

    title: str
    bars: list[Bar]
    axis: int
    width: int = WIDTH

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return LINE * len(self.bars)

    @property
    def counted(self) -> bool:
        """Whether the bars say from how many deals they come."""
        return any(bar.n for bar in self.bars)


def plot(title: str, values: Sequence[tuple[str, int, int]]) -> Plot:
    """A plot of (label, fen, count)."""
    above = max((fen for _label, fen, _n in values), default=0)
    below = -min((fen for _label, fen, _n in values), default=0)
    above, below = max(above, 0), max(below, 0)
    span = above + below or 1
    axis = LEFT + below * LONGEST // span
    return Plot(title, [_bar(i, *value, axis, span) for i, value in enumerate(values)], axis)


def _bar(i: int, label: str, fen: int, n: int, axis: int, span: int) -> Bar:
    width = abs(fen) * LONGEST // span
    if fen:
        width = max(2, width)
    x = axis if fen >= 0 else axis - width
    return Bar(label, fen, n, x, i * LINE, width, max(axis, x + width) + 8)
