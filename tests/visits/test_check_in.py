"""The front desk: who receives and why, who follows the customer afterwards, and what is never refused."""

import pytest

from leads import identity
from leads.models import NotebookEntry, Ownership
from tests import make
from trail.refusals import Refusal
from visits import services
from visits.models import Place, Reception, TurnChange, Visit
from visits.routing import Visitor, in_order, route

pytestmark = pytest.mark.django_db


def receiver(visit):
    return visit.receptions.get(until__isnull=True)


def test_the_owner_receives_their_customer(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    reception = receiver(make.arrived(store, make.MOMENT))
    assert (reception.by, reception.why) == (store.li.user, Reception.Why.OWNER)


def test_an_unknown_visitor_who_asks_for_somebody_gets_them(store):
    reception = receiver(make.arrived(store, make.MOMENT, asked_for=store.zhao.user))
    assert (reception.by, reception.why) == (store.zhao.user, Reception.Why.ASKED_FOR)


def test_a_walk_in_goes_to_the_person_on_duty(store):
    make.on_duty(store, store.sun, make.at("2025-04-28 09:00"))
    reception = receiver(make.arrived(store, make.MOMENT))
    assert (reception.by, reception.why) == (store.sun.user, Reception.Why.ON_DUTY)


def test_duty_ends_at_its_end(store):
    make.on_duty(store, store.sun, make.at("2025-04-28 06:05"), hours=8)
    assert receiver(make.arrived(store, make.MOMENT)).why == Reception.Why.ROTATION


def test_without_anybody_on_duty_the_rotation_deals_in_order(store):
    numbers = ["13900000001", "13900000002", "13900000003", "13900000004", "13900000005"]
    visits = []
    for number in numbers:  # each leaves before the next: nobody who is with a visitor is called
        visits.append(make.arrived(store, make.MOMENT, number=number))
        services.leave(here=store.desk, visit=visits[-1], gift=None, at=make.MOMENT)
    assert [visit.receptions.get().by.username for visit in visits] == ["wang", "zhao", "sun", "li", "wang"]


def test_whoever_is_away_is_passed_over_and_keeps_their_place(store):
    wang = Place.objects.get(user=store.wang.user)
    services.set_away(here=store.desk, place=wang, away=True, at=make.MOMENT)
    assert receiver(make.arrived(store, make.MOMENT, number="13900000001")).by == store.zhao.user
    services.set_away(here=store.desk, place=wang, away=False, at=make.MOMENT)
    assert receiver(make.arrived(store, make.MOMENT, number="13900000002")).by == store.wang.user


def test_a_make_up_turn_is_served_first_and_once(store):
    services.adjust_turns(
        project=store.project, user=store.li.user, kind=TurnChange.Kind.MAKE_UP, count=1, source="CD-1", at=make.MOMENT
    )
    got = [receiver(make.arrived(store, make.MOMENT, number=f"1390000000{i}")).by.username for i in range(3)]
    assert got == ["li", "wang", "zhao"]


def test_whoever_is_suspended_is_not_called_from_the_day_after_until_it_ends(store):
    """D17-1.h3: three whole days, the day of the decision not counted."""
    services.adjust_turns(
        project=store.project,
        user=store.wang.user,
        kind=TurnChange.Kind.SUSPEND,
        count=3,
        source="CD-1",
        at=make.MOMENT,
    )
    for moment, receives in (
        ("2025-04-28 23:59", store.wang), ("2025-04-29 00:00", store.zhao), ("2025-05-01 23:59", store.zhao),
        ("2025-05-02 00:00", store.wang),
    ):  # fmt: skip
        assert route(store.project, store.site, Visitor(), make.at(moment)).receiver == receives.user


def test_the_receiver_of_an_unowned_visitor_becomes_the_owner(store):
    visit = make.arrived(store, make.MOMENT)
    held = Ownership.objects.get(customer=visit.customer)
    assert (held.user, held.reason, held.source) == (store.wang.user, Ownership.Reason.WALK_IN, visit.no)


def test_the_visit_stands_in_the_receivers_notebook(store):
    visit = make.arrived(store, make.MOMENT)
    line = NotebookEntry.objects.get(book="visit")
    assert (line.user, line.source, line.at) == (store.wang.user, visit.no, make.MOMENT)


def test_the_answer_to_the_third_question_and_the_records_are_both_kept(store):
    make.arrived(store, make.at("2025-04-12 10:00"))
    visit = make.arrived(store, make.MOMENT, first_time=Visit.First.FIRST)
    assert (visit.first_time, visit.known_before, visit.differs) == ("first", True, True)


def test_a_visitor_who_refuses_is_received_all_the_same_and_counts_for_nobody(store):
    make.on_duty(store, store.sun, make.at("2025-04-28 09:00"))
    visit = services.check_in(
        here=store.desk, site=store.site, arrival=services.Arrival(refused=True, asked=False), at=make.MOMENT
    )
    assert visit.registered == Visit.Registered.REFUSED
    assert receiver(visit).by == store.sun.user
    assert not Ownership.objects.exists()


def test_data_given_later_is_marked_late_with_its_own_time(store):
    visit = services.check_in(here=store.desk, site=store.site, arrival=services.Arrival(refused=True), at=make.MOMENT)
    later = make.at("2025-04-28 15:00")
    arrival = services.Arrival(name="张建国", number=make.PHONE)
    late = services.enter_late(here=store.desk, visit=visit, arrival=arrival, at=later)
    assert (late.registered, late.registered_at, late.arrived_at) == ("late", later, make.MOMENT)
    assert Ownership.objects.get().user == receiver(late).by


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        ({"number": "1391234333"}, "too_short", "手机号要 11 位，现在是 10 位"),
        ({"number": "139****3333"}, "phone_masked", "到访登记要整号，问一下中间四位"),
        ({"name": ""}, "name_missing", "没有姓名电话，这次到访按制度不算业务员的"),
    ],
)
def test_what_the_desk_cannot_take_is_refused_with_a_sentence(store, given, code, sentence):
    with pytest.raises(Refusal) as refused:
        make.arrived(store, make.MOMENT, **given)
    assert refused.value.code == code
    assert sentence in str(refused.value.sentence)


def test_handing_over_makes_a_stand_in_for_who_received(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.at("2025-04-28 14:10"))
    now = receiver(visit)
    assert (now.by, now.mode, now.stands_in_for) == (store.wang.user, Reception.Mode.STAND_IN, store.li.user)
    assert visit.receptions.count() == 2


def test_a_place_moves_one_step_and_stops_at_the_ends(store):
    li = Place.objects.get(user=store.li.user)
    services.move_place(here=store.desk, place=li, up=True, at=make.MOMENT)
    assert [p.user.username for p in in_order(store.site, make.MOMENT)] == ["wang", "zhao", "li", "sun"]
    wang = Place.objects.get(user=store.wang.user)
    services.move_place(here=store.desk, place=wang, up=True, at=make.MOMENT)
    assert in_order(store.site, make.MOMENT)[0].user == store.wang.user


def test_the_desk_hears_only_that_ownership_is_to_be_confirmed_when_two_claim(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = make.customer()
    alone = route(store.project, store.site, Visitor(customer, asked_for=store.li.user), make.MOMENT)
    rival = route(store.project, store.site, Visitor(customer, asked_for=store.wang.user), make.MOMENT)
    assert (alone.unsettled, rival.unsettled) == (False, True)


def test_a_landline_is_a_valid_number_and_the_visitor_is_found_by_it_again(store):  # D01-1.q2/T2
    arrival = services.Arrival(name="张建国", number="0551-65551234", first_time="first")
    visit = services.check_in(here=store.desk, site=store.site, arrival=arrival, at=make.MOMENT)
    assert visit.number == "+8655165551234"
    for asked in ("0551-65551234", "055165551234", "1234"):
        assert [customer for customer in identity.search(store.project, asked)[1]] == [visit.customer], asked


def test_a_number_that_cannot_be_is_refused_and_says_why(store):  # D01-1.q2/T1
    arrival = services.Arrival(name="张建国", number="1390000111", first_time="first")
    with pytest.raises(Refusal) as refused:
        services.check_in(here=store.desk, site=store.site, arrival=arrival, at=make.MOMENT)
    assert (refused.value.field, refused.value.sentence) == ("phone", "手机号要 11 位，现在是 10 位")
