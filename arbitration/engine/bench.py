"""How fast the engine is, told beside a calibrating loop of plain Python, since machines differ and are noisy.

Every figure is the time of one process; `ratio` is work done while the loop turns once (a thousand times a thousand additions).
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arbitration.engine.backtest import facts_of, stored
from arbitration.engine.case import Case
from arbitration.engine.check import check
from arbitration.engine.decide import decide, rule_on
from arbitration.engine.facts import FACTS
from arbitration.engine.pack import Pack, Stage, load_pack, pack_ids
from arbitration.engine.stages import Stages
from arbitration.engine.table import Values
from arbitration.engine.whatif import counterfactuals

ROWS = 60
BATCHES = 25  # of which the quickest counts


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, its goal, how often a second or how many milliseconds, and the ratio."""

    name: str
    goal: str
    value: float
    unit: str
    ratio: float
    reached: bool | None

    def as_dict(self) -> dict[str, Any]:
        return self.__dict__ | {"value": round(self.value, 3), "ratio": round(self.ratio, 3)}


def calibrate() -> float:
    """Seconds of the calibrating loop, the best of five."""

    def loop() -> None:
        total = 0
        for i in range(1_000_000):
            total += i

    return min(_timed(loop) for _ in range(5))


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _best(act: Callable[[], Any]) -> float:
    """The best of three, so that what the machine does beside it counts less."""
    return min(_timed(act) for _ in range(3))


def rate(name: str, goal: int | None, done: int, seconds: float, loop: float) -> Row:
    """A row that tells how many a second."""
    return Row(
        name, f"≥ {goal:,}/s" if goal else "", done / seconds, "/s", done / seconds * loop, done / seconds >= goal if goal else None
    )  # fmt: skip


def span(name: str, goal: int | None, seconds: Sequence[float], loop: float) -> Row:
    """A row that tells milliseconds: the 99th percentile of the cases, each the best of three."""
    worst = sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))] * 1000
    return Row(name, f"≤ {goal} ms" if goal else "", worst, "ms", worst / 1000 / loop, worst <= goal if goal else None)


def sixty_rows() -> Pack:
    """Sixty rows with conditions as one stage: those of the shipped policies that have the most."""
    packs = [load_pack(name) for name in pack_ids()]
    rows = {pack: [rule for stage in pack.deciding for rule in stage.rules if rule.when] for pack in packs}
    largest = sorted(packs, key=lambda pack: (-len(rows[pack]), pack.id))
    rules = [replace(rule, id=f"{pack.id}.{rule.id}") for pack in largest for rule in rows[pack]][:ROWS]
    params = {name: param for pack in packs for name, param in pack.params.items()}
    return replace(packs[0], stages=(Stage("bench", "unique", tuple(rules)),), params=params)


def random_values(stages: Stages, chance: random.Random) -> Values:
    """Known values for every fact that is asked, as cases have them: most things did not happen."""
    return {name: _drawn(FACTS[name].values, chance) for name in sorted(stages.asked)}


def _drawn(values: Sequence[Any], chance: random.Random) -> Any:
    if isinstance(values[0], bool):
        return chance.random() < 0.25
    return chance.choice(values)


def rules_only(loop: float) -> Row:
    """Sixty rows: which apply, which stand, which conditions each of the others lacks."""
    pack = sixty_rows()
    stages, chance = Stages(pack, pack.values), random.Random(1)  # noqa: S311 — no secret
    drawn = [random_values(stages, chance) for _ in range(2_000)]
    stage = stages.deciding[0]

    def batch() -> None:
        read, found = stages.table.read, stages.found
        for values in drawn:
            found(stage, *read(values))

    best = min(_timed(batch) for _ in range(BATCHES))
    return rate(f"rules only, {ROWS} rows, all states and why-not", 100_000, len(drawn), best, loop)


def on_cases(cases: Sequence[tuple[Case, Pack]], loop: float) -> Iterator[Row]:
    """Facts and rules; whole rulings with texts, counterfactuals and hash; counterfactuals alone."""
    cases = [(case, pack) for case, pack in cases if pack.decides != "nothing"] or list(cases)
    for case, pack in cases:
        rule_on(case, pack)
    yield rate("facts and rules", None, len(cases), _timed(lambda: [rule_on(c, p) for c, p in cases]), loop)
    whole = [_best(lambda c=c, p=p: decide(c, p).canonical()) for c, p in cases]  # type: ignore[misc]
    yield span("final ruling with trace, texts, counterfactuals and hash", 20, whole, loop)
    rulings = [rule_on(case, pack) for case, pack in cases]
    yield span("counterfactuals", 20, [_best(lambda r=r: counterfactuals(r)) for r in rulings], loop)  # type: ignore[misc]


def checks(loop: float) -> Row:
    """The static checks of each shipped pack."""
    packs = [load_pack(name) for name in pack_ids()]
    return span("static checks of a pack", 50, [_best(lambda p=p: check(p)) for p in packs], loop)  # type: ignore[misc]


def stored_rows(cases: Sequence[tuple[Case, Pack]], pack: Pack, n: int) -> Iterator[tuple[str, str]]:
    """Facts of many cases as a backtest finds them stored: those of real cases, with chance in them."""
    chance, stages = random.Random(2), Stages(pack, pack.values)  # noqa: S311 — no secret
    real = [facts_of(case, pack) for case, governing in cases if governing is pack]
    for i in range(n):
        drawn = random_values(stages, chance)
        kept = real[i % len(real)] if real else {}
        values = {name: drawn[name] if chance.random() < 0.3 else kept.get(name, drawn[name]) for name in drawn}
        yield f"ZD{i:07d}", stored(values)
