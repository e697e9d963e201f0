"""«我来接» on a telephone, «已接到» and the next one at the desk, the rotation with today's turns: pages and API."""

from datetime import timedelta

import pytest

from tests import make
from trail import clock
from trail.models import Message
from visits import services
from visits.models import Place, Reception, TurnChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def text(response):
    return response.content.decode()


def now(visit):
    return visit.receptions.get(until__isnull=True)


def test_from_the_message_one_tap_says_that_they_come(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    phone = signed_in(store.wang)
    message = Message.objects.get(to=str(store.wang.user.pk))
    page = text(phone.get(message.link))
    assert page.index("我来接") < page.index("轮到王芳")
    assert phone.post(f"{message.link}/answer").url == message.link
    message.refresh_from_db()
    assert (now(visit).answered_at, message.done_at) == (make.MOMENT, make.MOMENT)
    assert "我来接" not in text(phone.get(message.link))


def test_a_message_to_come_is_done_by_coming_and_not_by_saying_so_in_the_inbox(store, signed_in):
    make.arrived(store, make.MOMENT)
    message = Message.objects.get(to=str(store.wang.user.pk))
    phone = signed_in(store.wang)
    assert phone.post(f"/inbox/{message.pk}/done").status_code == 404
    assert "接到了" not in text(phone.get("/inbox"))


def test_whoever_was_passed_over_is_told_that_somebody_else_comes(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=make.MOMENT + timedelta(seconds=60))
    phone = signed_in(store.wang)
    page = phone.post(f"/visits/{visit.no}/answer", follow=True)
    assert "已经由赵磊接待，你不用过去了" in text(page)
    assert "我来接" not in text(page)
    assert now(visit).answered_at is None


def test_whoever_is_not_called_finds_nothing_to_answer(store, signed_in, estate):
    visit = make.arrived(store, make.MOMENT)
    for here in (store.zhao, store.manager, estate.xu, estate.desk):
        assert signed_in(here).post(f"/visits/{visit.no}/answer").status_code == 404


def test_who_was_stood_in_for_may_read_who_came_instead(store, signed_in):
    services.set_away(here=store.desk, place=Place.objects.get(user=store.zhao.user), away=True, at=make.MOMENT)
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    page = text(signed_in(store.zhao).get(f"/visits/{visit.no}"))
    assert "代 赵磊" in page
    assert "客户找赵磊，来不了，按轮接代接" in page


def test_the_desk_takes_note_of_who_came_and_calls_the_next(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    desk = signed_in(store.desk)
    assert "叫下一位" not in text(desk.get(f"/visits/{visit.no}"))
    assert "再等一下" in text(desk.post(f"/visits/{visit.no}/pass-on", follow=True))
    with clock.standing_at(make.MOMENT + timedelta(seconds=60)):
        assert "叫下一位" in text(desk.get(f"/visits/{visit.no}"))
        assert "已呼叫赵磊" in text(desk.post(f"/visits/{visit.no}/pass-on", follow=True))
    assert desk.post(f"/visits/{visit.no}/answer", {"back": "desk"}).url == "/desk"
    assert now(visit).answered_at == make.MOMENT


def test_the_page_of_a_visit_says_why_and_shows_the_queue_before_and_after(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    page = text(signed_in(store.desk).get(f"/visits/{visit.no}"))
    assert "轮到王芳" in page
    assert "之前：王芳、赵磊、孙丽、李强<br>之后：赵磊、孙丽、李强、王芳" in page


def test_the_desk_records_who_took_a_visitor_out_of_turn(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    desk = signed_in(store.desk)
    desk.post(f"/visits/{visit.no}/hand-over", {"to": store.sun.user.pk, "out_of_turn": "on"})
    assert now(visit).mode == Reception.Mode.OUT_OF_TURN
    assert "插队" in text(desk.get(f"/visits/{visit.no}"))


def test_the_rotation_shows_todays_turns_with_reasons_and_who_moved_the_order(store, signed_in):
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=make.MOMENT + timedelta(seconds=60))
    place = Place.objects.get(user=store.li.user)
    services.move_place(here=store.desk, place=place, up=True, at=make.MOMENT)
    services.adjust_turns(
        project=store.project, user=store.li.user, kind=TurnChange.Kind.MAKE_UP, count=2, source="CD-7", at=make.MOMENT
    )
    services.adjust_turns(
        project=store.project, user=store.li.user, kind=TurnChange.Kind.SUSPEND, count=3, source="CD-7", at=make.MOMENT
    )
    page = text(signed_in(store.desk).get("/rotation"))
    for said in ("轮空", "轮到王芳", "前一位没有应答", "周敏往前移一位", "补接 2 次", "停接 3 天", "CD-7", visit.no):
        assert said in page, said
    assert "轮得平不平" not in page


def test_who_sets_the_roster_sees_how_many_turns_each_had(store, signed_in):
    for day, number in (("27", "13900000001"), ("28", "13900000002")):
        visit = make.arrived(store, make.at(f"2025-04-{day} 10:00"), number=number, hand_to=store.sun.user)
        services.leave(here=store.desk, visit=visit, gift=None, at=make.at(f"2025-04-{day} 11:00"))
    page = text(signed_in(store.manager).get("/rotation"))
    assert '<th scope="row">孙丽</th><td class="r num">1</td><td class="r num">2</td>' in page
    assert "<svg" in page


def test_a_page_of_the_rotation_calls_the_next_where_the_time_is_over(store, signed_in):
    visit = make.arrived(store, make.MOMENT - timedelta(seconds=60))
    signed_in(store.desk).get("/rotation")
    assert now(visit).by == store.zhao.user


def test_the_same_by_the_api(store, signed_in):
    visit = make.arrived(store, make.MOMENT - timedelta(seconds=60))
    api = signed_in(store.desk)
    called = api.post(f"/api/v1/visits/{visit.no}/pass-on")
    assert (called.status_code, called.json()["by"]["name"], called.json()["why"]) == (200, "赵磊", "unanswered")
    answered = signed_in(store.zhao).post(f"/api/v1/visits/{visit.no}/answer")
    assert (answered.status_code, answered.json()["answered_at"]) == (200, "2025-04-28T14:05:00+08:00")
    found = api.get("/api/v1/rotation").json()
    assert [turn["user"]["name"] for turn in found["queue"]] == ["孙丽", "李强", "王芳", "赵磊"]
    assert {line["kind"] for line in found["today"]} == {"taken", "missed"}


def test_the_api_says_when_nobody_else_is_free(store, signed_in):
    Place.objects.exclude(user=store.wang.user).update(away=True)
    visit = make.arrived(store, make.MOMENT - timedelta(seconds=60))
    answer = signed_in(store.desk).post(f"/api/v1/visits/{visit.no}/pass-on")
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_free")
