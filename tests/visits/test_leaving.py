"""Departures: noted at the desk or by the receiver, asked for, and put down at closing time as what they are (D01-1.f4, D01-2.s3)."""

import pytest

from arbitration.casefile.reader import Reader
from arbitration.casefile.tokens import Tokens
from tests import make
from trail import clock
from trail.models import Message
from trail.refusals import Refusal
from visits import departures, record, services
from visits.models import SiteRules, Visit

pytestmark = pytest.mark.django_db
ARRIVED = make.at("2025-04-28 14:05")


def left(store, visit, when, **more):
    visit = services.leave(here=store.desk, visit=visit, gift=None, at=make.at(when), **more)
    visit.refresh_from_db()
    return visit


def test_the_desk_notes_a_departure_once_and_none_is_an_answer_to_the_gift(store):
    """D01-1.f4, f5."""
    visit = left(store, make.arrived(store, ARRIVED), "2025-04-28 15:00")
    assert (visit.left_at, visit.left_how) == (make.at("2025-04-28 15:00"), Visit.LeftHow.DESK)
    assert (visit.gift, visit.gift_asked) == ("", True)
    assert not visit.receptions.filter(until=None).exists()
    with pytest.raises(Refusal) as refused:
        left(store, visit, "2025-04-28 16:00")
    assert refused.value.code == "visitor_left"


def test_a_record_with_its_five_items_is_complete(store):
    """D01-1.f."""
    visit = make.arrived(store, ARRIVED)
    assert (record.state(visit), record.lacking(visit)) == ("pending", ["left_at", "gift"])
    assert record.state(left(store, visit, "2025-04-28 15:00")) == "complete"


def test_a_refusal_is_a_lawful_incomplete_record(store):
    """D01-1.f with D01-1.n1."""
    visit = left(store, make.arrived(store, ARRIVED, refused=True), "2025-04-28 15:00")
    assert (record.state(visit), record.lacking(visit)) == ("refused", [])


def test_the_receiver_may_say_that_they_left_and_says_nothing_of_the_gift(store):
    visit = make.arrived(store, ARRIVED, asked_for=store.li.user)
    services.leave(here=store.li, visit=visit, gift=None, at=make.at("2025-04-28 15:00"), how=Visit.LeftHow.RECEIVER)
    visit.refresh_from_db()
    assert (visit.left_how, visit.gift_asked, record.lacking(visit)) == ("receiver", False, ["gift"])
    services.answer_gift(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-28 15:05"))
    visit.refresh_from_db()
    assert record.state(visit) == "complete"


def test_who_does_not_receive_says_nothing(store):
    visit = make.arrived(store, ARRIVED, asked_for=store.li.user)
    with pytest.raises(Refusal) as refused:
        services.leave(
            here=store.wang, visit=visit, gift=None, at=make.at("2025-04-28 15:00"), how=Visit.LeftHow.RECEIVER
        )
    assert (refused.value.code, refused.value.status) == ("not_receiving", 404)


# ── the question after two hours ──


def asked(store):
    return Message.objects.waiting().filter(kind="visit.left")


def test_the_receiver_is_asked_after_two_hours_and_again_after_two_more(store):
    visit = make.arrived(store, ARRIVED, asked_for=store.li.user)
    assert services.ask_whether_left(at=make.at("2025-04-28 16:04")) == 0
    assert services.ask_whether_left(at=make.at("2025-04-28 16:05")) == 1
    question = asked(store).get()
    assert (question.to, question.link, question.facts["n"]) == (str(store.li.user.pk), f"/visits/{visit.no}", 120)
    assert "张建国" not in str(question.facts)
    assert services.ask_whether_left(at=make.at("2025-04-28 16:06")) == 0
    services.still_here(here=store.li, visit=visit, at=make.at("2025-04-28 16:30"))
    assert not asked(store).exists()
    assert services.ask_whether_left(at=make.at("2025-04-28 18:29")) == 0
    assert services.ask_whether_left(at=make.at("2025-04-28 18:30")) == 1
    left(store, visit, "2025-04-28 18:31")
    assert not asked(store).exists()


def test_a_hand_over_begins_the_two_hours_anew(store):
    visit = make.arrived(store, ARRIVED, asked_for=store.li.user)
    services.hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.at("2025-04-28 15:30"))
    assert services.ask_whether_left(at=make.at("2025-04-28 17:29")) == 0
    assert services.ask_whether_left(at=make.at("2025-04-28 17:30")) == 1
    assert asked(store).get().to == str(store.wang.user.pk)


def test_a_site_may_ask_sooner_or_not_at_all(store):
    make.arrived(store, ARRIVED, asked_for=store.li.user)
    rules = SiteRules.objects.create(site=store.site, ask_left_minutes=0)
    assert services.ask_whether_left(at=make.at("2025-04-29 14:05")) == 0
    rules.ask_left_minutes = 30
    rules.save()
    assert services.ask_whether_left(at=make.at("2025-04-28 14:35")) == 1


# ── closing time ──


def test_at_closing_time_what_nobody_noted_is_put_down_as_that(store):
    visit = make.arrived(store, ARRIVED)
    assert services.sweep(at=make.at("2025-04-28 17:59")) == 0
    assert services.sweep(at=make.at("2025-04-28 18:00")) == 1
    visit.refresh_from_db()
    assert (visit.left_at, visit.left_how, visit.left_seen) == (make.at("2025-04-28 18:00"), "sweep", None)
    assert record.lacking(visit) == ["left_at", "gift"]
    assert visit.receptions.get().until == make.at("2025-04-28 18:00")
    told = Message.objects.get(kind="visit.not_left", to=str(store.desk.user.pk))
    assert told.facts == {"site": "秀兰门店", "n": 1}
    assert services.sweep(at=make.at("2025-04-28 18:05")) == 0
    assert Message.objects.filter(kind="visit.not_left", to=str(store.desk.user.pk)).count() == 1


def test_who_came_after_closing_is_not_put_down_before_the_next_closing(store):
    visit = make.arrived(store, make.at("2025-04-28 18:30"))
    assert services.sweep(at=make.at("2025-04-29 17:59")) == 0
    assert services.sweep(at=make.at("2025-04-29 18:00")) == 1
    visit.refresh_from_db()
    assert visit.left_at == make.at("2025-04-29 18:00")


def test_after_days_without_a_worker_each_gets_the_closing_time_of_its_own_day(store):
    early, late = make.arrived(store, ARRIVED), make.arrived(store, make.at("2025-04-30 10:00"), number="13900000002")
    assert services.sweep(at=make.at("2025-05-03 09:00")) == 2
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.left_at, late.left_at) == (make.at("2025-04-28 18:00"), make.at("2025-04-30 18:00"))


def test_closing_time_is_that_of_the_projects_zone(store):
    store.project.time_zone = "Asia/Tokyo"
    store.project.save()
    visit = make.arrived(store, ARRIVED)
    assert services.sweep(at=make.at("2025-04-28 16:59")) == 0
    assert services.sweep(at=make.at("2025-04-28 17:00")) == 1
    visit.refresh_from_db()
    assert visit.left_at == make.at("2025-04-28 17:00")


def test_where_a_site_does_not_sweep_its_desk_is_reminded_once_a_day(store):
    """D01-1.f: a record without a departure, and a reminder that names it."""
    SiteRules.objects.create(site=store.site, sweep=False)
    visit = make.arrived(store, ARRIVED)
    for when in ("2025-04-28 18:00", "2025-04-28 18:05", "2025-04-29 00:05", "2025-04-29 18:00"):
        assert services.sweep(at=make.at(when)) == 0
    visit.refresh_from_db()
    assert visit.left_at is None
    told = Message.objects.filter(kind="visit.not_left", to=str(store.desk.user.pk))
    assert [m.at for m in told.order_by("at")] == [make.at("2025-04-28 18:00"), make.at("2025-04-29 18:00")]
    assert "离开时间" in told[0].sentence


def test_the_case_does_not_claim_a_departure_that_nobody_saw(store):
    """Decision 0014."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    visit = make.arrived(store, ARRIVED, asked_for=store.wang.user)
    services.sweep(at=make.at("2025-04-28 18:00"))
    assert "left_at" not in keys(store, visit)
    given = {"left_at": make.at("2025-04-28 15:10")}
    services.correct(here=store.desk, visit=visit, given=given, reason="监控里看到的", at=make.at("2025-04-29 09:00"))
    assert keys(store, visit)["left_at"].startswith("2025-04-28T15:10")


def keys(store, visit):
    reader = Reader(store.project, Tokens(), [make.customer()], make.at("2025-04-30 12:00"))
    return next(e for e in reader.visits() if e["id"] == f"v{visit.pk}")


def test_the_jobs_do_it_by_the_clock(store, do_jobs):
    visit = make.arrived(store, ARRIVED, asked_for=store.li.user)
    with clock.standing_at(make.at("2025-04-28 16:10")):
        departures.ask_whether_left.call()
    with clock.standing_at(make.at("2025-04-28 18:10")):
        departures.sweep.call()
    visit.refresh_from_db()
    assert (visit.asked_left_at, visit.left_how) == (make.at("2025-04-28 16:10"), "sweep")
