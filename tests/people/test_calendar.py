"""The working calendar: the state's days as announced, the company's own before them, and the page that changes them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from people.calendar import Calendar, Source, State, company_calendar, published
from people.models import DayChange
from people.services.calendar import change_days, undo_changes
from tests import make
from trail.models import Entry
from trail.refusals import Refusal

URL = "/settings/calendar"


def day(text):
    return date.fromisoformat(text)


# The notices of the State Council for 2025 and 2026, line by line: off from–to, and the weekend days worked for it.
NOTICES = [
    ("2025-01-01", "2025-01-01", []),
    ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
    ("2025-04-04", "2025-04-06", []),
    ("2025-05-01", "2025-05-05", ["2025-04-27"]),
    ("2025-05-31", "2025-06-02", []),
    ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
    ("2026-01-01", "2026-01-03", ["2026-01-04"]),
    ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    ("2026-04-04", "2026-04-06", []),
    ("2026-05-01", "2026-05-05", ["2026-05-09"]),
    ("2026-06-19", "2026-06-21", []),
    ("2026-09-25", "2026-09-27", []),
    ("2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
]


@pytest.mark.parametrize(("first", "last", "worked"), NOTICES)
def test_the_days_off_and_the_days_worked_for_them_are_those_of_the_notice(first, last, worked):
    calendar, at = Calendar(), day(first)
    while at <= day(last):
        assert not calendar.is_working(at), at
        at += timedelta(days=1)
    assert calendar.is_working(at) or at.weekday() >= 5
    for text in worked:
        assert day(text).weekday() >= 5
        assert calendar.state_of(day(text)) == State(True, "调休上班", Source.STATE)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_other_weekday_is_worked_and_every_other_weekend_day_is_not(year):
    off = {d for a, b, _w in NOTICES for d in _span(day(a), day(b))}
    worked = {day(text) for _a, _b, days in NOTICES for text in days}
    for at in _span(date(year, 1, 1), date(year, 12, 31)):
        assert Calendar().is_working(at) == (at in worked or (at.weekday() < 5 and at not in off)), at


def _span(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2025-01-29", "春节", "Chinese New Year (Spring Festival)"),
        ("2025-10-01", "国庆节", "National Day"),
        ("2025-01-26", "调休上班", "Worked in place of a day off"),
        ("2025-03-03", "", ""),
    ],
)
def test_a_day_has_its_name_in_the_language_of_the_reader(text, zh, en):
    with translation.override("zh-hans"):
        assert Calendar().state_of(day(text)).name == zh
    with translation.override("en"):
        assert Calendar().state_of(day(text)).name == en


def test_what_the_company_says_goes_before_the_state():
    changed = Calendar({day("2025-05-01"): (True, "开盘"), day("2025-05-06"): (False, "公司年会")})
    assert changed.state_of(day("2025-05-01")).source == Source.COMPANY
    assert changed.is_working(day("2025-05-01"))
    assert not changed.is_working(day("2025-05-06"))
    assert changed.state_of(day("2025-05-02")).source == Source.STATE


def test_five_working_days_from_before_the_spring_festival_end_after_it():
    assert Calendar().after_working_days(day("2025-01-24"), 5) == day("2025-02-07")  # 26 (a Sunday) and 27 Jan, 5–7 Feb
    assert Calendar().working_days_between(day("2025-01-24"), day("2025-02-07")) == 5


@settings(deadline=None)
@given(st.integers(0, 2_000), st.integers(0, 40), st.dictionaries(st.integers(0, 2_000), st.booleans(), max_size=20))
def test_so_many_working_days_later_is_a_working_day_with_so_many_between(start, count, changes):
    start = date(2023, 1, 1) + timedelta(days=start)
    calendar = Calendar({start + timedelta(days=n % 90): (working, "") for n, working in changes.items()})
    end = calendar.after_working_days(start, count)
    assert calendar.working_days_between(start, end) == count
    assert calendar.is_working(end) or count == 0


def test_a_year_without_a_notice_yet_says_so():
    assert published(2026)
    assert not published(2099)


@pytest.mark.django_db
class TestChanging:
    def test_three_days_of_a_company_feast_rest_at_once(self, store):
        span = {"first": day("2025-05-07"), "last": day("2025-05-09"), "working": False, "name": " 公司年会 "}
        change_days(here=store.admin, at=make.MOMENT, **span)
        states = [company_calendar().state_of(d) for d in _span(span["first"], span["last"])]
        assert [(s.working, s.name, s.source) for s in states] == [(False, "公司年会", Source.COMPANY)] * 3
        assert Entry.objects.get(action="calendar.change").detail["until"] == "2025-05-09"

    def test_a_later_change_of_a_day_takes_the_place_of_the_earlier(self, store):
        for working in (False, True):
            span = {"first": day("2025-05-07"), "last": day("2025-05-07"), "working": working, "name": ""}
            change_days(here=store.admin, at=make.MOMENT, **span)
        assert DayChange.objects.get().working
        assert DayChange.history.count() == 2

    @pytest.mark.parametrize(
        ("first", "last", "code"),
        [
            ("2025-05-09", "2025-05-07", "days_backwards"),
            ("2025-05-01", "2025-06-30", "days_too_many"),
            ("1999-05-01", "1999-05-01", "days_out_of_reach"),
            ("2101-01-01", "2101-01-01", "days_out_of_reach"),
        ],
    )
    def test_a_span_that_cannot_be_meant_changes_nothing(self, store, first, last, code):
        with pytest.raises(Refusal) as refused:
            change_days(
                here=store.admin, first=day(first), last=day(last), working=False, name="", at=make.MOMENT
            )  # fmt: skip
        assert refused.value.code == code
        assert not DayChange.objects.exists()

    def test_undone_days_follow_the_state_again_and_cannot_be_undone_twice(self, store):
        span = {"first": day("2025-05-07"), "last": day("2025-05-08")}
        change_days(here=store.admin, working=False, name="", at=make.MOMENT, **span)
        undo_changes(here=store.admin, at=make.MOMENT, **span)
        assert company_calendar().is_working(day("2025-05-07"))
        with pytest.raises(Refusal) as refused:
            undo_changes(here=store.admin, at=make.MOMENT, **span)
        assert refused.value.code == "days_not_changed"

    def test_the_calendar_is_read_by_one_query(self, store, django_assert_num_queries):
        with django_assert_num_queries(1):
            calendar = company_calendar()
            calendar.after_working_days(day("2025-01-01"), 200)

    def test_a_day_is_changed_once_in_the_database(self, store):
        DayChange.objects.create(day=day("2025-05-07"), working=False)
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute("INSERT INTO people_daychange (day, working, name) VALUES ('2025-05-07', true, '')")


@pytest.mark.django_db
class TestPage:
    def test_the_year_shows_each_day_in_words_beside_its_colour(self, store, signed_in, at_noon):
        page = signed_in(store.admin).get(URL).content.decode()
        assert "2025 年工作日历" in page
        assert page.count('class="month"') == 12
        for mark in ("●休", "△班"):
            assert mark in page

    def test_a_change_and_its_undoing_are_seen_on_the_page(self, store, signed_in, at_noon):
        client = signed_in(store.admin)
        said = {"first": "2025-12-29", "last": "2025-12-31", "working": "no", "name": "秋游三天"}
        page = client.post(f"{URL}?year=2025", said, follow=True).content.decode()
        assert "秋游三天" in page
        assert "◆休" in page
        page = client.post(f"{URL}/undo", {"first": "2025-12-29", "last": "2025-12-31"}, follow=True).content.decode()
        assert "秋游三天" not in page

    def test_what_is_wrong_comes_back_in_a_sentence_with_what_was_typed(self, store, signed_in, at_noon):
        said = {"first": "2025-12-31", "last": "2025-12-29", "working": "no", "name": "公司年会"}
        answer = signed_in(store.admin).post(URL, said)
        assert answer.status_code == 422
        assert "最后一天不能早于第一天" in answer.content.decode()
        assert "公司年会" in answer.content.decode()

    @pytest.mark.parametrize("year", ["1999", "2101", "x", "-1", "２０２５x"])
    def test_what_is_no_year_of_the_calendar_is_not_found(self, store, signed_in, at_noon, year):
        assert signed_in(store.admin).get(URL, {"year": year}).status_code == 404

    def test_a_year_without_a_notice_warns(self, store, signed_in, at_noon):
        client = signed_in(store.admin)
        assert "还没公布" in client.get(URL, {"year": 2099}).content.decode()
        assert "还没公布" not in client.get(URL, {"year": 2025}).content.decode()
