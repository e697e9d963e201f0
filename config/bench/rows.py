"""What a measurement comes to: a row of the table, and the figures of many seconds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, its goal, its value, and the ratio to what was measured beside it.

    `median`: of a value that is a 95th percentile, in the same unit; by it sizes are compared.
    """

    name: str
    goal: str
    value: float
    unit: str
    ratio: float
    reached: bool | None
    median: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """For a history."""
        rounded = {name: round(getattr(self, name), 3) for name in ("value", "ratio", "median") if getattr(self, name)}
        return self.__dict__ | rounded


def percentile(seconds: Sequence[float], of_hundred: int) -> float:
    """What so many of a hundred take at most."""
    return sorted(seconds)[ceil(len(seconds) * of_hundred / 100) - 1]


def p95(seconds: Sequence[float]) -> float:
    """What nineteen of twenty take at most."""
    return percentile(seconds, 95)


def span(name: str, most: int, seconds: Sequence[float], beside: float) -> Row:
    """A row of milliseconds: the 95th percentile against its goal, the median beside something else's."""
    worst, usual = p95(seconds) * 1000, median(seconds) * 1000
    return Row(name, f"p95 ≤ {most} ms", worst, "ms", usual / 1000 / beside, worst <= most, usual)


def timed(act: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
