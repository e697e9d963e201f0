"""Grades of a customer, by the sales department (D05-4.1): a letter for whom to care for, a tier for whose order goes first (D19-2.1).

The letter comes from what may become of a customer (potential) and what they mean to the house (importance):

| potential \\ importance | low | middle | high |
|---|---|---|---|
| high | B | A | A |
| middle | C | B | A |
| low | C | C | B |

The tier comes from what they bring in (profit) and how they stay (loyalty): 1 both high, 2 only profit, 3 only loyalty, 4 neither.
"""

LOW, MIDDLE, HIGH = 1, 2, 3
LETTERS: dict[tuple[int, int], str] = {
    (HIGH, HIGH): "A", (HIGH, MIDDLE): "A", (HIGH, LOW): "B",
    (MIDDLE, HIGH): "A", (MIDDLE, MIDDLE): "B", (MIDDLE, LOW): "C",
    (LOW, HIGH): "B", (LOW, MIDDLE): "C", (LOW, LOW): "C",
}  # fmt: skip
TIERS: dict[tuple[bool, bool], int] = {(True, True): 1, (True, False): 2, (False, True): 3, (False, False): 4}


def letter(potential: int | None, importance: int | None) -> str:
    """A, B or C; empty while one of the two is not known."""
    return LETTERS.get((potential or 0, importance or 0), "")


def tier(profit_high: bool | None, loyalty_high: bool | None) -> int | None:
    """1 to 4, the first goes first; None while one of the two is not known."""
    if profit_high is None or loyalty_high is None:
        return None
    return TIERS[profit_high, loyalty_high]


def pairs(wanted: str) -> list[tuple[int, int]]:
    """Every (potential, importance) that gives this letter."""
    return [pair for pair, given in LETTERS.items() if given == wanted]
