"""Whole numbers that somebody sees add up: at 50 somebody hears, past 200 it takes leave, past 2,500 that of two (G27)."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from leads.models import NumberLeave, Phone
from leads.reads.looks import seen
from leads.services import ask_leave, count_look, decide_leave, note_export, number_looks, reveal
from people.models import Membership
from tests import make
from tests.racing import at_once, refused_or
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

DAY = make.at("2025-04-10 10:00")


def looked(here, count, at=DAY, action="notebook.export", **more):
    """So many whole numbers went out in one file."""
    note_export(here=here, action=action, subject="user:1", lines=count, whole=True, at=at, **more)


def refused(do, **given):
    with pytest.raises(Refusal) as caught:
        do(**given)
    return caught.value.code


def alarms(store):
    return [(m.to, m.facts["n"]) for m in Message.objects.filter(kind="looks.many").order_by("pk", "to")]


@pytest.mark.django_db
def test_at_fifty_the_managers_hear_of_it_once(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = make.customer()
    looked(store.li, 49)
    assert alarms(store) == []
    for _time in range(3):
        assert reveal(here=store.li, customer=customer, reason="约时间", at=DAY) == [make.PHONE]
    bosses = {str(store.manager.user.pk), str(store.general.user.pk)}
    assert {to for to, _n in alarms(store)} == bosses
    assert {n for _to, n in alarms(store)} == {50}
    assert len(alarms(store)) == 2
    assert seen(store.li.user, DAY) == 52


@pytest.mark.django_db
def test_past_two_hundred_nothing_is_shown_without_leave_and_the_try_leaves_nothing(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = make.customer()
    looked(store.li, 199)
    reveal(here=store.li, customer=customer, reason="约时间", at=DAY)
    assert refused(reveal, here=store.li, customer=customer, reason="约时间", at=DAY) == "looks_used_up"
    assert refused(looked, here=store.manager, count=201) == "looks_used_up"
    assert Entry.objects.filter(action="phone.reveal").count() == 1
    assert [n for _to, n in alarms(store)] == [50, 50, 200, 200]
    after = DAY + timedelta(days=30, seconds=1)
    assert reveal(here=store.li, customer=customer, reason="约时间", at=after) == [make.PHONE]


@pytest.mark.django_db
def test_a_file_with_masked_numbers_does_not_count(store):
    note_export(here=store.manager, action="visits.export", subject="project:store", lines=5_000, whole=False, at=DAY)
    assert seen(store.manager.user, DAY) == 0


@pytest.mark.django_db
def test_leave_is_given_by_somebody_else_and_lasts_a_day(store):
    looked(store.manager, 200)
    row = ask_leave(here=store.manager, reason="回访老客户", more=100, at=DAY)
    assert (row.seen, row.upto, row.wide) == (200, 300, False)
    assert [m.to for m in Message.objects.filter(kind="looks.asked", to_do=True)] == [str(store.general.user.pk)]
    assert refused(ask_leave, here=store.manager, reason="回访", more=1, at=DAY) == "leave_asked"
    assert refused(decide_leave, here=store.manager, leave=row, approve=True, reason="", at=DAY) == "recused"
    assert refused(decide_leave, here=store.li, leave=row, approve=True, reason="", at=DAY) == "not_yours"
    given = decide_leave(here=store.general, leave=row, approve=True, reason="", at=DAY)
    assert (given.state, given.until - DAY) == ("given", timedelta(hours=24))
    looked(store.manager, 100)
    assert refused(looked, here=store.manager, count=1) == "looks_used_up"
    assert refused(decide_leave, here=store.general, leave=row, approve=True, reason="", at=DAY) == "leave_decided"


@pytest.mark.django_db
def test_leave_that_is_over_lets_nothing_through(store):
    looked(store.li, 200)
    decide_leave(
        here=store.manager,
        leave=ask_leave(here=store.li, reason="回访", more=50, at=DAY),
        approve=True,
        reason="",
        at=DAY,
    )
    assert refused(looked, here=store.li, count=1, at=DAY + timedelta(hours=24)) == "looks_used_up"
    looked(store.li, 1, at=DAY + timedelta(hours=23))


@pytest.mark.django_db
def test_past_two_thousand_five_hundred_two_people_have_to_agree(store):
    row = ask_leave(here=store.li, reason="换系统，核对全部客户", more=3_000, at=DAY)
    assert row.wide
    first = decide_leave(here=store.manager, leave=row, approve=True, reason="", at=DAY)
    assert (first.state, first.first_by) == ("asked", store.manager.user)
    assert refused(looked, here=store.li, count=201) == "looks_used_up"
    assert refused(decide_leave, here=store.manager, leave=row, approve=True, reason="", at=DAY) == "second_person"
    decide_leave(here=store.general, leave=row, approve=True, reason="", at=DAY)
    looked(store.li, 2_999)
    assert [n for _to, n in alarms(store)] == [50, 50, 200, 200, 2500, 2500]


def alone(store):
    """The project has one manager, and no general manager."""
    Membership.objects.filter(project=store.project, user=store.general.user).delete()


@pytest.mark.django_db
def test_where_nobody_else_leads_the_project_who_keeps_its_settings_gives_leave(store):
    refused_before = {"here": store.admin, "approve": True, "reason": "", "at": DAY}
    of_li = ask_leave(here=store.li, reason="回访", more=10, at=DAY)
    alone(store)
    assert refused(decide_leave, leave=of_li, **refused_before) == "not_yours", "the manager can: nobody stands in"
    looked(store.manager, 200)
    row = ask_leave(here=store.manager, reason="回访老客户", more=100, at=DAY)
    asked = Message.objects.filter(kind="looks.asked", to_do=True, link=number_looks.link(row))
    assert [m.to for m in asked] == [str(store.admin.user.pk)]
    assert refused(decide_leave, here=store.manager, leave=row, approve=True, reason="", at=DAY) == "recused"
    given = decide_leave(here=store.admin, leave=row, approve=True, reason="", at=DAY)
    assert (given.state, given.decided_by) == ("given", store.admin.user)
    assert Entry.objects.get(action="looks.give").actor == str(store.admin.user.pk)
    looked(store.manager, 100)


@pytest.mark.django_db
def test_where_two_have_to_agree_and_one_leads_the_second_is_who_keeps_the_settings(store):
    alone(store)
    row = ask_leave(here=store.li, reason="换系统，核对全部客户", more=3_000, at=DAY)
    first = decide_leave(here=store.manager, leave=row, approve=True, reason="", at=DAY)
    assert first.state == "asked"
    assert decide_leave(here=store.admin, leave=row, approve=True, reason="", at=DAY).state == "given"


@pytest.mark.django_db
def test_whoever_stands_in_is_asked_on_the_page_and_sees_nobodys_numbers(store, signed_in):
    alone(store)
    of_li = ask_leave(here=store.li, reason="老客户", more=10, at=DAY)
    row = ask_leave(here=store.manager, reason="回访老客户", more=100, at=DAY)
    with clock.standing_at(DAY):
        admin = signed_in(store.admin)
        page = admin.get("/looks").content.decode()
        assert f"/looks/{row.pk}/decide" in page
        assert f"/looks/{of_li.pk}/decide" not in page, "the manager answers that one"
        assert "大家 30 天里看了" not in page
        assert admin.post(f"/looks/{row.pk}/decide", {"approve": "yes"}).status_code == 302
    assert NumberLeave.objects.get(pk=row.pk).state == "given"


@pytest.mark.django_db
def test_a_no_says_why(store):
    row = ask_leave(here=store.li, reason="回访", more=10, at=DAY)
    assert refused(decide_leave, here=store.manager, leave=row, approve=False, reason=" ", at=DAY) == "reason_missing"
    decide_leave(here=store.manager, leave=row, approve=False, reason="没说清楚", at=DAY)
    assert NumberLeave.objects.get().answer == "没说清楚"
    assert Message.objects.get(kind="looks.answered").to == str(store.li.user.pk)
    assert refused(ask_leave, here=store.li, reason="", more=10, at=DAY) == "leave_why"
    assert refused(ask_leave, here=store.li, reason="回访", more=0, at=DAY) == "leave_many"


def test_of_sixteen_at_once_exactly_as_many_are_shown_as_are_left(committed):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = make.customer()
    looked(store.li, 190)
    look = lambda: reveal(here=store.li, customer=customer, reason="约时间", at=DAY)  # noqa: E731
    came_to = refused_or(at_once(*[look] * 16), "seen")
    assert sorted(came_to) == ["looks_used_up"] * 6 + ["seen"] * 10
    assert (seen(store.li.user, DAY), Message.objects.filter(kind="looks.many", facts__n=200).count()) == (200, 2)


def test_without_the_lock_two_at_once_both_take_the_last_one(committed, monkeypatch):
    """The race that the lock is there for."""
    store, barrier, count = make.store(), threading.Barrier(2, timeout=60), number_looks.seen
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = make.customer()
    looked(store.li, 199)

    def both_read_first(user, at):
        n = count(user, at)
        barrier.wait()
        return n

    monkeypatch.setattr(number_looks, "_alone", lambda user: None)
    monkeypatch.setattr(number_looks, "seen", both_read_first)
    look = lambda: reveal(here=store.li, customer=customer, reason="约时间", at=DAY)  # noqa: E731
    assert refused_or(at_once(look, look), "seen") == ["seen", "seen"]
    assert count(store.li.user, DAY) == 201


@pytest.mark.django_db
def test_counting_outside_of_the_transaction_that_notes_it_is_a_mistake(store, monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        count_look(here=store.li, lines=1, at=DAY)
    monkeypatch.undo()


@pytest.mark.django_db
def test_the_page_asks_and_answers(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    looked(store.li, 200)
    with clock.standing_at(DAY):
        li, manager = signed_in(store.li), signed_in(store.manager)
        sent = {"reason": "约时间", "password": make.PASSWORD}
        page = li.post(f"/customers/{make.customer().pk}/reveal", sent)
        assert page.status_code == 403
        assert 'href="/looks"' in page.content.decode()
        assert li.post("/looks", {"more": "20", "reason": "回访老客户"}).status_code == 302
        row = NumberLeave.objects.get()
        assert "回访老客户" in manager.get("/looks").content.decode()
        assert manager.post(f"/looks/{row.pk}/decide", {"approve": "no"}).status_code == 302
        assert NumberLeave.objects.get().state == "asked"
        manager.post(f"/looks/{row.pk}/decide", {"approve": "yes"})
        assert li.post(f"/customers/{make.customer().pk}/reveal", sent).status_code == 200
        assert "220" in li.get("/looks").content.decode()


@pytest.mark.django_db
def test_files_hold_whole_numbers_only_where_they_are_asked_for(store, signed_in):
    make.arrived(store, make.at("2025-04-10 09:00"))
    with clock.standing_at(DAY):
        manager = make.proven(signed_in(store.manager))
        assert make.PHONE not in make.read(manager.get("/visits/csv?range=today")).decode()
        assert make.PHONE in make.read(manager.get("/visits/csv?range=today&whole=1")).decode()
        assert seen(store.manager.user, DAY) == 1
        looked(store.manager, 199)
        assert manager.get("/visits/csv?range=today&whole=1").url == "/looks"
        assert manager.get("/visits/csv?range=today").status_code == 200
        desk = make.proven(signed_in(store.desk))
        assert make.PHONE not in make.read(desk.get("/visits/csv?range=today&whole=1")).decode()
    assert Phone.objects.count() == 1
