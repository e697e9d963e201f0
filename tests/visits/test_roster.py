"""The duty roster: shifts, overlaps, holes, copying a week; and who of several on duty receives."""

import threading
import time as clock_time
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from people.calendar import Calendar
from people.models import Site
from tests import make
from trail.models import Entry
from trail.refusals import Refusal
from visits import roster, services
from visits.models import Duty, Reception
from visits.routing import Visitor, route
from visits.services import roster as roster_service

NOW = make.at("2025-04-28 08:00")  # a Monday
MONDAY = date(2025, 4, 28)


def shift(store, here, since, until, *, at=NOW, site=None):
    return services.add_shift(
        here=store.manager, site=site or store.site, user=here.user, since=make.at(since), until=make.at(until), at=at
    )


def refused(do, *args, **given):
    with pytest.raises(Refusal) as caught:
        do(*args, **given)
    return caught.value


def holes(store, *, at=NOW, changes=None):
    days = roster.week(store.site, MONDAY, Calendar(changes), at)
    return [f"{a:%a %H:%M}–{b:%H:%M}" for day in days for a, b in day.holes]


@pytest.mark.django_db
class TestAdding:
    def test_a_shift_is_set_and_noted(self, store):
        duty = shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        assert Duty.objects.get() == duty
        noted = Entry.objects.get(action="duty.set")
        assert (noted.subject, noted.detail["site"]) == (f"user:{store.li.user.pk}", store.site.pk)

    @pytest.mark.parametrize(
        ("since", "until", "code"),
        [
            ("2025-04-28 14:00", "2025-04-28 09:00", "duty_backwards"),
            ("2025-04-28 14:00", "2025-04-28 14:00", "duty_backwards"),
            ("2025-04-28 22:00", "2025-04-29 06:00", "duty_past_midnight"),
            ("2025-04-27 09:00", "2025-04-27 18:00", "duty_past"),
            ("2025-04-28 06:00", "2025-04-28 08:00", "duty_past"),
        ],
    )
    def test_hours_that_cannot_be_are_refused(self, store, since, until, code):
        assert refused(shift, store, store.li, since, until).code == code
        assert not Duty.objects.exists()

    def test_a_shift_may_end_at_midnight_and_the_next_begin_there(self, store):
        shift(store, store.li, "2025-04-28 22:00", "2025-04-29 00:00")
        shift(store, store.li, "2025-04-29 00:00", "2025-04-29 06:00")
        assert Duty.objects.count() == 2

    def test_the_same_person_twice_at_once_is_refused_with_the_other_shift(self, store):
        shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        refusal = refused(shift, store, store.li, "2025-04-28 13:59", "2025-04-28 18:00")
        assert (refusal.code, refusal.status) == ("duty_twice", 409)
        assert "李强 4月28日 09:00–14:00 已在秀兰门店值班" in refusal.sentence

    def test_nobody_is_on_duty_at_two_sites_at_once(self, store):
        other = Site.objects.create(project=store.project, name="秀兰西区店")
        shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00", site=other)
        assert "秀兰西区店" in refused(shift, store, store.li, "2025-04-28 09:00", "2025-04-28 10:00").sentence

    def test_one_shift_may_begin_when_the_other_ends(self, store):
        shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        shift(store, store.li, "2025-04-28 14:00", "2025-04-28 18:00")
        assert Duty.objects.count() == 2

    def test_two_people_may_be_on_duty_at_once(self, store):
        shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        shift(store, store.wang, "2025-04-28 09:00", "2025-04-28 14:00")
        assert Duty.objects.count() == 2

    def test_only_salespeople_of_the_house_have_duty(self, store, estate):
        assert refused(shift, store, store.desk, "2025-04-28 09:00", "2025-04-28 14:00").code == "duty_not_theirs"
        assert refused(shift, estate, estate.anju, "2025-04-28 09:00", "2025-04-28 14:00").code == "duty_not_theirs"

    def test_somebody_who_will_have_left_by_then_is_refused(self, store):
        store.li.user.memberships.update(until=make.at("2025-04-30 00:00"))
        shift(store, store.li, "2025-04-29 09:00", "2025-04-29 14:00")
        assert refused(shift, store, store.li, "2025-04-30 09:00", "2025-04-30 14:00").code == "duty_not_theirs"

    def test_a_closed_site_has_no_roster(self, store):
        Site.objects.filter(pk=store.site.pk).update(closed_at=NOW)
        assert refused(shift, store, store.li, "2025-04-28 09:00", "2025-04-28 14:00").code == "site_closed"


@pytest.mark.django_db
class TestChanging:
    def test_a_shift_gets_other_hours_and_another_person_and_keeps_its_history(self, store):
        duty = shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        hours = {"since": make.at("2025-04-28 10:00"), "until": make.at("2025-04-28 15:00")}
        services.change_shift(here=store.manager, duty=duty, user=store.wang.user, at=NOW, **hours)
        assert (Duty.objects.get().user, Duty.objects.get().since) == (store.wang.user, hours["since"])
        assert [row.user for row in duty.history.order_by("history_id")] == [store.li.user, store.wang.user]

    def test_a_shift_that_is_over_stays_as_a_record(self, store):
        duty = shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        late = make.at("2025-04-28 14:00")
        assert refused(services.remove_shift, here=store.manager, duty=duty, at=late).code == "duty_over"
        assert Duty.objects.exists()

    def test_a_removed_shift_cannot_be_removed_or_changed_again(self, store):
        duty = shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        services.remove_shift(here=store.manager, duty=Duty.objects.get(), at=NOW)
        assert refused(services.remove_shift, here=store.manager, duty=duty, at=NOW).code == "duty_gone"
        assert Entry.objects.filter(action="duty.remove").count() == 1


@pytest.mark.django_db
class TestHoles:
    def test_opening_hours_without_anybody_are_told_on_working_days(self, store):
        shift(store, store.li, "2025-04-28 09:00", "2025-04-28 14:00")
        shift(store, store.wang, "2025-04-28 16:00", "2025-04-28 17:00")
        # Tuesday and Wednesday are empty; Thursday begins the state's holiday
        assert holes(store) == [
            "Mon 14:00–16:00", "Mon 17:00–18:00", "Tue 09:00–18:00", "Wed 09:00–18:00",
        ]  # fmt: skip

    def test_what_has_passed_is_not_told(self, store):
        assert holes(store, at=make.at("2025-04-30 15:00")) == ["Wed 15:00–18:00"]

    def test_a_day_off_counts_once_somebody_is_on_duty_on_it(self, store):
        shift(store, store.li, "2025-05-01 09:00", "2025-05-01 12:00")
        assert "Thu 12:00–18:00" in holes(store)

    def test_a_day_that_the_company_works_counts(self, store):
        assert "Fri 09:00–18:00" in holes(store, changes={date(2025, 5, 2): (True, "开盘")})

    def test_the_shift_of_a_leaver_covers_nothing_and_is_marked(self, store):
        shift(store, store.li, "2025-04-29 09:00", "2025-04-29 18:00")
        store.li.user.memberships.update(until=make.at("2025-04-28 12:00"))
        assert "Tue 09:00–18:00" in holes(store)
        assert roster.week(store.site, MONDAY, Calendar(), NOW)[1].shifts[0].gone

    def test_a_week_asks_two_questions_however_many_shifts_it_has(self, store, django_assert_num_queries):
        for day in range(28, 31):
            for here in (store.li, store.wang, store.sun):
                shift(store, here, f"2025-04-{day} 09:00", f"2025-04-{day} 18:00")
        with django_assert_num_queries(2):
            roster.week(store.site, MONDAY, Calendar(), NOW)


def half(n):
    """So many half hours after midnight."""
    return datetime(2025, 4, 28) + timedelta(minutes=30 * n)


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=6)


@settings(deadline=None)
@given(SPANS, st.integers(0, 47), st.integers(0, 47))
def test_each_half_hour_is_in_a_hole_or_under_a_span_and_never_both(spans, since, until):
    covered = [(half(start), half(start + length)) for start, length in spans]
    found = list(roster.holes(half(since), half(until), covered))
    for n in range(since, until):
        in_hole, under_span = (any(a <= half(n) < b for a, b in rows) for rows in (found, covered))
        assert in_hole != under_span
    assert all(half(since) <= a < b <= half(until) for a, b in found)


@pytest.mark.django_db
class TestCopying:
    def copy(self, store, monday=MONDAY):
        return services.copy_week(here=store.manager, site=store.site, monday=monday, at=NOW)

    def last_week(self, store, here, since, until):
        return Duty.objects.create(site=store.site, user=here.user, since=make.at(since), until=make.at(until))

    def test_last_week_is_put_onto_this_one_at_the_same_hours(self, store):
        self.last_week(store, store.li, "2025-04-21 09:00", "2025-04-21 14:00")
        self.last_week(store, store.wang, "2025-04-22 14:00", "2025-04-23 00:00")
        assert self.copy(store) == roster_service.Copied(2, [])
        copies = Duty.objects.filter(since__gte=make.at("2025-04-28 00:00")).order_by("since")
        assert [(d.user, d.since, d.until) for d in copies] == [
            (store.li.user, make.at("2025-04-28 09:00"), make.at("2025-04-28 14:00")),
            (store.wang.user, make.at("2025-04-29 14:00"), make.at("2025-04-30 00:00")),
        ]

    def test_what_is_there_already_is_not_put_there_twice(self, store):
        self.last_week(store, store.li, "2025-04-21 09:00", "2025-04-21 14:00")
        assert self.copy(store).new == 1
        assert self.copy(store) == roster_service.Copied(0, [])

    def test_each_shift_that_cannot_be_copied_is_told_and_the_others_are_copied(self, store):
        self.last_week(store, store.li, "2025-04-21 09:00", "2025-04-21 14:00")
        self.last_week(store, store.sun, "2025-04-22 09:00", "2025-04-22 14:00")
        self.last_week(store, store.zhao, "2025-04-24 09:00", "2025-04-24 14:00")
        self.last_week(store, store.wang, "2025-04-23 09:00", "2025-04-23 14:00")
        shift(store, store.li, "2025-04-28 10:00", "2025-04-28 12:00")
        store.sun.user.memberships.update(until=NOW)
        copied = self.copy(store)
        assert copied.new == 1
        told = "\n".join(copied.left)
        assert len(copied.left) == 3
        assert "李强 4月28日 09:00–14:00：李强 4月28日 10:00–12:00 已在秀兰门店值班" in told
        assert "孙丽那时不是这个项目的业务员" in told
        assert "5月1日休息（劳动节）" in told

    def test_days_that_have_passed_are_not_filled_afterwards(self, store):
        self.last_week(store, store.li, "2025-04-14 09:00", "2025-04-14 14:00")
        copied = self.copy(store, date(2025, 4, 21))
        assert copied.new == 0
        assert "已经过了" in copied.left[0]

    def test_who_was_on_duty_on_a_sunday_is_on_the_next(self, store):
        self.last_week(store, store.li, "2025-04-20 09:00", "2025-04-20 14:00")  # the 27th is worked for a holiday
        self.last_week(store, store.wang, "2025-05-03 09:00", "2025-05-03 14:00")
        assert self.copy(store, date(2025, 5, 5)).new == 1


@pytest.mark.django_db
class TestReceiving:
    def test_of_several_on_duty_the_next_in_the_rotation_receives_and_uses_up_a_turn(self, store):
        for here in (store.li, store.sun):  # third and fourth of the rotation
            make.on_duty(store, here, make.at("2025-04-28 09:00"))
        got = []
        for number in ("13900000001", "13900000002", "13900000003"):
            visit = make.arrived(store, make.MOMENT, number=number)
            got.append((visit.receptions.get().by.username, visit.receptions.get().why))
            services.leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
        assert got == [("sun", Reception.Why.ON_DUTY), ("li", Reception.Why.ON_DUTY), ("sun", Reception.Why.ON_DUTY)]

    def test_one_person_on_duty_receives_all_without_using_up_turns(self, store):
        make.on_duty(store, store.li, make.at("2025-04-28 09:00"))
        for number in ("13900000001", "13900000002"):
            assert make.arrived(store, make.MOMENT, number=number).receptions.get().by == store.li.user
        assert store.li.user.places.get().position == 4

    def test_whoever_is_on_duty_and_has_left_receives_nobody(self, store):
        make.on_duty(store, store.li, make.at("2025-04-28 09:00"))
        store.li.user.memberships.update(until=make.MOMENT)
        found = route(store.project, store.site, Visitor(), make.MOMENT)
        assert (found.receiver, found.why) == (store.wang.user, Reception.Why.ROTATION)


def at_once(store, monkeypatch, *, locked):
    """Two secretaries put the same person on overlapping shifts at the same instant; the codes of what was refused."""
    if not locked:
        monkeypatch.setattr(roster_service, "lock_site", lambda site: site)
        monkeypatch.setattr(roster_service, "_lock_person", lambda user: user)
    check, barrier, codes = roster_service._check, threading.Barrier(2), []

    def slowly(duty, at):
        check(duty, at)
        clock_time.sleep(0.2)

    monkeypatch.setattr(roster_service, "_check", slowly)

    def add(since, until):
        barrier.wait()
        try:
            shift(store, store.li, since, until)
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    hours = (("2025-04-28 09:00", "2025-04-28 14:00"), ("2025-04-28 13:00", "2025-04-28 18:00"))
    threads = [threading.Thread(target=add, args=span) for span in hours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


@pytest.mark.parametrize(("locked", "codes", "left"), [(False, [], 2), (True, ["duty_twice"], 1)])
def test_two_who_add_overlapping_shifts_at_once_wait_for_each_other(committed, monkeypatch, locked, codes, left):
    store = make.store()
    assert at_once(store, monkeypatch, locked=locked) == codes
    assert Duty.objects.count() == left
