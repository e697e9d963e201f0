"""What may be deducted from a wage (G31): never more than a fifth of the month, never below the minimum wage, at every place."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penalties.guard import deductible
from penalties.jurisdictions import DEFAULT, jurisdiction, jurisdictions

FEN = st.integers(0, 10_000_000)
LAWS = st.sampled_from(sorted(jurisdictions()))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("rest", "wage", "minimum", "already", "part"),
    [
        (500_00, 8_000_00, 2_300_00, 0, 500_00),
        (2_000_00, 8_000_00, 2_300_00, 0, 1_600_00),  # a fifth
        (2_000_00, 2_500_00, 2_300_00, 0, 200_00),  # the minimum wage is the narrower
        (2_000_00, 8_000_00, 2_300_00, 1_500_00, 100_00),
        (2_000_00, 2_300_00, 2_300_00, 0, 0),
        (2_000_00, 2_000_00, 2_300_00, 0, 0),  # earns less: nothing, and nothing negative
        (2_000_00, None, 2_300_00, 0, 0),
        (2_000_00, 8_000_00, None, 0, 0),
        (1, 4, 0, 0, 0),  # a fifth of four fen is no fen
    ],
)
def test_what_is_left_of_a_wage(rest, wage, minimum, already, part):
    assert deductible(rest=rest, wage=wage, minimum=minimum, already=already) == part


@given(
    owed=st.lists(st.integers(1, 3_000_00), min_size=1, max_size=6), months=st.lists(FEN, min_size=1, max_size=12),
    law=LAWS, minimum=st.integers(1, 5_000_00),
)  # fmt: skip
def test_whatever_is_owed_for_however_long_no_month_takes_more_than_the_law_allows(owed, months, law, minimum):
    """Several sanctions over many months: within cap and floor each month, nothing made, nothing lost."""
    rules, left = jurisdiction(law), list(owed)
    for wage in months:
        already = 0
        for i, rest in enumerate(left):
            part = deductible(
                rest=rest, wage=wage, minimum=minimum, already=already, cap_percent=rules.cap_percent,
                floor_percent=rules.floor_percent,
            )  # fmt: skip
            assert 0 <= part <= rest
            already += part
            left[i] -= part
        assert already * 5 <= wage
        assert already == 0 or wage - already >= minimum
    assert sum(left) <= sum(owed)
    assert min(left) >= 0


@given(law=LAWS, day=DAYS)
def test_a_city_has_one_minimum_wage_a_day_or_none(law, day):
    rules = jurisdiction(law)
    for city in rules.cities():
        rows = [
            row
            for row in rules.minimum_wages
            if row.city == city and row.since <= day and (row.until is None or day < row.until)
        ]
        assert len(rows) <= 1
        assert rules.minimum(city, day) == (rows[0].fen if rows else None)
    assert rules.minimum("nowhere", day) is None


@pytest.mark.parametrize("law", sorted(jurisdictions()))
def test_every_jurisdiction_says_all_that_is_asked_in_both_languages(law):
    rules = jurisdiction(law)
    assert rules.code == law
    assert set(rules.names) == set(rules.warnings) == {"zh", "en"}
    assert 0 < rules.cap_percent <= 20  # 工资支付暂行规定 §16
    assert rules.floor_percent >= 100
    assert rules.answer_working_days >= 5
    assert rules.appeal_days >= 15
    assert rules.written_notice is True
    assert rules.sources
    assert all(isinstance(source.verified, bool) for source in rules.sources)
    for row in rules.minimum_wages:
        assert set(row.name) == {"zh", "en"}
        assert row.until is None or row.until > row.since
        assert row.fen % 100 == 0
        assert 1_000_00 < row.fen < 10_000_00


def test_fines_are_payable_only_where_the_profile_says_so():
    assert {code for code, rules in jurisdictions().items() if rules.fines_payable} == {"shenzhen", "tolerant"}
    assert jurisdiction("nowhere").code == DEFAULT == "cn"


def test_what_was_not_looked_up_says_so():
    """Nobody has verified the minimum wages, nor Shenzhen's § 34: the page shows it (trust.md §4.1)."""
    wages = [row for rules in jurisdictions().values() for row in rules.minimum_wages]
    assert wages
    assert not any(row.verified for row in wages)
    assert not any(source.verified for source in jurisdiction("shenzhen").sources if "§34" in source.text)
    assert jurisdiction("guangdong").minimum("guangzhou", date(2025, 3, 1)) == 2_500_00
    assert jurisdiction("guangdong").minimum("guangzhou", date(2025, 3, 1) - timedelta(days=1)) == 2_300_00
