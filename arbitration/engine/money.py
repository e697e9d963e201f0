"""Shares as exact fractions; fen and basis points by largest remainder (G-07). No floats anywhere."""

from collections.abc import Mapping
from fractions import Fraction

WHOLE = 10_000  # basis points


def equal(people: tuple[str, ...]) -> dict[str, Fraction]:
    """Equal parts (G-09: 1/n for n claimants of a rule that halves)."""
    return {who: Fraction(1, len(people)) for who in people}


def apportion(shares: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Integers that sum to `total`: each part rounded down, what is left one each to the largest remainders; a tie goes to the
    earlier in the mapping, which is in the order of valid claims. Raises ValueError when the shares are not the whole."""
    if sum(shares.values()) != 1:
        raise ValueError(f"shares sum to {sum(shares.values())}")
    exact = {who: share * total for who, share in shares.items()}
    parts = {who: int(amount) for who, amount in exact.items()}
    order = {who: i for i, who in enumerate(shares)}
    richest = sorted(shares, key=lambda who: (parts[who] - exact[who], order[who]))
    for who in richest[: total - sum(parts.values())]:
        parts[who] += 1
    return {who: part for who, part in parts.items() if part}


def basis_points(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """How shares are shown: basis points that sum to 10,000, none of zero."""
    return apportion(shares, WHOLE) if shares else {}
