"""Login, landing, language, project, leaving; and the inbox."""

import pytest
from django.test import Client
from django.utils import translation

from people.audit import ACTIONS
from people.models import Membership
from people.roles import LANDING, Role
from tests import make
from trail.models import Entry, Message
from visits.services import hand_over, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def login(username, password=make.PASSWORD, client=None):
    return (client or Client()).post("/login", {"username": username, "password": password})


@pytest.mark.parametrize("role", Role.values)
def test_each_role_lands_on_its_own_page(store, role, signed_in):
    here = make.person(f"x_{role}", "新人", role, store.project)
    page = signed_in(here).get("/", follow=True)
    assert page.status_code == 200
    assert page.resolver_match.url_name in {name for r, name in LANDING if r == role} | {"period_month"}


def test_a_wrong_password_never_says_which_of_the_two_was_wrong(store):
    known, unknown = login("li", "wrong"), login("nobody", "wrong")
    assert "账号或密码不对" in known.content.decode()
    assert "账号或密码不对" in unknown.content.decode()


def test_ten_wrong_passwords_lock_the_account_for_a_while(store):
    for _ in range(10):
        login("li", "wrong")
    locked = login("li")
    assert locked.status_code == 429
    assert "试错太多次了" in locked.content.decode()


def test_after_logging_out_the_pages_ask_for_login(store, signed_in):
    client = signed_in(store.li)
    client.post("/logout")
    assert client.get("/me").status_code == 302


def test_the_language_is_remembered(store, signed_in):
    client = signed_in(store.li)
    client.post("/language", {"language": "en", "next": "/me"})
    assert '<html lang="en">' in client.get("/me").content.decode()
    store.li.user.refresh_from_db()
    assert store.li.user.language == "en"
    assert client.post("/language", {"language": "xx"}).status_code == 404


def test_changing_the_language_changes_it_for_nobody_else_in_the_same_thread(store, signed_in):
    with translation.override("zh-hans"):
        signed_in(store.li).post("/language", {"language": "en", "next": "/me"})
        assert translation.get_language() == "zh-hans"


def test_nobody_is_sent_to_another_site_after_changing_the_language(store, signed_in):
    assert signed_in(store.li).post("/language", {"language": "en", "next": "https://evil.example/"}).url == "/"


def test_somebody_in_two_projects_changes_between_them(store, estate, signed_in):
    Membership.objects.create(
        user=store.general.user,
        project=estate.project,
        role=Role.GENERAL_MANAGER,
        organisation=make.house(),
        since=make.LONG_AGO,
    )
    client = signed_in(store.general)
    assert "秀兰装饰" in client.get("/cases").content.decode()
    client.post("/project", {"project": "estate"})
    assert "秀兰森活里" in client.get("/cases").content.decode()


def test_messages_are_read_once_they_were_shown(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    client = signed_in(store.li)
    page = client.get("/inbox").content.decode()
    assert "有人报备了你的客户 张**" in page
    assert not Message.objects.filter(to=str(store.li.user.pk), read_at=None).exists()


def test_a_visitor_who_has_left_is_nothing_to_do_any_more(store, signed_in):
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.MOMENT)
    waiting = Message.objects.filter(to_do=True, done_at=None).values_list("to", flat=True)
    assert list(waiting) == [str(store.wang.user.pk)]
    assert "去接待" in signed_in(store.wang).get("/inbox").content.decode()
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-28 15:00"))
    page = signed_in(store.wang).get("/inbox").content.decode()
    assert "都处理完了" in page
    assert "已办" in page


def test_a_message_leads_to_its_project_and_only_its_reader_can_follow_it(store, estate, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    row = Message.objects.filter(to=str(store.li.user.pk)).exclude(link="").first()
    Membership.objects.create(
        user=store.li.user,
        project=estate.project,
        role=Role.SALESPERSON,
        organisation=store.li.organisation,
        since=make.LONG_AGO,
    )
    client = signed_in(store.li)
    client.post("/project", {"project": estate.project.code})
    followed = client.get(f"/inbox/{row.pk}")
    assert (followed.status_code, followed.url) == (302, row.link)
    assert client.session["project"] == store.project.pk
    assert signed_in(store.wang).get(f"/inbox/{row.pk}").status_code == 404


def test_the_audit_log_speaks_of_people_and_deeds_not_of_ids_and_codes(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    page = signed_in(store.admin).get("/audit").content.decode()
    assert "李强" in page
    assert "报备" in page
    assert ">lead.register" not in page
    assert {e.action for e in Entry.objects.all()} <= set(ACTIONS)


def test_looking_at_the_audit_log_is_itself_on_record(store, signed_in):
    signed_in(store.admin).get("/audit")
    assert Entry.objects.filter(action="audit.read", actor=str(store.admin.user.pk)).count() == 1


def test_a_look_at_a_whole_number_needs_a_reason_and_is_on_record(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    client, url = make.proven(signed_in(store.li)), f"/customers/{make.customer().pk}/reveal"
    assert client.post(url, {"reason": ""}).status_code == 422
    page = client.post(url, {"reason": "约明天到店"})
    assert "139 1234 3333" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Entry.objects.filter(action="phone.reveal").count() == 1


def test_pages_of_people_who_are_logged_in_stay_out_of_caches(store, signed_in):
    assert "no-store" in signed_in(store.desk).get("/desk")["Cache-Control"]


def test_scripts_and_styles_come_only_from_here(store, signed_in):
    page = signed_in(store.desk).get("/desk")
    assert "default-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text


def test_a_form_sent_after_the_login_ended_says_that_nothing_was_kept_and_leads_back_to_its_page(store, client):
    sent = client.post("/register", {"text": "张先生"}, headers={"Referer": "http://testserver/register?from=me"})
    assert sent.url == "/login?next=/register%3Ffrom%3Dme"
    assert "刚才填的没有存下" in client.get(sent.url).content.decode()
    elsewhere = client.post("/register", {"text": "张先生"}, headers={"Referer": "https://evil.example/register"})
    assert elsewhere.url == "/login?next=/"


def test_a_part_of_a_page_says_in_its_place_that_the_login_ended(store, client):
    headers = {"HX-Request": "true", "Referer": "http://testserver/desk"}
    part = client.post("/desk/search", {"q": "张"}, headers=headers)
    assert part.status_code == 401
    assert 'href="/login?next=%2Fdesk"' in part.content.decode()
    assert "<main" not in part.content.decode()


def test_an_address_that_only_takes_a_form_is_a_page_when_it_is_opened_by_hand(store, signed_in):
    opened = signed_in(store.li).get("/register/check")
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "退回原来的页面" in opened.content.decode()
