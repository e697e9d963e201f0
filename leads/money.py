"""Money is integer fen. Reading it from a form, showing it, and splitting it so that no fen is lost."""

import re
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from django.utils.translation import gettext as _

from trail.refusals import Refusal

PATTERN = re.compile(r"^[¥￥]?\s*(\d{1,11})(?:\.(\d{1,2}))?\s*元?$")
WHOLE = 10_000  # basis points


def read_yuan(text: str, *, field: str) -> int:
    """`¥18,600.00` or `18600` in fen. Raises Refusal for anything that is no amount, or is zero."""
    match = PATTERN.match(text.strip().replace(",", "").replace("，", ""))
    if not match:
        raise Refusal("money_unreadable", _("金额写成数字，最多两位小数，比如 18600.00"), field=field)
    fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0") or 0)
    if fen == 0:
        raise Refusal("money_zero", _("金额要大于零"), field=field)
    return fen


def yuan(fen: int) -> str:
    """¥18,600.00; a minus sign in front where it is owed."""
    sign = "−" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def split(total_fen: int, shares_bp: Sequence[int]) -> list[int]:
    """Fen for each share by largest remainder (G-07): the sum is the total, a tie goes to the earlier in the list.

    Raises ValueError when the shares are not the whole.
    """
    if sum(shares_bp) != WHOLE or min(shares_bp, default=0) < 0:
        raise ValueError(f"shares {shares_bp} are not {WHOLE}")
    return apportion(total_fen, exact(shares_bp))


def exact(shares_bp: Sequence[int]) -> list[Fraction]:
    """The parts that basis points stand for. Equal parts are 1/n each, though thirds are written 33.34, 33.33, 33.33 (G-09)."""
    if max(shares_bp) - min(shares_bp) <= 1:
        return [Fraction(1, len(shares_bp))] * len(shares_bp)
    return [Fraction(share, WHOLE) for share in shares_bp]


def apportion(total_fen: int, parts: Sequence[Fraction]) -> list[int]:
    """The same for any parts that sum to 1: each rounded down, what is left one fen each to the largest remainders."""
    whole = lcm(*(part.denominator for part in parts))
    rounded = [divmod(total_fen * part.numerator * (whole // part.denominator), whole) for part in parts]
    left = total_fen - sum(fen for fen, _rest in rounded)
    richest = sorted(range(len(parts)), key=lambda i: (-rounded[i][1], i))[:left]
    return [fen + (i in richest) for i, (fen, _rest) in enumerate(rounded)]


def in_proportion(fen: int, of_fen: int, to_fen: int) -> int:
    """What `fen` of `of_fen` comes to when that becomes `to_fen`: exactly, half a fen and more rounded up."""
    return (fen * to_fen * 2 + of_fen) // (of_fen * 2)
