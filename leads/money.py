"""Money is integer fen. Reading it from a form, showing it, and splitting it so that no fen is lost."""

import re

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


def split(total_fen: int, shares_bp: list[int]) -> list[int]:
    """Fen for each share by largest remainder (G-07): the sum is the total, a tie goes to the earlier in the list.

    Raises ValueError when the shares are not the whole.
    """
    if sum(shares_bp) != WHOLE or min(shares_bp, default=0) < 0:
        raise ValueError(f"shares {shares_bp} are not {WHOLE}")
    parts = [divmod(total_fen * share, WHOLE) for share in shares_bp]
    left = total_fen - sum(whole for whole, _rest in parts)
    richest = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))[:left]
    return [whole + (i in richest) for i, (whole, _rest) in enumerate(parts)]
