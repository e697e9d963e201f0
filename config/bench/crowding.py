"""`bench crowd`: fifty people report one and the same customer, each again every 1.1 seconds, for a minute (G04)."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from random import random

from config.bench.callers import Program, at_once
from config.bench.racing import left
from config.bench.rows import Row, percentile
from config.bench.scene import Person, Scene, newcomers, tokens

CROWD = 50
SECONDS = 60
MOST_P99 = 500  # ms
EVERY = 1.1  # seconds between two reports of one person: about half of what their programs may write in a minute


def crowd(scene: Scene, seconds: int) -> Iterator[Row]:
    """Answers a second and their 99th percentile, among as many who each report somebody else; and whether one owner came of it."""
    wanted, others = newcomers(1)[0], newcomers(CROWD * seconds)
    with tokens(scene.sellers[:CROWD]) as secrets:
        scene.say(f"{len(secrets)} people report somebody else each, for {seconds} seconds")
        apart = _asked(scene.port, secrets, seconds, others.pop)
        scene.say(f"{len(secrets)} people report one customer, for {seconds} seconds")
        together = _asked(scene.port, secrets, seconds, lambda: wanted)
    rate, usual = len(together) / seconds, len(apart) / seconds
    worst, beside = (percentile(found, 99) * 1000 for found in (together, apart))
    owners, customers = left(wanted)
    yield Row(f"crowd: {CROWD} clients, as many customers", "", usual, "/s", 1.0, None)
    yield Row(f"crowd: {CROWD} clients, one customer", "", rate, "/s", rate / usual, None)
    yield Row("crowd: 99th percentile", f"≤ {MOST_P99} ms", worst, "ms", worst / beside, worst <= MOST_P99)
    yield Row("crowd: owners", "= 1", owners, "", 1.0, owners == 1)
    yield Row("crowd: customers", "= 1", customers, "", 1.0, customers == 1)


def _asked(port: int, secrets: list[str], seconds: int, whom: Callable[[], Person]) -> list[float]:
    """Seconds of each answer."""
    programs = [Program(port, [secret]) for secret in secrets]
    until = time.monotonic() + seconds
    at_once([partial(_report, program, whom, until) for program in programs])
    return [second for program in programs for second in program.seconds]


def _report(program: Program, whom: Callable[[], Person], until: float) -> None:
    time.sleep(random() * EVERY)  # noqa: S311
    while (begun := time.monotonic()) < until:
        program.post("registrations", whom().lead, 201)
        time.sleep(max(0, begun + EVERY - time.monotonic()))
