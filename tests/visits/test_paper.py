"""Slips of paper for an outage: numbered in advance, entered once by number, void with a note, missed when neither (G-35)."""

from datetime import date

import pytest

from tests import make
from tests.racing import at_once, refused_or
from trail.refusals import Refusal
from visits import paper, services
from visits.models import PaperSlip, Visit

TODAY, EVENING = date(2025, 4, 28), make.at("2025-04-28 17:00")


def printed(store, count=3):
    return services.print_paper(here=store.desk, site=store.site, count=count, on=TODAY, at=make.at("2025-04-28 09:00"))


def enter(store, slip, number=make.PHONE):
    past = services.Past(arrived_at=make.MOMENT, left_at=None, received_by=store.li.user, paper=slip)
    arrival = services.Arrival(name="张建国", number=number)
    return services.enter_visit(here=store.desk, site=store.site, arrival=arrival, past=past, at=EVENING)


@pytest.mark.django_db
def test_the_number_on_the_paper_becomes_that_of_the_visit_with_both_times(store):
    slip, *_others = printed(store)
    visit = enter(store, slip)
    assert (visit.no, visit.arrived_at, visit.registered_at) == (slip.no, make.MOMENT, EVENING)
    assert (visit.registered, visit.registered_by) == ("late", store.desk.user)
    slip.refresh_from_db()
    assert slip.visit == visit


@pytest.mark.django_db
def test_a_number_is_entered_once_and_a_void_one_never(store):
    used, void, _open = printed(store)
    enter(store, used)
    with pytest.raises(Refusal) as twice:
        enter(store, used, "13900000002")
    services.void_paper(here=store.desk, paper=void, note="写坏了", at=EVENING)
    with pytest.raises(Refusal) as voided:
        enter(store, void, "13900000003")
    with pytest.raises(Refusal) as late:
        services.void_paper(here=store.desk, paper=used, note="不要了", at=EVENING)
    assert [r.value.code for r in (twice, voided, late)] == ["paper_entered", "paper_void", "paper_entered"]
    assert Visit.objects.count() == 1


@pytest.mark.django_db
def test_the_list_of_a_day_tells_used_void_open_and_missing(store):
    used, void, _open = printed(store)
    enter(store, used)
    services.void_paper(here=store.desk, paper=void, note="写坏了", at=EVENING)
    assert [row.state for row in paper.of_day(store.site, TODAY, EVENING)] == ["used", "void", "open"]
    assert [row.state for row in paper.of_day(store.site, TODAY, make.at("2025-04-29 00:00"))] == [
        "used",
        "void",
        "missing",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 51])
def test_so_many_are_not_printed(store, count):
    with pytest.raises(Refusal, match="一次印 1 到 50 张"):
        printed(store, count)


@pytest.mark.django_db
def test_void_needs_a_note(store):
    with pytest.raises(Refusal, match="写上为什么作废"):
        services.void_paper(here=store.desk, paper=printed(store)[0], note=" ", at=EVENING)


def test_of_two_who_enter_one_number_at_once_one_wins(committed):
    store = make.store()
    slip = printed(store, 1)[0]
    came_to = at_once(*(lambda n=n: enter(store, slip, n).no for n in ("13900000001", "13900000002")))
    assert sorted(refused_or(came_to, "entered")) == ["entered", "paper_entered"]
    assert (Visit.objects.count(), PaperSlip.objects.get().visit) == (1, Visit.objects.get())
