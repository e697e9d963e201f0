"""A forgotten password, one handed over, one changed: never a hint who is there, and everybody else is out."""

import base64
import re
from datetime import timedelta

import pytest
from django.test import Client

from people.jobs import mail_reset_link
from people.models import User
from people.services.invitations import reset_link
from tests import make
from tests.mailbox import connected, mail_server
from tests.people.factors import enrolled
from tests.people.first import PASSWORD
from tests.people.test_invitations import newcomer
from tests.people.test_setup import at_once
from trail import clock, vault
from trail.models import Entry, Message

nobody_else = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NEW = {"new_password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def box(store):
    """A mail server that the settings name, and an address for 李强."""
    User.objects.filter(pk=store.li.user.pk).update(email="Li@example.com")
    with mail_server() as box:
        connected(box, make.MOMENT)
        yield box


def ask(who, client=None):
    return (client or Client()).post("/forgot", {"who": who}, follow=True)


def mailed_link(box):
    """The path of the link in the newest mail."""
    return next(line for line in box.text().splitlines() if "/reset/" in line).removeprefix("http://127.0.0.1:8000")


def body(page):
    """The page without the token against forgery, which is another each time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page.content.decode())


class TestForgotten:
    pytestmark = nobody_else

    def test_the_login_page_leads_there(self, store, client):
        assert 'href="/forgot"' in client.get("/login").content.decode()

    def test_whoever_asks_by_account_or_address_gets_a_link_by_mail(self, box, do_jobs):
        for who in ("li", " LI ", "li@example.com"):
            ask(who)
        do_jobs()
        assert [mail["To"] for mail in box.mails] == ["Li@example.com"] * 3
        assert "li" in box.text()

    def test_what_waited_longer_than_its_key_was_kept_is_let_be(self, box, settings):
        asked = vault.seal("li").hex()
        mail_reset_link.call(asked)
        assert len(box.mails) == 1
        settings.PHONE_KEYS = (base64.urlsafe_b64encode(b"n" * 32).decode(),)
        mail_reset_link.call(asked)
        assert len(box.mails) == 1

    def test_the_answer_tells_nobody_who_is_there(self, box, store, do_jobs):
        newcomer(store, email="liuyang@example.com")  # has not come in yet
        User.objects.filter(pk=store.wang.user.pk).update(email="wang@example.com", is_active=False)
        known = ask("li")
        for who in ("nobody", "zhao", "nobody@example.com", "liuyang", "wang", "wang@example.com", "x" * 254, "' --"):
            page = ask(who)
            assert (page.status_code, page.redirect_chain) == (known.status_code, known.redirect_chain)
            assert body(page) == body(known)
        do_jobs()
        assert [mail["To"] for mail in box.mails] == ["Li@example.com"]

    def test_three_mails_an_hour_for_one_account(self, box, do_jobs):
        for who in ("li", "li@example.com") * 3:
            ask(who)
        do_jobs()
        assert len(box.mails) == 3
        with clock.standing_at(make.MOMENT + timedelta(hours=1)):
            ask("li")
            do_jobs()
        assert sum("/reset/" in box.text(n) for n in range(len(box.mails))) == 4

    def test_ten_questions_an_hour_from_one_address_then_a_pause(self, box):
        assert [ask(f"somebody{i}").status_code for i in range(10)] == [200] * 10
        page = ask("li")
        assert (page.status_code, "一小时后再试" in page.content.decode()) == (429, True)
        assert 'value="li"' in page.content.decode()

    def test_behind_a_proxy_the_callers_are_told_apart(self, box, settings):
        settings.BEHIND_PROXY = True
        for i in range(12):
            sent = Client().post("/forgot", {"who": "x"}, headers={"X-Forwarded-For": f"10.0.0.1, 192.0.2.{i}"})
            assert sent.status_code == 302
        forged = [
            Client().post("/forgot", {"who": "x"}, headers={"X-Forwarded-For": f"10.0.0.{i}, 192.0.2.99"})
            for i in range(11)
        ]
        assert forged[-1].status_code == 429

    def test_what_was_typed_waits_for_the_worker_sealed(self, box):
        from django_tasks_db.models import DBTaskResult

        ask("li@example.com")
        assert "li" not in str(DBTaskResult.objects.get().args_kwargs["args"])

    def test_a_mail_that_does_not_go_is_tried_again_and_not_counted(self, box, do_jobs):
        box.answers.extend(["451 later"] * 2)
        ask("li")
        for minutes in (0, 1, 5):
            with clock.standing_at(make.MOMENT + timedelta(minutes=minutes)):
                do_jobs()
        assert len(box.mails) == 1

    def test_without_a_mail_server_the_page_says_whom_to_ask(self, store, client):
        assert "找管理员" in client.get("/forgot").content.decode()
        page = client.post("/forgot", {"who": "li"})
        assert (page.status_code, "找管理员" in page.content.decode()) == (200, True)

    def test_nothing_typed_is_told(self, box, client):
        page = client.post("/forgot", {"who": " "})
        assert (page.status_code, "填账号或邮箱" in page.content.decode()) == (422, True)


class TestANewOne:
    pytestmark = nobody_else

    @pytest.fixture
    def link(self, box, do_jobs):
        ask("li")
        do_jobs()
        return mailed_link(box)

    @pytest.fixture
    def elsewhere(self, store, signed_in):
        """李强, still logged in with the old password since before."""
        return signed_in(store.li)

    def test_by_the_link_everybody_else_is_out_and_its_owner_hears_of_it(self, store, elsewhere, link, signed_in):
        client = Client()
        assert client.get(link).url == "/reset"
        assert client.post("/reset", NEW).url == "/login"
        assert elsewhere.get("/me").status_code == 302
        assert client.get("/me").status_code == 302  # not logged in by it
        store.li.user.refresh_from_db()
        assert store.li.user.check_password(PASSWORD)
        assert Message.objects.get(kind="password.changed").to == str(store.li.user.pk)
        assert Entry.objects.filter(action="person.reset").count() == 1
        assert "你的密码改了" in signed_in(store.li).get("/inbox").content.decode()

    def test_a_second_factor_is_still_asked_for(self, store, link, client):
        enrolled(store.li.user)
        client.get(link)
        client.post("/reset", NEW)
        assert client.post("/login", {"username": "li", "password": PASSWORD}).url == "/login/code"

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"new_password": "short", "again": "short"}, "密码至少 10 位"),
            ({"again": "other"}, "两遍不一样"),
            ({"new_password": "li@example.com", "again": "li@example.com"}, "太像"),
        ],
    )
    def test_a_weak_one_is_told_and_the_link_still_counts(self, link, client, given, sentence):
        client.get(link)
        page = client.post("/reset", NEW | given)
        assert (page.status_code, sentence in page.content.decode()) == (422, True)
        assert client.post("/reset", NEW).status_code == 302

    def test_the_link_is_used_once_and_lasts_an_hour(self, link, client):
        with clock.standing_at(make.MOMENT + timedelta(minutes=59)):
            assert client.get(link).status_code == 302
        with clock.standing_at(make.MOMENT + timedelta(hours=1)):
            late = client.get(link)
            assert (late.status_code, "过了一小时" in late.content.decode()) == (410, True)
        client.get(link)
        client.post("/reset", NEW)
        used = client.get(link)
        assert (used.status_code, "用过了" in used.content.decode()) == (410, True)
        for tapped in (client.post("/reset", NEW), client.get("/reset")):  # a second tap, and the way back
            assert (tapped.status_code, "已经用过了，就去登录" in tapped.content.decode()) == (404, True)

    def test_it_ends_when_its_owner_remembers_the_old_one_and_when_they_leave(self, store, link, client):
        store.li.user.last_login = make.MOMENT
        store.li.user.save()
        assert client.get(link).status_code == 410

    def test_who_left_does_not_come_back_by_it(self, store, link, client):
        User.objects.filter(pk=store.li.user.pk).update(is_active=False)
        assert client.get(link).status_code == 410
        assert client.post("/reset", NEW).status_code == 404

    def test_one_that_an_administrator_gave_lasts_a_day(self, store, client):
        path = reset_link(user=store.li.user, by=store.admin.user, at=make.MOMENT)
        with clock.standing_at(make.MOMENT + timedelta(hours=23)):
            client.get(path)
            assert client.get("/reset").status_code == 200
        with clock.standing_at(make.MOMENT + timedelta(hours=24)):
            assert client.post("/reset", NEW).status_code == 410

    def test_one_that_an_administrator_gave_outlives_a_login_with_the_stolen_password(self, store, signed_in, client):
        path = reset_link(user=store.li.user, by=store.admin.user, at=make.MOMENT)
        signed_in(store.li)
        assert client.get(path).url == "/reset"

    def test_what_we_never_wrote_is_told(self, store, client):
        page = client.get("/reset/nonsense")
        assert (page.status_code, "不完整" in page.content.decode()) == (404, True)


class TestOnesOwn:
    pytestmark = nobody_else

    def test_with_the_old_one_one_stays_in_and_is_out_everywhere_else(self, store, signed_in):
        here, elsewhere = signed_in(store.li), signed_in(store.li)
        assert here.post("/account/password", {"password": make.PASSWORD, **NEW}).url == "/account"
        assert here.get("/me").status_code == 200
        assert elsewhere.get("/me").status_code == 302
        assert Entry.objects.filter(action="person.change_password").count() == 1

    def test_without_it_nothing_changes(self, store, signed_in):
        page = signed_in(store.li).post("/account/password", {"password": "guess", **NEW})
        assert page.status_code == 422
        assert "guess" not in page.content.decode()
        store.li.user.refresh_from_db()
        assert store.li.user.check_password(make.PASSWORD)

    def test_a_weak_one_is_told(self, store, signed_in):
        page = signed_in(store.li).post(
            "/account/password", {"password": make.PASSWORD, "new_password": "kurz", "again": "kurz"}
        )
        assert (page.status_code, "密码至少 10 位" in page.content.decode()) == (422, True)

    def test_where_a_second_factor_is_on_its_code_is_asked_for(self, store, signed_in):
        telephone = enrolled(store.li.user)
        client = signed_in(store.li)
        assert 'name="code"' in client.get("/account/password").content.decode()
        assert client.post("/account/password", {"password": make.PASSWORD, **NEW}).status_code == 422
        assert client.post("/account/password", {"code": telephone.code(make.MOMENT), **NEW}).status_code == 302


def test_of_six_who_use_a_link_at_once_one_sets_the_password(site):
    store = make.store()
    path = reset_link(user=store.li.user, by=store.admin.user, at=clock.now())
    clients = [Client() for _ in range(6)]
    for client in clients:
        client.get(path)
    sent = [
        (
            client.cookies["sessionid"].value,
            {"to": "/reset", "new_password": f"{PASSWORD}{i}", "again": f"{PASSWORD}{i}"},
        )
        for i, client in enumerate(clients)
    ]
    answers = at_once(site, sent)
    assert sorted(status for status, _text in answers) == [302] + [410] * 5
    store.li.user.refresh_from_db()
    assert sum(store.li.user.check_password(f"{PASSWORD}{i}") for i in range(6)) == 1
    assert Entry.objects.filter(action="person.reset").count() == 1
