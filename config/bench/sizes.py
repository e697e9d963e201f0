"""The same at several sizes: how much more a measurement takes among a hundred times as many customers."""

from collections.abc import Iterator, Mapping, Sequence

from config.bench.rows import Row

MOST, LEAST = 1.2, 0.85  # times the smallest size: of a median; of a rate


def compared(by_size: Mapping[int, Sequence[Row]]) -> Iterator[Row]:
    """Each median and each rate at each size, beside that at the smallest."""
    (first, base), *rest = sorted(by_size.items())
    known = {row.name: row for row in base}
    for size, rows in rest:
        for row in rows:
            if row.name in known:
                yield from _beside(row, known[row.name], f"at {size:,} to {first:,} customers")


def _beside(row: Row, before: Row, sizes: str) -> Iterator[Row]:
    name = f"{row.name}, {sizes}"
    if row.median and before.median:
        times = row.median / before.median
        yield Row(name, f"≤ {MOST} ×", times, "×", times, times <= MOST)
    elif row.unit == "/s":
        times = row.value / before.value
        yield Row(name, f"≥ {LEAST} ×" if row.goal else "", times, "×", times, times >= LEAST if row.goal else None)
