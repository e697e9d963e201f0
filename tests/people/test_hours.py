"""When a letter may go: quiet hours, digest, and what cannot wait."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from people.hours import is_quiet, may_go_at
from people.models import NoticeSettings
from tests import make

DAY = timedelta(days=1)
NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}
NONE = {"quiet_from": None, "quiet_until": None}


def wish(pace="at_once", daily_at="09:07", **quiet):
    return NoticeSettings(pace=pace, daily_at=time.fromisoformat(daily_at), **(quiet or NIGHT))


def goes(text, wanted, *, said="", urgent=False):
    moment = make.at(text)
    may = may_go_at(wanted, said_at=make.at(said) if said else moment, at=moment, urgent=urgent)
    return f"{may.astimezone(make.SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("said", "goes_at"),
    [
        ("2025-04-28 14:05", "2025-04-28 14:05"),
        ("2025-04-28 20:59", "2025-04-28 20:59"),
        ("2025-04-28 21:00", "2025-04-29 08:00"),
        ("2025-04-28 23:59", "2025-04-29 08:00"),
        ("2025-04-29 00:00", "2025-04-29 08:00"),
        ("2025-04-29 07:59", "2025-04-29 08:00"),
        ("2025-04-29 08:00", "2025-04-29 08:00"),
    ],
)
def test_what_is_said_at_night_goes_in_the_morning(said, goes_at):
    assert goes(said, wish()) == goes_at


def test_quiet_hours_within_one_day():
    lunch = wish(quiet_from=time(12), quiet_until=time(14))
    assert goes("2025-04-28 12:30", lunch) == "2025-04-28 14:00"
    assert goes("2025-04-28 23:00", lunch) == "2025-04-28 23:00"


def test_a_visitor_at_the_desk_does_not_wait_for_the_morning_nor_for_the_digest():
    assert goes("2025-04-28 23:00", wish(pace="daily"), urgent=True) == "2025-04-28 23:00"


def test_a_digest_goes_once_a_day_and_holds_what_was_said_until_then():
    daily = wish(pace="daily")
    assert goes("2025-04-28 09:06", daily) == "2025-04-28 09:07"
    assert goes("2025-04-28 09:07", daily, said="2025-04-27 10:00") == "2025-04-28 09:07"
    assert goes("2025-04-28 09:08", daily) == "2025-04-29 09:07"


def test_a_digest_that_would_fall_into_quiet_hours_goes_when_they_end():
    assert goes("2025-04-28 14:05", wish(pace="daily", daily_at="22:00")) == "2025-04-29 08:00"


def test_a_digest_that_was_missed_goes_at_once_but_not_at_night():
    daily = wish(pace="daily")
    assert goes("2025-04-28 15:00", daily, said="2025-04-27 10:00") == "2025-04-28 15:00"
    assert goes("2025-04-28 22:00", daily, said="2025-04-27 10:00") == "2025-04-29 08:00"


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
WISHES = st.builds(
    NoticeSettings,
    pace=st.sampled_from(NoticeSettings.Pace.values),
    daily_at=CLOCKS,
    quiet_from=CLOCKS,
    quiet_until=CLOCKS,
).filter(lambda row: row.quiet_from != row.quiet_until) | st.builds(
    NoticeSettings, pace=st.sampled_from(NoticeSettings.Pace.values), daily_at=CLOCKS, quiet_from=st.none(), quiet_until=st.none()
)  # fmt: skip


@given(WISHES, MOMENTS, st.booleans())
@example(wish(pace="daily", daily_at="22:00"), make.at("2025-04-28 22:01").astimezone(UTC), False)
def test_nothing_goes_in_quiet_hours_and_nothing_waits_longer_than_a_day(wanted, said, urgent):
    may = may_go_at(wanted, said_at=said, at=said, urgent=urgent)
    assert said <= may <= said + DAY
    assert may == said if urgent else not is_quiet(wanted, may)


@given(WISHES, MOMENTS, MOMENTS)
def test_what_was_said_first_may_not_go_last(wanted, one, other):
    first, second = sorted((one, other))
    assert may_go_at(wanted, said_at=first, at=first, urgent=False) <= may_go_at(
        wanted, said_at=second, at=second, urgent=False
    )


@given(WISHES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)))
def test_when_its_moment_has_come_it_goes_and_is_not_put_off_again(wanted, said, late):
    due = may_go_at(wanted, said_at=said, at=said, urgent=False)
    later = due + late
    assume(not is_quiet(wanted, later))
    assert may_go_at(wanted, said_at=said, at=later, urgent=False) == later
