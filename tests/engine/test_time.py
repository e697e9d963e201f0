"""Spans as the policies count them, at their edges."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from arbitration.engine.case import shown
from arbitration.engine.facts import time

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-03-03T00:00:00", 7, "2025-03-11T00:00:00"),  # the day it starts on is not counted
        ("2025-03-03T23:59:59", 7, "2025-03-11T00:00:00"),
        ("2025-02-26T10:00:00", 4, "2025-03-03T00:00:00"),
        ("2024-02-26T10:00:00", 4, "2024-03-02T00:00:00"),  # a leap year
    ],
)
def test_a_span_of_days_ends_at_the_midnight_after_its_last_day(start, days, end):
    assert time.after_days(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-31T16:00:00", 1, "2025-03-01T00:00:00"),  # no 31 February: its last day
        ("2025-03-15T15:00:00", 1, "2025-04-16T00:00:00"),
        ("2025-12-10T09:00:00", 1, "2026-01-11T00:00:00"),
        ("2024-01-31T09:00:00", 1, "2024-03-01T00:00:00"),
        ("2025-11-30T09:00:00", 3, "2026-03-01T00:00:00"),
    ],
)
def test_a_month_ends_with_the_corresponding_date_or_the_last_of_the_month(start, months, end):
    assert time.after_months(at(start), months) == at(end)


@pytest.mark.parametrize(
    ("call", "days"),
    [("2025-03-07T00:00:00", 3), ("2025-03-06T23:59:59", 4), ("2025-03-09T23:59:59", 1), ("2025-03-10T00:00:00", 0)],
)
def test_days_before_are_local_calendar_days(call, days):
    assert time.days_before(at(call), at("2025-03-10T15:00:00")) == days
    assert time.days_before(at(call).astimezone(UTC), at("2025-03-10T15:00:00").astimezone(UTC)) == days


def test_a_week_runs_from_monday_to_sunday_midnight():
    assert time.week_of(at("2025-03-09T23:59:59")) == (at("2025-03-03T00:00:00"), at("2025-03-10T00:00:00"))


def test_a_month_is_half_open():
    assert time.month_of(at("2024-02-29T23:59:59")) == (at("2024-02-01T00:00:00"), at("2024-03-01T00:00:00"))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-03-03", True), ("2025-03-08", False),
        ("2025-01-29", False),  # spring festival
        ("2025-01-26", True),  # a Sunday worked in its place
        ("2025-10-11", True), ("2026-02-28", True), ("2026-02-20", False),
    ],
)  # fmt: skip
def test_working_days_follow_the_state_calendar(day, works):
    assert time.is_working_day(date.fromisoformat(day)) is works


def test_a_company_holiday_is_no_working_day():
    assert not time.is_working_day(date(2025, 3, 5), ["2025-03-05"])
    assert time.after_working_days(at("2025-03-03T10:20:00"), 2, ["2025-03-05"]) == at("2025-03-07T00:00:00")


def test_two_working_days_from_a_monday_end_with_wednesday():
    assert time.after_working_days(at("2025-03-03T10:20:00"), 2) == at("2025-03-06T00:00:00")


def test_five_working_days_skip_the_weekend():
    assert time.after_working_days(at("2025-03-03T10:00:00"), 5) == at("2025-03-11T00:00:00")


@pytest.mark.parametrize(("apart", "same"), [(60, True), (61, False), (0, True), (-60, True)])
def test_simultaneous_is_up_to_the_limit_and_no_further(apart, same):
    first = at("2025-03-03T10:00:00")
    other = datetime.fromtimestamp(first.timestamp() + apart, UTC)
    assert time.within_seconds(first, other, 60) is same


def test_times_in_a_ruling_are_local_with_offset_to_the_second():
    assert shown(datetime(2025, 3, 7, 16, 0, 0, 999, tzinfo=UTC)) == "2025-03-08T00:00:00+08:00"
