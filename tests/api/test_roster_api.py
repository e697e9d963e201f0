"""Shifts and the rotation, as a program sees them."""

import pytest

from tests import make
from tests.programs import program
from trail.models import Entry
from visits.models import Duty, Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

TUESDAY = {"day": "2025-04-29", "since": "09:00", "until": "18:00"}


def shift(here, **given):
    return {**TUESDAY, "user": here.user.pk, **given}


def place_of(here):
    return Place.objects.get(user=here.user).pk


# ── 值班 ──


def test_a_week_is_filled_and_says_what_is_missing(store):
    boss = program(store.manager)
    made = boss.post("shifts", shift(store.li, until="12:00"), key="one")
    assert boss.post("shifts", shift(store.li, until="12:00"), key="one").json() == made.json()
    assert (made.status_code, made.json()["user"]["id"], made.json()["site"]["id"]) == (
        201, store.li.user.pk, store.site.pk,
    )  # fmt: skip
    week = boss.get("shifts", week="2025-W18").json()
    tuesday = week["days"][1]
    assert [(found["id"], found["over"], found["gone"]) for found in tuesday["shifts"]] == [
        (made.json()["id"], False, False)
    ]
    assert [hole["since"] for hole in tuesday["holes"]] == ["2025-04-29T12:00:00+08:00"]
    assert store.li.user.name in [person["name"] for person in week["people"]]
    assert boss.get("shifts", week="next").status_code == 404


def test_midnight_ends_a_shift_and_what_the_page_refuses_is_refused(store):
    boss = program(store.manager)
    late = boss.post("shifts", shift(store.li, since="18:00", until="00:00")).json()
    assert late["until"] == "2025-04-30T00:00:00+08:00"
    twice = boss.post("shifts", shift(store.li, since="20:00", until="21:00"))
    assert (twice.json()["code"], Duty.objects.count()) == ("duty_twice", 1)
    past = boss.post("shifts", shift(store.li, day="2025-04-01"))
    assert (past.json()["code"], past.json()["field"]) == ("duty_past", "until")
    assert boss.post("shifts", shift(store.li, day="9999-12-31")).json()["field"] == "day"
    assert boss.post("shifts", shift(store.desk)).json()["field"] == "user"


def test_a_shift_is_changed_and_taken_out(store):
    boss = program(store.manager)
    made = boss.post("shifts", shift(store.li)).json()["id"]
    changed = boss.post(f"shifts/{made}/change", shift(store.sun, since="10:00")).json()
    assert (changed["id"], changed["user"]["id"]) == (made, store.sun.user.pk)
    assert changed["since"] == "2025-04-29T10:00:00+08:00"
    assert boss.post(f"shifts/{made}/remove", {}).json() == {"id": made}
    assert boss.post(f"shifts/{made}/change", {}).status_code == 404
    actions = Entry.objects.filter(action__startswith="duty.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["duty.set", "duty.change", "duty.remove"]


def test_the_week_before_is_copied_and_what_was_not_is_said(store):
    boss = program(store.manager)
    boss.post("shifts", shift(store.li))
    boss.post("shifts", shift(store.sun))
    store.sun.user.memberships.update(until=make.at("2025-05-02 10:00"))
    copied = boss.post("shifts/copy", {"week": "2025-W19"}).json()
    assert (copied["new"], len(copied["left"])) == (1, 1)
    assert store.sun.user.name in copied["left"][0]
    assert boss.post("shifts/copy", {"week": "soon"}).json()["field"] == "week"


def test_the_desk_puts_somebody_on_duty_today_and_on_no_other_day(store):
    desk = program(store.desk)
    hours = {"user": store.li.user.pk, "since": "13:00", "until": "18:00"}
    made = desk.post("shifts/today", hours).json()
    assert made["since"] == "2025-04-28T13:00:00+08:00"
    assert desk.post("shifts/today", {**hours, "day": "2025-04-29"}).json()["field"] == "day"
    assert desk.post("shifts", shift(store.sun)).status_code == 404
    assert desk.post(f"shifts/{made['id']}/remove", {}).status_code == 404


# ── 轮接 ──


def test_somebody_joins_at_the_end_moves_up_and_leaves(store):
    boss, new = program(store.manager), make.person("new", "新人", "salesperson", store.project)
    told = boss.get("rotation/places").json()
    assert [person["id"] for person in told["others"]] == [new.user.pk]
    made = boss.post("rotation/places", {"user": new.user.pk})
    assert (made.status_code, made.json()["position"]) == (201, 5)
    again = boss.post("rotation/places", {"user": new.user.pk}).json()
    assert (again["code"], again["field"]) == ("turn_held", "user")
    moved = boss.post(f"rotation/places/{made.json()['id']}/move", {"up": True}).json()
    assert moved["position"] == 4
    order = [line["user"]["id"] for line in boss.get("rotation/places").json()["places"]]
    assert order[-2:] == [new.user.pk, store.li.user.pk]
    assert boss.post(f"rotation/places/{moved['id']}/remove", {}).json() == {"id": moved["id"]}
    assert boss.post(f"rotation/places/{moved['id']}/move", {}).status_code == 404


def test_the_desk_says_who_is_away_and_takes_nobody_in_or_out(store):
    desk, wang = program(store.desk), place_of(store.wang)
    assert desk.post(f"rotation/places/{wang}/away", {"away": True}).json()["away"] is True
    states = {line["user"]["id"]: line["state"] for line in desk.get("rotation").json()["queue"]}
    assert states[store.wang.user.pk] == "away"
    assert desk.post(f"rotation/places/{wang}/away", {"away": False}).json()["away"] is False
    assert desk.post(f"rotation/places/{wang}/remove", {}).status_code == 404
    assert desk.post("rotation/places", {"user": store.li.user.pk}).status_code == 404


def test_the_administrator_orders_the_rotation_but_calls_nobody_away(store):
    admin, wang = program(store.admin), place_of(store.wang)
    assert admin.post(f"rotation/places/{wang}/move", {"up": False}).json()["position"] == 2
    assert admin.post(f"rotation/places/{wang}/away", {"away": True}).status_code == 404


def test_another_projects_roster_is_none_of_theirs(store, estate):
    stranger, theirs = program(estate.manager), make.on_duty(store, store.li, make.MOMENT)
    assert stranger.get("shifts", site=store.site.pk).status_code == 404
    assert stranger.post("shifts", {**shift(store.li), "site": store.site.pk}).json()["errors"]
    assert stranger.post(f"shifts/{theirs.pk}/remove", {}).status_code == 404
    assert stranger.post(f"rotation/places/{place_of(store.li)}/remove", {}).status_code == 404
