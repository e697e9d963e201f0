"""Money: nothing is lost or made by splitting."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.money import read_yuan, split, yuan
from trail.refusals import Refusal


@st.composite
def shares(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=6)))
    return [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]


@given(st.integers(0, 10**12), shares())
def test_the_parts_sum_to_the_whole_and_lie_within_a_fen_of_exact(total, parts):
    amounts = split(total, parts)
    assert sum(amounts) == total
    assert all(abs(amount - Fraction(total * bp, 10_000)) < 1 for amount, bp in zip(amounts, parts, strict=True))


def test_the_odd_fen_goes_to_the_earlier_claimant():
    assert split(6_000_01, [5_000, 5_000]) == [3_000_01, 3_000_00]


@pytest.mark.parametrize("parts", [[9_999], [5_000, 5_001], [-1, 10_001], []])
def test_shares_that_are_not_the_whole_are_an_error(parts):
    with pytest.raises(ValueError, match="10000"):
        split(100, parts)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("18600", 18_600_00), ("¥18,600.00", 18_600_00), ("0.01", 1), ("￥1，000.5", 1_000_50), ("66元", 66_00)],
)
def test_amounts_are_read_as_people_write_them(text, fen):
    assert read_yuan(text, field="amount") == fen


@pytest.mark.parametrize("text", ["", "abc", "1.234", "-5", "0", "1e3", "１２.３.４"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Refusal) as refused:
        read_yuan(text, field="amount")
    assert refused.value.field == "amount"


@given(st.integers(1, 10**13 - 1))
def test_an_amount_shown_reads_back_the_same(fen):
    assert read_yuan(yuan(fen), field="x") == fen
