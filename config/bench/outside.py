"""`bench outside`: does the time of an answer tell an outside agency what the answer does not (G13)? Over HTTP, in random order."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import sqrt
from random import Random
from statistics import NormalDist, median

from config.bench.callers import Program
from config.bench.rows import Row
from config.bench.scene import Scene, known, newcomers, outsiders, tokens
from leads.models import Phone
from leads.screening.phones import mask34

LIKELY = 0.01  # so likely two samples of one thing differ by this much or more: below it they are two things
APART = 5  # ms
FITS, FITS_NOBODY = "a mask that fits", "a mask that fits nobody"
PAIRS = (("taken", "free"), (FITS, FITS_NOBODY))
ANSWERS = {"taken": "taken", "free": "clear", FITS: "check", FITS_NOBODY: "clear"}
A_DAY = 20  # questions of one person, of the sixty that a day has


def outside(scene: Scene, requests: int) -> Iterator[Row]:
    """So many questions of each kind, each pair beside one another; and whether answers differ in anything but the answer."""
    phones, people = known(2 * requests), newcomers(requests)
    asked = {
        "taken": [phone.national for phone in phones[:requests]],
        "free": [person.number for person in people],
        FITS: [phone.masked for phone in phones[requests:]],
        FITS_NOBODY: _masks_of_nobody(requests),
    }
    with tokens(outsiders(scene.project, 4 * requests // A_DAY + 60)) as secrets:
        seconds, bodies = _ask(Program(scene.port, secrets), asked)
    for one, other in PAIRS:
        yield from _beside(one, other, seconds)
    yield Row("outside: answers that differ in more than the answer", "= 0", bodies - 2, "", 1.0, bodies == 2)


def _masks_of_nobody(count: int) -> list[str]:
    """Among many customers many a mask fits somebody."""
    masks = {mask34(person.number) for person in newcomers(5 * count)}
    return [mask for mask in masks if not Phone.objects.fitting(mask)][:count]


def _ask(program: Program, asked: dict[str, list[str]]) -> tuple[dict[str, list[float]], int]:
    """Seconds of each kind, and how many different bodies there were, of whole and of masked numbers, but for the answer.

    What is answered as another kind is (a mask that happens to fit somebody; whoever is free again) is left out. Raises RuntimeError
    where that is more than half of a kind.
    """
    questions = [(kind, number) for kind, numbers in asked.items() for number in numbers]
    Random().shuffle(questions)  # noqa: S311
    seconds: dict[str, list[float]] = {kind: [] for kind in asked}
    bodies = set()
    for kind, number in questions:
        told = program.post("precheck", {"number": number}, 200)
        bodies.add(("*" in number, repr({**told, "answer": ""})))
        if told["answer"] == ANSWERS[kind]:
            seconds[kind].append(program.seconds[-1])
    for kind, numbers in asked.items():
        if len(seconds[kind]) * 2 < len(numbers):
            raise RuntimeError(f"{kind}: only {len(seconds[kind])} of {len(numbers)} were answered as that")
    return seconds, len(bodies)


def _beside(one: str, other: str, seconds: dict[str, list[float]]) -> Iterator[Row]:
    mine, theirs = median(seconds[one]) * 1000, median(seconds[other]) * 1000
    apart, likely = abs(mine - theirs), likeness(seconds[one], seconds[other])
    name = f"outside: {one} against {other}"
    yield Row(f"{name}, medians apart", f"< {APART} ms", apart, "ms", mine / theirs, apart < APART)
    yield Row(f"{name}, p (Mann–Whitney)", f"> {LIKELY}", likely, "", mine / theirs, likely > LIKELY)


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely two samples of one and the same thing differ as much as these (Mann–Whitney U, by the normal distribution)."""
    ranks, before, ties = 0.0, 0, 0
    marked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    for _value, alike in groupby(marked, key=lambda pair: pair[0]):
        mine = [of_one for _v, of_one in alike]
        ranks += sum(mine) * (before + (len(mine) + 1) / 2)
        before += len(mine)
        ties += len(mine) ** 3 - len(mine)
    pairs, every = len(one) * len(other), len(marked)
    apart = ranks - len(one) * (len(one) + 1) / 2 - pairs / 2
    spread = sqrt(pairs / 12 * ((every + 1) - ties / (every * (every - 1))))
    return 2 * NormalDist().cdf(-abs(apart) / spread) if spread else 1.0
