"""Telephone numbers without end: scattered over all prefixes, none twice, the same ones for the same seed."""

from math import gcd
from random import Random

from config.demo.customers import PREFIXES
from leads import vault
from leads.models import Phone

LINES = 10**8  # numbers of a prefix
ALL = len(PREFIXES) * LINES
MOST = LINES  # customers of one seed: each has as many numbers as there are prefixes to fall back on


class Numbers:
    """The i-th number of a seed: a step that shares no factor with the count of all numbers meets each of them once."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311 — nothing secret
        self.first = random.randrange(ALL)
        step = random.randrange(ALL // 3, ALL // 2)
        while gcd(step, ALL) > 1:
            step += 1
        self.step = step

    def number(self, i: int, again: int = 0) -> str:
        """The number of customer `i` as E.164; another one for each time `again` that it belongs to somebody else."""
        prefix, line = divmod((self.first + self.step * (i + again * LINES)) % ALL, LINES)
        return f"+86{PREFIXES[prefix]}{line:08d}"

    def free(self, start: int, count: int) -> list[str]:
        """Numbers of `count` customers from `start` on, each of which nobody has yet."""
        chosen = [self.number(i) for i in range(start, start + count)]
        again = 0
        while taken := _taken(chosen):
            again += 1
            if again == len(PREFIXES):
                raise ValueError("no number left for a customer: take another --seed-number")
            chosen = [self.number(start + i, again) if n in taken else n for i, n in enumerate(chosen)]
        return chosen


def _taken(numbers: list[str]) -> set[str]:
    known = {vault.whole(number): number for number in numbers}
    found = Phone.objects.filter(whole__in=list(known)).values_list("whole", flat=True)
    return {known[bytes(whole)] for whole in found}
