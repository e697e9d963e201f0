"""约到访: who says so of whom, what the desk sees that day, and that it is linked when they arrive."""

from datetime import date, time

import pytest

from tests import make
from trail.models import Message
from trail.refusals import Refusal
from visits import expected as reads
from visits import services
from visits.models import Expected

pytestmark = pytest.mark.django_db
TODAY = date(2025, 4, 28)
REPORTED = make.at("2025-04-01 10:00")


def expect(here, site, *, on=TODAY, about=time(15), present=True, note="", when=make.MOMENT, number=make.PHONE):
    return services.expect(
        here=here, customer=make.customer(number), site=site, on=on, about=about, present=present, note=note, at=when
    )


def code(act):
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_the_desk_sees_who_is_expected_today_the_earliest_first(store):
    for i, (here, hour) in enumerate(((store.li, 16), (store.wang, 15), (store.zhao, None))):
        make.registered(here, REPORTED, number=f"1390000000{i}")
        expect(here, store.site, number=f"1390000000{i}", about=time(hour) if hour else None)
    seen = reads.today(store.site, make.MOMENT)
    assert [row.by for row in seen] == [store.wang.user, store.li.user, store.zhao.user]
    assert reads.today(store.site, make.at("2025-04-29 09:00")) == []


def test_a_day_to_come_is_seen_on_that_day_only(store):
    make.registered(store.li, REPORTED)
    expect(store.li, store.site, on=date(2025, 5, 2))
    assert reads.today(store.site, make.MOMENT) == []
    assert len(reads.today(store.site, make.at("2025-05-02 23:59"))) == 1


def test_of_two_who_expect_one_customer_the_desk_sees_whoever_follows_them(store):
    make.registered(store.li, REPORTED)
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    expect(store.wang, store.site, when=make.at("2025-04-28 09:00"))
    expect(store.li, store.site, when=make.at("2025-04-28 10:00"))
    assert [row.by for row in reads.today(store.site, make.MOMENT)] == [store.li.user]


def test_an_arrival_is_linked_and_no_longer_expected(store):
    make.registered(store.li, REPORTED)
    row = expect(store.li, store.site, when=make.at("2025-04-28 09:00"))
    visit = make.arrived(store, make.MOMENT)
    services.arrived(visit)
    row.refresh_from_db()
    assert row.visit == visit
    assert reads.state(row, make.MOMENT) == "came"
    assert reads.today(store.site, make.MOMENT) == []


def test_what_was_said_of_another_day_is_not_linked(store):
    make.registered(store.li, REPORTED)
    row = expect(store.li, store.site, on=date(2025, 4, 29))
    services.arrived(make.arrived(store, make.MOMENT))
    row.refresh_from_db()
    assert row.visit is None


def test_two_who_expected_one_customer_are_both_linked(store):
    make.registered(store.li, REPORTED)
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    expect(store.li, store.site, when=make.at("2025-04-28 09:00"))
    expect(store.wang, store.site, when=make.at("2025-04-28 09:00"))
    visit = make.arrived(store, make.MOMENT)
    services.arrived(visit)
    assert Expected.objects.filter(visit=visit).count() == 2


def test_an_agent_expects_only_whom_they_reported(estate):
    make.registered(estate.anju, REPORTED)
    assert code(lambda: expect(estate.hengxin, estate.site)) == "not_yours"
    assert expect(estate.anju, estate.site).registration == estate.anju.user.registrations.get()


def test_a_salesperson_expects_only_whom_they_may_see(store):
    make.registered(store.li, REPORTED)
    assert code(lambda: expect(store.wang, store.site)) == "not_yours"


@pytest.mark.parametrize(
    ("on", "refused"),
    [(date(2025, 4, 27), "day_gone"), (date(2025, 6, 28), "day_far")],
)
def test_a_day_that_is_gone_or_far_off_is_refused(store, on, refused):
    make.registered(store.li, REPORTED)
    assert code(lambda: expect(store.li, store.site, on=on)) == refused


def test_the_sixtieth_day_is_not_too_far(store):
    make.registered(store.li, REPORTED)
    assert expect(store.li, store.site, on=date(2025, 6, 27)).on == date(2025, 6, 27)


def test_one_of_a_person_customer_and_day_is_open(store):
    make.registered(store.li, REPORTED)
    first = expect(store.li, store.site)
    assert code(lambda: expect(store.li, store.site)) == "expected_already"
    services.withdraw(here=store.li, expected=first, at=make.MOMENT)
    assert expect(store.li, store.site).no != first.no


def test_only_whoever_said_so_withdraws_it_and_not_after_the_arrival(store):
    make.registered(store.li, REPORTED)
    row = expect(store.li, store.site, when=make.at("2025-04-28 09:00"))
    assert code(lambda: services.withdraw(here=store.wang, expected=row, at=make.MOMENT)) == "not_yours"
    services.arrived(make.arrived(store, make.MOMENT))
    assert code(lambda: services.withdraw(here=store.li, expected=row, at=make.MOMENT)) == "came_already"


def test_a_site_that_is_closed_expects_nobody(store):
    make.registered(store.li, REPORTED)
    store.site.closed_at = make.MOMENT
    store.site.save()
    assert code(lambda: expect(store.li, store.site)) == "site_closed"


def test_nothing_that_is_told_names_the_customer(estate):
    make.registered(estate.anju, REPORTED)
    expect(estate.anju, estate.site, present=False)
    told = Message.objects.filter(kind__startswith="announced")
    assert told
    assert all(message.facts["name"] == "张**" for message in told)
