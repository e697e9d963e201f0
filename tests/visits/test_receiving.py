"""Who is called to a visitor, and what comes of it: an answer, the next one, a stand-in, nobody. The reason stays on record."""

from datetime import timedelta

import pytest

from leads.models import NotebookEntry, Ownership
from tests import make
from trail.models import Message
from trail.refusals import Refusal
from visits import services
from visits.models import Place, Reception, SiteRules, TurnChange
from visits.services import receiving

pytestmark = pytest.mark.django_db
Kind, Mode, Why = TurnChange.Kind, Reception.Mode, Reception.Why
LATER = make.MOMENT + timedelta(seconds=60)  # exactly when the time to answer is over


def now(visit):
    return visit.receptions.get(until__isnull=True)


def away(store, here):
    services.set_away(here=store.desk, place=Place.objects.get(user=here.user), away=True, at=make.MOMENT)


def suspend(store, here):
    services.adjust_turns(
        project=store.project, user=here.user, kind=Kind.SUSPEND, count=3, source="CD-1", at=make.at("2025-04-27 10:00")
    )


def told(here):
    return list(Message.objects.filter(to=str(here.user.pk)).order_by("pk").values_list("kind", flat=True))


def waits(here):
    return list(Message.objects.waiting().filter(to=str(here.user.pk)).values_list("kind", flat=True))


def turns(visit):
    rows = TurnChange.objects.filter(source=visit.no).order_by("pk")
    return [(row.user.username, row.kind) for row in rows]


# ── whom the routing finds, and who stands in ──


@pytest.mark.parametrize("hinder", [away, suspend])
def test_of_an_owner_who_is_away_or_suspended_somebody_takes_the_place_by_rotation(store, hinder):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    hinder(store, store.li)
    got = now(make.arrived(store, make.MOMENT))
    assert (got.by, got.mode, got.why, got.stands_in_for) == (store.wang.user, Mode.STAND_IN, Why.OWNER, store.li.user)
    assert not TurnChange.objects.filter(kind=Kind.TAKEN).exists()
    assert told(store.wang) == ["visit.handed"]
    assert told(store.li) == ["lead.registered", "visit.elsewhere"]


def test_who_is_asked_for_and_away_becomes_the_owner_and_not_the_stand_in(store):
    """D17-3.4a: the stand-in receives for the original salesperson."""
    away(store, store.zhao)
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    assert now(visit).by == store.wang.user
    assert Ownership.objects.get().user == store.zhao.user
    assert NotebookEntry.objects.get(book="visit").user == store.zhao.user


def test_a_returning_visitor_of_nobodys_goes_to_whoever_received_them_through_a_stand_in_too(store):
    """D01-2.A3."""
    away(store, store.zhao)
    visit = make.arrived(store, make.at("2025-04-20 10:00"), asked_for=store.zhao.user)
    services.leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-20 11:00"))
    Ownership.objects.update(until=make.at("2025-04-21 00:00"))
    services.set_away(here=store.desk, place=Place.objects.get(user=store.zhao.user), away=False, at=make.MOMENT)
    got = now(make.arrived(store, make.MOMENT))
    assert (got.by, got.why) == (store.zhao.user, Why.PREVIOUS)


def test_somebody_on_duty_who_is_away_or_suspended_is_not_called(store):
    for here in (store.sun, store.zhao):
        make.on_duty(store, here, make.at("2025-04-28 09:00"))
    away(store, store.zhao)
    assert now(make.arrived(store, make.MOMENT, number="13900000001")).by == store.sun.user
    suspend(store, store.sun)
    got = now(make.arrived(store, make.MOMENT, number="13900000002"))
    assert (got.by, got.why) == (store.wang.user, Why.ROTATION)


def test_of_two_on_duty_the_rotation_says_which_and_their_turn_is_used_up(store):
    """G-24."""
    for here in (store.li, store.sun):
        make.on_duty(store, here, make.at("2025-04-28 09:00"))
    visit = make.arrived(store, make.MOMENT)
    assert (now(visit).by, now(visit).mode, turns(visit)) == (store.sun.user, Mode.ON_DUTY, [("sun", Kind.TAKEN)])


def test_whoever_is_suspended_and_in_no_rotation_is_not_called_by_name_either(store):
    Place.objects.filter(user=store.zhao.user).delete()
    suspend(store, store.zhao)
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    assert (now(visit).by, now(visit).stands_in_for) == (store.wang.user, store.zhao.user)


def test_the_desk_cannot_send_somebody_who_is_suspended(store):
    suspend(store, store.zhao)
    visit = make.arrived(store, make.MOMENT)
    for act in (
        lambda: make.arrived(store, make.MOMENT, number="13900000001", hand_to=store.zhao.user),
        lambda: services.hand_over(here=store.desk, visit=visit, to=store.zhao.user, at=make.MOMENT),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.field) == ("suspended", "to")


def test_a_suspension_holds_at_every_site_of_the_project_and_a_second_is_served_after_the_first(store):
    other = store.site.__class__.objects.create(project=store.project, name="秀兰西区店")
    services.add_to_rotation(here=store.manager, site=other, user=store.li.user, at=make.MOMENT)
    suspend(store, store.li)
    suspend(store, store.li)
    spans = {(place.suspended_since, place.suspended_until) for place in Place.objects.filter(user=store.li.user)}
    assert spans == {(make.at("2025-04-28 00:00"), make.at("2025-05-04 00:00"))}


def test_whoever_the_desk_sends_out_of_order_uses_up_their_own_turn_and_nobody_elses(store):
    visit = make.arrived(store, make.MOMENT, hand_to=store.sun.user)
    got = now(visit)
    assert (got.by, got.mode, got.why, got.arranged_by) == (store.sun.user, Mode.ASSIGNED, Why.DESK, store.desk.user)
    assert turns(visit) == [("sun", Kind.TAKEN)]
    assert now(make.arrived(store, make.MOMENT, number="13900000001")).by == store.wang.user


def test_the_queue_before_and_after_stays_on_the_record(store):
    got = now(make.arrived(store, make.MOMENT))
    before = [store.wang, store.zhao, store.sun, store.li]
    assert got.queue_before == [here.user.pk for here in before]
    assert got.queue_after == [here.user.pk for here in [*before[1:], before[0]]]


# ── make-up turns, turns to miss ──


def give(store, here, kind, count=1, when=make.MOMENT):
    services.adjust_turns(project=store.project, user=here.user, kind=kind, count=count, source="CD-1", at=when)


def receivers(store, n, when=make.MOMENT):
    """Who got the next `n` visitors; each leaves before the next comes."""
    got = []
    for i in range(n):
        visit = make.arrived(store, when, number=f"1380000{TurnChange.objects.count():02d}{i:02d}")
        got.append(now(visit).by.username)
        services.leave(here=store.desk, visit=visit, gift=None, at=when)
    return got


def test_of_make_up_turns_the_oldest_grant_is_served_first_whoever_stands_where(store):
    """G-52."""
    for here, day in ((store.li, "25"), (store.wang, "26"), (store.li, "27")):
        give(store, here, Kind.MAKE_UP, when=make.at(f"2025-04-{day} 10:00"))
    assert receivers(store, 5) == ["li", "wang", "li", "wang", "zhao"]


def test_a_turn_to_be_missed_is_a_whole_turn_and_not_one_visitor(store):
    """D17-3.4b, G-52: the next normal turn is used up."""
    give(store, store.wang, Kind.SKIP)
    assert receivers(store, 7) == ["zhao", "sun", "li", "wang", "zhao", "sun", "li"]
    assert TurnChange.objects.get(kind=Kind.PASSED).user == store.wang.user


def test_a_make_up_turn_is_served_although_a_normal_one_is_to_be_missed(store):
    give(store, store.wang, Kind.SKIP)
    give(store, store.wang, Kind.MAKE_UP)
    assert receivers(store, 5) == ["wang", "zhao", "sun", "li", "wang"]


def test_whoever_is_suspended_keeps_what_is_owed_and_what_is_to_be_missed(store):
    suspend(store, store.wang)
    give(store, store.wang, Kind.SKIP)
    give(store, store.wang, Kind.MAKE_UP)
    assert receivers(store, 4) == ["zhao", "sun", "li", "zhao"]
    place = Place.objects.get(user=store.wang.user)
    assert (place.owed, place.skips, place.position) == (1, 1, 1)
    assert receivers(store, 3, make.at("2025-05-01 10:00")) == ["wang", "sun", "li"]


def test_turns_given_to_somebody_in_no_rotation_are_there_when_they_join(store):
    new = make.person("new", "新人", "salesperson", store.project)
    give(store, new, Kind.MAKE_UP, 2)
    give(store, new, Kind.SKIP)
    place = services.add_to_rotation(here=store.manager, site=store.site, user=new.user, at=make.MOMENT)
    assert (place.owed, place.skips) == (2, 1)


# ── answering ──


def test_whoever_is_called_answers_and_nothing_waits_any_more(store):
    """D01-2.s2: told in the second of the check-in."""
    visit = make.arrived(store, make.MOMENT)
    assert Message.objects.get(to=str(store.wang.user.pk)).at == make.MOMENT
    assert waits(store.wang) == ["visit.arrived"]
    got = services.answer(here=store.wang, visit=visit, at=LATER)
    assert (got.by, got.answered_at, waits(store.wang)) == (store.wang.user, LATER, [])
    assert services.pass_on_due(at=LATER) == 0


def test_the_desk_says_that_they_came(store):
    visit = make.arrived(store, make.MOMENT)
    assert services.answer(here=store.desk, visit=visit, at=make.MOMENT).answered_at == make.MOMENT


def test_nobody_answers_for_a_colleague_and_nobody_once_the_visitor_is_gone(store):
    visit = make.arrived(store, make.MOMENT)
    with pytest.raises(Refusal, match="not_called"):
        services.answer(here=store.zhao, visit=visit, at=make.MOMENT)
    services.leave(here=store.desk, visit=visit, gift=None, at=LATER)
    with pytest.raises(Refusal, match="visitor_left"):
        services.answer(here=store.wang, visit=visit, at=LATER)


def test_one_answer_holds_for_all_who_came_together(store):
    first = make.arrived(store, make.MOMENT)
    second = make.arrived(store, make.MOMENT, number="13900000001", party=first.no)
    assert now(second).by == store.wang.user
    services.answer(here=store.wang, visit=second, at=make.MOMENT)
    assert now(first).answered_at == make.MOMENT
    assert services.pass_on_due(at=LATER) == 0


# ── nobody answers ──


def test_after_a_minute_the_next_is_called_and_the_turn_is_used_up(store):
    visit = make.arrived(store, make.MOMENT)
    assert services.pass_on_due(at=LATER - timedelta(milliseconds=1)) == 0
    assert services.pass_on_due(at=LATER) == 1
    passed, got = visit.receptions.order_by("since")
    assert (passed.by, passed.unanswered, passed.until) == (store.wang.user, True, LATER)
    assert (got.by, got.mode, got.why, got.since) == (store.zhao.user, Mode.IN_TURN, Why.UNANSWERED, LATER)
    assert turns(visit) == [("wang", Kind.TAKEN), ("wang", Kind.MISSED), ("zhao", Kind.TAKEN)]
    assert got.queue_before == [here.user.pk for here in (store.zhao, store.sun, store.li, store.wang)]
    assert got.queue_after == [here.user.pk for here in (store.sun, store.li, store.wang, store.zhao)]
    assert (told(store.wang), waits(store.wang)) == (["visit.arrived", "visit.missed"], [])
    assert waits(store.zhao) == ["visit.passed_on"]


def test_a_customer_of_nobodys_goes_to_who_receives_them_and_not_to_who_did_not_come(store):
    """G-58."""
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    assert Ownership.objects.open().get().user == store.zhao.user
    lines = NotebookEntry.objects.filter(source=visit.no).order_by("pk")
    assert [(line.user, bool(line.note)) for line in lines] == [(store.wang.user, True), (store.zhao.user, False)]


def test_an_owner_who_does_not_answer_gets_a_stand_in_whose_turn_is_not_used_up(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    got = now(visit)
    assert (got.by, got.mode, got.stands_in_for, turns(visit)) == (store.wang.user, Mode.STAND_IN, store.li.user, [])
    assert Ownership.objects.open().get().user == store.li.user
    services.pass_on_due(at=LATER + timedelta(seconds=60))
    assert (now(visit).by, now(visit).stands_in_for) == (store.zhao.user, store.li.user)


def test_others_on_duty_come_before_the_rotation(store):
    for here in (store.sun, store.li):
        make.on_duty(store, here, make.at("2025-04-28 09:00"))
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    assert (now(visit).by, now(visit).mode) == (store.li.user, Mode.ON_DUTY)
    services.pass_on_due(at=LATER + timedelta(seconds=60))
    assert (now(visit).by, now(visit).mode) == (store.wang.user, Mode.IN_TURN)


def test_who_came_later_with_a_party_goes_where_the_party_goes(store):
    first = make.arrived(store, make.MOMENT)
    second = make.arrived(store, make.MOMENT, number="13900000001", party=first.no)
    assert services.pass_on_due(at=LATER) == 2
    assert {now(first).by, now(second).by} == {store.zhao.user}
    assert turns(second) == []


def test_when_nobody_is_left_the_call_stands_and_the_desk_is_told_once(store):
    for here in (store.zhao, store.sun, store.li):
        away(store, here)
    visit = make.arrived(store, make.MOMENT)
    for seconds in (0, 1, 2):
        assert services.pass_on_due(at=LATER + timedelta(seconds=seconds)) == 0
    assert (now(visit).by, waits(store.wang), waits(store.desk)) == (
        store.wang.user,
        ["visit.arrived", "visit.unanswered"],
        ["visit.nobody"],
    )
    services.set_away(here=store.desk, place=Place.objects.get(user=store.sun.user), away=False, at=LATER)
    services.pass_on_due(at=LATER + timedelta(seconds=3))
    assert (now(visit).by, waits(store.desk), turns(visit)[1:]) == (
        store.sun.user, [], [("wang", Kind.MISSED), ("sun", Kind.TAKEN)]
    )  # fmt: skip


def test_who_answers_late_and_is_still_wanted_comes(store):
    for here in (store.zhao, store.sun, store.li):
        away(store, here)
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    assert services.answer(here=store.wang, visit=visit, at=LATER).unanswered is False
    assert waits(store.desk) == []


def test_nobody_who_is_with_a_visitor_is_called_instead(store):
    other = make.arrived(store, make.MOMENT, number="13900000001")
    services.answer(here=store.wang, visit=other, at=make.MOMENT)
    visit = make.arrived(store, make.MOMENT, hand_to=store.zhao.user)
    services.pass_on_due(at=LATER)
    assert now(visit).by == store.sun.user


def test_a_site_says_how_long_and_may_say_never(store):
    rules = SiteRules.objects.create(site=store.site, answer_seconds=90)
    visit = make.arrived(store, make.MOMENT)
    assert services.pass_on_due(at=LATER) == 0
    rules.answer_seconds = 0
    rules.save()
    assert services.pass_on_due(at=LATER + timedelta(hours=3)) == 0
    assert services.pass_on(visit=visit, here=store.desk, at=LATER).by == store.zhao.user


def test_the_desk_calls_the_next_when_the_time_is_over_and_not_before(store):
    visit = make.arrived(store, make.MOMENT)
    with pytest.raises(Refusal, match="still_time"):
        services.pass_on(visit=visit, here=store.desk, at=LATER - timedelta(seconds=1))
    assert services.pass_on(visit=visit, here=store.desk, at=LATER).by == store.zhao.user
    services.answer(here=store.zhao, visit=visit, at=LATER)
    with pytest.raises(Refusal, match="answered"):
        services.pass_on(visit=visit, here=store.desk, at=LATER + timedelta(hours=1))


def test_the_worker_calls_the_next_by_itself(store, do_jobs, at_noon):
    visit = make.arrived(store, make.MOMENT - timedelta(seconds=61))
    do_jobs()
    assert now(visit).by == store.zhao.user


# ── handing over ──


def test_whoever_arranged_a_stand_in_is_on_record(store):
    """D17-3.4a: the secretary arranges."""
    secretary = make.person("secretary", "沈青", "secretary", store.project)
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    services.hand_over(here=secretary, visit=visit, to=store.sun.user, at=LATER)
    got = now(visit)
    assert (got.mode, got.stands_in_for, got.arranged_by) == (Mode.STAND_IN, store.zhao.user, secretary.user)
    assert waits(store.zhao) == []
    assert waits(store.sun) == ["visit.handed"]


def test_a_customer_who_returns_to_whom_they_came_to_is_no_stand_in_for_themselves(store):
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=LATER)
    services.hand_over(here=store.desk, visit=visit, to=store.wang.user, at=LATER)
    assert (now(visit).by, now(visit).mode, now(visit).stands_in_for) == (store.wang.user, Mode.IN_TURN, None)


def test_whoever_takes_a_visitor_out_of_turn_is_recorded_as_that(store):
    """D17-2.1: both must have received in normal order."""
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=LATER, out_of_turn=True)
    got = now(visit)
    assert (got.mode, got.stands_in_for, got.answered_at) == (Mode.OUT_OF_TURN, None, LATER)
    assert Ownership.objects.open().get().user == store.wang.user


def test_whoever_the_desk_finds_after_a_call_in_vain_receives_for_themselves(store):
    for here in (store.zhao, store.sun, store.li):
        away(store, here)
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=LATER)
    assert (now(visit).mode, now(visit).stands_in_for) == (Mode.ASSIGNED, None)
    assert Ownership.objects.open().get().user == store.sun.user


def test_words_that_leave_the_house_hold_no_name(store):
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=LATER)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=LATER)
    said = " ".join(str(message) for message in Message.objects.all())
    assert "张**" in said
    assert "张建国" not in said
    assert all(kind in {m.kind for m in Message.objects.all()} for kind in receiving.CALLS[:2])
