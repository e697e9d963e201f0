"""`bench plots`: time against size, drawn from the history by a template, like the plots of pages.

Time is told beside what was measured in the same run, a median in so many 404s and a rate as a share of raw SQL's: the
machine was not as busy each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from config.bench.history import lines

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 250, 36, 34
LABEL = 15  # at least, between two labels
SUBJECTS = {
    "register": "Reports over the API, 8 clients: share of raw SQL's rate",
    "precheck": "Pre-check: median, times a page that finds nothing",
    "search": "Search at the desk: median, times a page that finds nothing",
    "desk": "Pages and posts: median, times a page that finds nothing",
}


@dataclass(frozen=True)
class Line:
    """One measurement at several sizes, with where its label stands."""

    label: str
    points: list[tuple[int, int]]
    y: int
    n: int

    @property
    def path(self) -> str:
        """As SVG wants it."""
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def end(self) -> int:
        """How high it ends."""
        return self.points[-1][1]


def draw(history: Path, folder: Path) -> Iterator[Path]:
    """A drawing for each subject that was measured at two sizes or more; gives their paths."""
    for subject, title in SUBJECTS.items():
        found = latest(history, subject)
        if len(found) > 1:
            path = folder / f"bench-{subject}.svg"
            path.write_text(render_to_string("bench/plot.svg", plot(title, found, rate=subject == "register")), "utf-8")
            yield path


def latest(history: Path, subject: str) -> dict[int, list[dict[str, Any]]]:
    """The rows of the last run of a subject at each size."""
    of_subject = {line["size"]: line["rows"] for line in lines(history) if line["subject"] == subject}
    return dict(sorted(of_subject.items()))


def plot(title: str, found: dict[int, list[dict[str, Any]]], *, rate: bool) -> dict[str, Any]:
    """What the template draws: sizes lie on a scale of powers of ten, values on one that begins at nothing."""
    series: dict[str, list[tuple[int, float]]] = {}
    for size, rows in found.items():
        for row in rows:
            if row["goal"] and (row["unit"] == "/s" if rate else row["median"]):
                series.setdefault(row["name"], []).append((size, row["ratio"]))
    top = max(value for points in series.values() for _size, value in points)
    first, last = log10(min(found)), log10(max(found))

    def place(size: int, value: float) -> tuple[int, int]:
        across = (log10(size) - first) / (last - first)
        return round(LEFT + across * (WIDTH - LEFT - RIGHT)), round(
            HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)
        )

    placed = {name: [place(*point) for point in points] for name, points in series.items()}
    ticks = [(place(1, top * i / 4)[1], f"{top * i / 4:.2g}") for i in range(5)]
    return {
        "title": title, "lines": _labelled(placed), "sizes": [(place(size, 0)[0], f"{size:,}") for size in found],
        "ticks": ticks, "left": LEFT, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM, "width": WIDTH, "height": HEIGHT,
    }  # fmt: skip


def _labelled(placed: dict[str, list[tuple[int, int]]]) -> list[Line]:
    """Labels beside the ends of their lines, each below the one above it."""
    made: list[Line] = []
    y = 0
    for n, (name, points) in enumerate(sorted(placed.items(), key=lambda item: item[1][-1][1])):
        y = max(points[-1][1], y + LABEL)
        made.append(Line(name.split(": ", 1)[-1], points, y, n))
    return made
