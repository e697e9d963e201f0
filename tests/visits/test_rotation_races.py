"""Eight desks at once, and acts that meet: no turn is lost or doubled, and of two who decide one does. First the fault without locks."""

import time
from collections import Counter

import pytest

from tests import make
from tests.racing import at_once, mistakes, refused_or
from visits import services
from visits.models import Place, Reception, TurnChange, Visit
from visits.routing import in_order, queue_of, route
from visits.services import Arrival, rotation

Kind = TurnChange.Kind
DESKS = 8


def desks(store, first, n=DESKS):
    """So many visitors of nobody's, at the same instant, each at a desk of its own."""
    site = type(store.site)

    def check_in(i):
        arrival = Arrival(name="客户", number=f"139{first + i:08d}")
        here = site.objects.select_related("project").get(pk=store.site.pk)
        return services.check_in(here=store.desk, site=here, arrival=arrival, at=make.MOMENT)

    return at_once(*(lambda i=i: check_in(i) for i in range(n)))


def crowd(n=DESKS + 3):
    """A store with so many in the rotation: nobody who is with a visitor is called to another."""
    store = make.store()
    for i in range(n - Place.objects.count()):
        here = make.person(f"seller{i}", f"业务员{i}", "salesperson", store.project)
        Place.objects.create(site=store.site, user=here.user, position=10 + i)
    return store


def all_leave(store):
    for visit in Visit.objects.on_site():
        services.leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)


def spread():
    """By how many turns one is ahead of another, by the receptions and by the ledger."""
    got = Counter(Reception.objects.values_list("by", flat=True))
    dealt = Counter(TurnChange.objects.filter(kind=Kind.TAKEN).values_list("user", flat=True))
    counts = [got[place.user_id] for place in Place.objects.all()]
    return max(counts) - min(counts), got == dealt


@pytest.fixture
def unguarded(monkeypatch):
    """No row is locked, and between looking and writing there is a breath."""

    def look(site, at, *, lock=False):
        return in_order(site, at)

    def slow_route(*args):
        found = route(*args)
        time.sleep(0.1)
        return found

    monkeypatch.setattr("visits.services.desk.in_order", look)
    monkeypatch.setattr("visits.services.desk._open", lambda site: None)
    monkeypatch.setattr("visits.services.desk.route", slow_route)
    monkeypatch.setattr(rotation, "in_order", look)


def test_without_the_locks_eight_desks_deal_one_turn_to_several(committed, unguarded):
    store = crowd()
    assert mistakes(desks(store, 0)) == []
    assert spread()[0] > 1, "no race: the test below would prove nothing"


def test_eight_desks_at_once_deal_each_turn_once_and_in_order(committed, long):
    store = crowd()
    for i in range(20 if long else 3):
        assert mistakes(desks(store, 100 * i, DESKS + i % 4)) == []
        assert spread() <= (1, True)
        assert spread()[1], "every turn is a reception and the other way round"
        all_leave(store)
    positions = list(Place.objects.values_list("position", flat=True))
    assert len(set(positions)) == len(positions)


def test_eight_desks_serve_a_make_up_turn_once(committed):
    """The second one that is owed waits until 李强 is free again."""
    store = crowd(DESKS)
    services.adjust_turns(
        project=store.project, user=store.li.user, kind=Kind.MAKE_UP, count=2, source="CD-1", at=make.MOMENT
    )
    assert mistakes(desks(store, 0)) == []
    dealt = Counter(TurnChange.objects.exclude(kind=Kind.MAKE_UP).values_list("kind", flat=True))
    assert dealt == {Kind.MADE_UP: 1, Kind.TAKEN: DESKS - 1}
    assert Place.objects.get(user=store.li.user).owed == 1


def test_of_more_visitors_than_people_the_rest_wait_and_eight_looks_at_once_call_each_free_person_once(committed):
    store = make.store()
    assert mistakes(desks(store, 0)) == []
    assert Visit.objects.filter(waits=True).count() == Reception.objects.count() == 4
    all_free = list(Visit.objects.filter(waits=False))[:2]
    for visit in all_free:
        services.leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
    calls = at_once(*(lambda: services.pass_on_due(at=make.MOMENT) for _ in range(DESKS)))
    assert mistakes(calls) == []
    assert sum(map(int, calls)) == 2
    now = Reception.objects.filter(until=None)
    assert now.values("by").distinct().count() == now.count() == 4
    assert spread() == (1, True)


def test_of_an_answer_and_the_next_call_one_counts(committed, long):
    store = make.store()
    late = make.at("2025-04-28 14:06")
    outcomes = Counter()
    for i in range(60 if long else 8):
        Reception.objects.filter(until=None).update(until=make.MOMENT)
        visit = make.arrived(store, make.MOMENT, number=f"1370000{i:04d}")
        called = {here.user.pk: here for here in (store.li, store.wang, store.zhao, store.sun)}
        here = called[visit.receptions.get().by_id]
        came_to = at_once(
            lambda here=here, visit=visit: services.answer(here=here, visit=visit, at=late),
            lambda: services.pass_on_due(at=late),
            lambda: services.pass_on_due(at=late),  # the worker and a desk look at the same time
        )
        said = refused_or(came_to[:1], "answered")[0]
        assert mistakes(came_to) == []
        now = visit.receptions.get(until__isnull=True)
        assert (said, now.by_id == here.user.pk, now.answered_at is not None, visit.receptions.count()) in [
            ("answered", True, True, 1), ("not_called", False, False, 2),
        ]  # fmt: skip
        assert sum(map(int, came_to[1:])) == (said != "answered")
        outcomes[said] += 1
        services.leave(here=store.desk, visit=visit, gift=None, at=late)
    assert sum(outcomes.values()) >= 8


@pytest.mark.parametrize("what", ["away", "suspended"])
def test_whoever_goes_away_or_is_suspended_meanwhile_is_called_before_that_or_not_at_all(committed, long, what):
    """Also that a check-in and the rotation's own page take their locks in one order: neither waits for ever."""
    store = make.store()
    later = make.at("2025-04-29 10:00")
    for i in range(20 if long else 4):
        first = queue_of(store.site, later).next(later)[0]
        here = next(h for h in (store.li, store.wang, store.zhao, store.sun) if h.user == first.user)

        def stop(place=first, here=here):
            if what == "away":
                return services.set_away(here=store.desk, place=place, away=True, at=later)
            given = {"project": store.project, "user": here.user, "source": "CD-1", "at": make.MOMENT}
            return services.adjust_turns(kind=Kind.SUSPEND, count=3, **given)

        def come(i=i):
            return make.arrived(store, later, number=f"1360000{i:04d}")

        stopped, visit, again = at_once(
            stop, come, lambda place=first: services.move_place(here=store.desk, place=place, up=False, at=later)
        )
        assert mistakes([stopped, visit, again]) == []
        turns = TurnChange.objects.filter(source=visit.no)
        reception = visit.receptions.get()
        assert [turn.user_id for turn in turns] == [reception.by_id]
        services.leave(here=store.desk, visit=visit, gift=None, at=later)
        after = make.arrived(store, later, number=f"1350000{i:04d}")
        assert after.receptions.get().by != here.user
        services.leave(here=store.desk, visit=after, gift=None, at=later)
        Place.objects.update(away=False, suspended_since=None, suspended_until=None)
