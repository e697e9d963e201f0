"""Nobody can be called: the visitor waits, and whoever is free first is called (G-52, G-58). Who is busy loses no turn by it."""

from datetime import timedelta

import pytest

from arbitration.models import Collision
from leads.models import NotebookEntry, Ownership
from tests import make
from trail.models import Message
from trail.refusals import Refusal
from visits import services
from visits.models import Place, Reception, TurnChange, Visit

pytestmark = pytest.mark.django_db
Mode, Why, Kind = Reception.Mode, Reception.Why, TurnChange.Kind
SOON = make.MOMENT + timedelta(minutes=20)


def away(store, *people, is_away=True):
    for here in people:
        services.set_away(here=store.desk, place=Place.objects.get(user=here.user), away=is_away, at=make.MOMENT)


def busy(store, *people):
    """Each of these is with a visitor, in the order of the rotation."""
    visits = [make.arrived(store, make.MOMENT, number=f"1390000000{i}") for i, _ in enumerate(people)]
    for here, visit in zip(people, visits, strict=True):
        services.answer(here=here, visit=visit, at=make.MOMENT)
    return visits


@pytest.fixture
def full(store):
    """孙丽 and 李强 are away, 王芳 and 赵磊 with visitors."""
    away(store, store.sun, store.li)
    return busy(store, store.wang, store.zhao)


def turns(here):
    return list(TurnChange.objects.filter(user=here.user).order_by("pk").values_list("kind", flat=True))


def test_a_visitor_waits_for_whoever_is_free_first_and_is_theirs(store, full):
    visit = make.arrived(store, make.MOMENT)
    assert (visit.waits, visit.receptions.count(), Ownership.objects.filter(customer=visit.customer).exists()) == (
        True, 0, False,
    )  # fmt: skip
    assert services.pass_on_due(at=SOON) == 0
    services.leave(here=store.desk, visit=full[1], gift=None, at=SOON)
    assert services.pass_on_due(at=SOON) == 1
    got = visit.receptions.get()
    assert (got.by, got.mode, got.why, got.since) == (store.zhao.user, Mode.IN_TURN, Why.ROTATION, SOON)
    held = Ownership.objects.open().get(customer=visit.customer)
    assert (held.user, held.source, held.since) == (store.zhao.user, visit.no, SOON)
    assert NotebookEntry.objects.filter(source=visit.no, user=store.zhao.user).exists()
    assert Message.objects.waiting().get(to=str(store.zhao.user.pk)).kind == "visit.arrived"
    assert services.pass_on_due(at=SOON) == 0


def test_who_is_with_a_visitor_misses_no_turn(store, full):
    make.arrived(store, make.MOMENT)
    services.pass_on_due(at=SOON)
    away(store, store.li, is_away=False)
    services.pass_on_due(at=SOON)
    assert (turns(store.wang), turns(store.zhao), turns(store.li)) == ([Kind.TAKEN], [Kind.TAKEN], [Kind.TAKEN])


def test_whoever_came_first_is_served_first(store, full):
    first = make.arrived(store, make.MOMENT)
    second = make.arrived(store, make.MOMENT + timedelta(seconds=1), number="13900000009")
    away(store, store.sun, is_away=False)
    assert services.pass_on_due(at=SOON) == 1
    assert (first.receptions.count(), second.receptions.count()) == (1, 0)


def test_of_two_on_duty_who_are_both_with_visitors_neither_is_called(store):
    for here in (store.wang, store.zhao):
        make.on_duty(store, here, make.at("2025-04-28 09:00"))
    away(store, store.sun, store.li)
    busy(store, store.wang, store.zhao)
    visit = make.arrived(store, make.MOMENT)
    assert visit.waits
    assert turns(store.wang) == turns(store.zhao) == [Kind.TAKEN]


def test_who_is_asked_for_and_comes_back_receives_themself(store, full):
    visit = make.arrived(store, make.MOMENT, asked_for=store.sun.user)
    assert visit.waits
    away(store, store.sun, is_away=False)
    services.pass_on_due(at=SOON)
    got = visit.receptions.get()
    assert (got.by, got.why, turns(store.sun)) == (store.sun.user, Why.ASKED_FOR, [])


def test_a_stand_in_who_is_found_later_receives_for_who_was_asked_for(store, full):
    visit = make.arrived(store, make.MOMENT, asked_for=store.sun.user)
    services.leave(here=store.desk, visit=full[0], gift=None, at=SOON)
    services.pass_on_due(at=SOON)
    got = visit.receptions.get()
    assert (got.by, got.stands_in_for, turns(store.wang)) == (store.wang.user, store.sun.user, [Kind.TAKEN])
    assert Ownership.objects.open().get(customer=visit.customer).user == store.sun.user


def test_the_case_that_could_not_open_without_a_receiver_opens_with_one(store, full):
    make.arrived(store, make.MOMENT, asked_for=store.sun.user, invited_by=store.li.user)
    assert not Collision.objects.exists()
    away(store, store.sun, store.li, is_away=False)
    services.pass_on_due(at=SOON)
    assert set(Collision.objects.get().claims.values_list("user", flat=True)) == {store.sun.user.pk, store.li.user.pk}


def test_a_party_that_waits_is_one_turn(store, full):
    first = make.arrived(store, make.MOMENT)
    second = make.arrived(store, make.MOMENT, number="13900000009", party=first.no)
    away(store, store.sun, is_away=False)
    assert services.pass_on_due(at=SOON) == 1  # 孙丽 is with the first of them; nobody else is free
    services.leave(here=store.desk, visit=full[0], gift=None, at=SOON)
    services.pass_on_due(at=SOON)
    assert {first.receptions.get().by, second.receptions.get().by} == {store.sun.user}
    assert turns(store.sun) == [Kind.TAKEN]


def test_the_desk_sends_somebody_who_is_busy_and_that_is_their_turn(store, full):
    """The person is theirs, as if they had been called."""
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.wang.user, at=SOON)
    visit.refresh_from_db()
    assert (visit.waits, visit.receptions.get().mode) == (False, Mode.ASSIGNED)
    assert turns(store.wang) == [Kind.TAKEN, Kind.TAKEN]
    assert Ownership.objects.open().get(customer=visit.customer).user == store.wang.user


def test_whoever_takes_a_waiting_visitor_out_of_turn_gets_no_claim(store, full):
    """D17-2.1: only who received in normal order."""
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.wang.user, at=SOON, out_of_turn=True)
    assert visit.receptions.get().mode == Mode.OUT_OF_TURN
    assert not Ownership.objects.filter(customer=visit.customer).exists()


def test_who_left_or_came_yesterday_waits_for_nobody(store, full):
    gone = make.arrived(store, make.MOMENT)
    services.leave(here=store.desk, visit=gone, gift=None, at=SOON)
    make.arrived(store, SOON, number="13900000009")
    away(store, store.li, is_away=False)
    assert services.pass_on_due(at=make.at("2025-04-29 09:00")) == 0
    assert services.pass_on_due(at=SOON) == 1


def test_whoever_was_not_called_cannot_answer_and_the_desk_asks_for_the_next(store, full):
    visit = make.arrived(store, make.MOMENT)
    with pytest.raises(Refusal, match="nobody_called"):
        services.answer(here=store.desk, visit=visit, at=SOON)
    assert services.pass_on(visit=visit, here=store.desk, at=SOON) is None
    away(store, store.li, is_away=False)
    assert services.pass_on(visit=visit, here=store.desk, at=SOON).by == store.li.user


def test_the_desk_sees_before_and_after_that_the_visitor_waits(store, full, signed_in, at_noon):
    desk = signed_in(store.desk)
    given = {"name": "张建国", "phone": make.PHONE, "invited_by": "none", "asked_for": "none", "first_time": "first"}
    card = desk.post("/desk/route", given, headers={"HX-Request": "true"}).content.decode()
    assert "有人空了就叫" in card
    assert f'name="to" value="{store.wang.user.pk}"' in card  # F8: the desk sends the next in turn all the same
    page = desk.post("/desk/check-in", given, follow=True).content.decode()
    assert page.count("有人空了就叫") == 2  # said once it is saved, and in the list
    assert Visit.objects.get(waits=True).customer == make.customer()
