"""What finance looks at: a month's lines and sums, statements, deals whose commission waits, what a line rests on."""

from finance.reads.against_plans import OffPlan, off_plan
from finance.reads.held import case_numbers, held, unpaid_splits, waiting
from finance.reads.holders import Row, Sums, holders, of_month, sides, total
from finance.reads.months import around, begin, end, month, to_close, up_to
from finance.reads.splits import basis, basis_of, ground, lines, overruled, whole

__all__ = [
    "OffPlan", "Row", "Sums", "around", "basis", "basis_of", "begin", "case_numbers", "end", "ground", "held", "holders", "lines",
    "month", "of_month", "off_plan", "overruled", "sides", "to_close", "total", "unpaid_splits", "up_to", "waiting", "whole",
]  # fmt: skip
