"""Bars drawn on the server: sizes in units of the drawing, for templates/visits/_bars.html. The table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 640, 160, 20
LABELS = 12  # under the bars at most: more would run into each other


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, with what stands under it and how much it is."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    n: int
    labelled: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars of one height scale; `most` is the value at its top."""

    bars: list[Bar]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    full: int = HEIGHT + FOOT


def bars(values: Sequence[tuple[str, int]]) -> Plot:
    """A plot of (label, count)."""
    most = max((n for _label, n in values), default=0)
    step, every = WIDTH / max(len(values), 1), -(-len(values) // LABELS) or 1
    drawn = [_bar(i, label, n, step, most, labelled=i % every == 0) for i, (label, n) in enumerate(values)]
    return Plot(drawn, most)


def _bar(i: int, label: str, n: int, step: float, most: int, *, labelled: bool) -> Bar:
    height = round(n / most * (HEIGHT - 16), 1) if most else 0.0
    width = round(min(step * 0.8, 40), 1)
    middle = round((i + 0.5) * step, 1)
    return Bar(round(middle - width / 2, 1), HEIGHT - height, width, height, middle, label, n, labelled)
