"""What may be filled with many customers, that the same seed gives the same, and that memory does not grow with them."""

import tracemalloc
from datetime import timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.demo.customers import GIVEN, SURNAMES
from config.seed import filling, house, rows, story
from config.seed.numbers import LINES, Numbers
from leads.models import Customer, Ownership
from people.models import Installation, Membership, Project
from people.roles import Role
from tests import make
from trail import clock
from trail.bulk import Table, text


def seed(customers, events=0, processes=1, **more):
    call_command("seed", customers=customers, events=events, processes=processes, **more)


# ── what is filled ──


@pytest.mark.django_db
def test_a_project_that_is_named_is_filled_with_its_own_people(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    seed(customers=30, events=10, project="store")
    owners = set(Ownership.objects.filter(project=store.project).values_list("user__username", flat=True))
    assert owners <= {"li", "wang", "zhao", "sun"}
    assert not Project.objects.filter(code="seed").exists()
    assert Ownership.objects.count() == 31


@pytest.mark.django_db
def test_protection_ends_when_the_policy_says(estate):
    seed(customers=30, project="estate")
    for held in Ownership.objects.all():
        ends = held.protected_until.astimezone(make.SHANGHAI)
        assert (ends.hour, ends.date()) == (0, held.since.astimezone(make.SHANGHAI).date() + timedelta(days=8))


@pytest.mark.django_db
def test_an_installation_in_use_is_filled_only_where_a_project_is_named(store):
    Installation.objects.create(administrator=store.admin.user, at=make.MOMENT)
    with pytest.raises(CommandError, match="--project CODE"):
        seed(customers=1)
    assert not Customer.objects.exists()
    seed(customers=1, project="store")
    assert Customer.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"project": "nowhere"}, "no such project"), ({"customers": 0}, "at least 1"), ({"events": -1}, "at least 0"),
        ({"project": "bare"}, "needs a salesperson"), ({"customers": LINES + 1}, "no more than"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_is_refused_with_a_sentence(db, given, sentence):
    Project.objects.create(code="bare", name="空")
    with pytest.raises(CommandError, match=sentence):
        seed(**{"customers": 5, **given})
    assert not Customer.objects.exists()
    assert not Project.objects.filter(code="seed").exists()


@pytest.mark.django_db
def test_a_number_that_somebody_has_is_left_to_them(store):
    numbers = Numbers(1)
    taken = [numbers.number(i) for i in (0, 3)]
    for i, e164 in enumerate(taken):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=e164.removeprefix("+86"), name=f"张{i}")
    free = numbers.free(0, 5)
    assert len(set(free)) == 5
    assert not set(free) & set(taken)
    assert free[1:3] == [numbers.number(1), numbers.number(2)]


# ── the same each time, and no more memory for more ──


def test_one_seed_gives_the_same_numbers_and_another_gives_others():
    first, again, other = (
        [Numbers(seed).number(i, j) for i in range(3_000) for j in range(3)] for seed in (1, 1, 2)
    )  # fmt: skip
    assert first == again
    assert len(set(first)) == 9_000
    assert not set(first) & set(other)


@pytest.mark.django_db
def test_one_seed_tells_the_same_stories(store, at_noon):
    told = []
    for _time in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
            seed(customers=25, events=20, project="store", seed_number=7)
            told.append(
                sorted(Customer.objects.values_list("pk", "name", "phones__whole", "created_at", "registrations__by"))
            )
            cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert told[0] == told[1]
    assert len(told[0]) == 29  # four of the events are further reports


@pytest.mark.django_db
def test_memory_does_not_grow_with_the_number_of_customers(store, monkeypatch):
    monkeypatch.setattr(filling, "A_BATCH", 100)
    fill_the_caches()
    peaks = {}
    for customers in (200, 1_600):
        tracemalloc.start()
        seed(customers=customers, events=customers, project="store")
        peaks[customers] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[1_600] < 1.5 * peaks[200]  # eight times the customers


def fill_the_caches():
    """The names and days that any customer may have: so many and no more, whatever is asked for."""
    for surname in SURNAMES:
        for given in (*GIVEN["先生"], *GIVEN["女士"]):
            rows.keys_of(surname + given)
    first = clock.now() - timedelta(days=story.DAYS + 1)
    for quarter in range(int(first.timestamp()) // rows.QUARTER, int(clock.now().timestamp()) // rows.QUARTER):
        rows._day(quarter)


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        (None, "\x03"),
        (True, "t"),
        (b"\x00\xff", "\\x00ff"),
        ("a\x02\n", "\x02a\x02\x02\n\x02"),
        (7, "7"),
        ("张", "\x02张\x02"),
    ],
)
def test_values_are_written_as_copy_reads_them(value, copied):
    assert text(value) == copied


def test_a_column_that_is_not_named_and_has_no_default_is_found_at_once():
    with pytest.raises(ValueError, match="created_at"):
        Table(Customer, "id", "kind", "name")
    with pytest.raises(ValueError, match="colour"):
        Table(Customer, "colour")


def test_events_are_spread_evenly_and_none_is_lost():
    for customers, events in ((7, 3), (10, 25), (1, 9)):
        each = [story.kinds_of(i, customers, events) for i in range(customers)]
        assert sum(map(len, each)) == events
        assert max(map(len, each)) - min(map(len, each)) <= 1
        counted = list(story.count_kinds(0, customers, customers, events))
        assert [kind for kinds in each for kind in kinds] == counted


def test_reports_follow_one_another_in_the_hours_of_work():
    calendar = story.Calendar(make.MOMENT, make.SHANGHAI)
    moments = [calendar.reported(i, 500) for i in range(500)]
    assert moments == sorted(moments)
    assert all(9 <= moment.astimezone(make.SHANGHAI).hour < 18 for moment in moments)
    assert moments[-1] < make.MOMENT
    for moment in moments:
        assert moment < calendar.after(moment, None, Random(1)) < make.MOMENT


def test_a_house_without_a_desk_is_no_house(store):
    Membership.objects.filter(role=Role.FRONT_DESK).delete()
    with pytest.raises(ValueError, match="front desk"):
        house.of_project(store.project, make.MOMENT)
