"""How much of a wage may be deducted in a month (工资支付暂行规定 §16, G-25, G31). Pure: integer fen in, integer fen out.

For every kind of employee and every kind of deduction; contract penalties of agencies are outside of it. What is left over is
deducted in later months.
"""


def deductible(
    *, rest: int, wage: int | None, minimum: int | None, already: int, cap_percent: int = 20, floor_percent: int = 100
) -> int:
    """The least of what is left, what the cap leaves of this month's wage, and what the minimum wage leaves. Never negative.

    `already`: what was deducted this month. A wage or minimum wage that is not known leaves nothing to deduct.
    """
    if wage is None or minimum is None:
        return 0
    capped = wage * cap_percent // 100 - already
    floor = -(-minimum * floor_percent // 100)  # rounded up: never below it
    return max(0, min(rest, capped, wage - floor - already))
