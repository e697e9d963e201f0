"""The database is pulled away, really: what is said, what is kept, and that a visit is recorded once and never by half."""

import html
import re
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings

from leads.models import Customer, Ownership
from tests import database, make
from tests.outages import away, switch
from tests.people.test_settings_races import TOKEN, cookie_of
from trail.models import Message, Once
from visits.models import Reception, Visit

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SHOWN = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>')


def name():
    return settings.DATABASES["default"]["NAME"]


def ask(site, cookie, method, path, given=None, **headers):
    """One request as a browser sends it; status, headers, text."""
    wire = HTTPConnection(urlsplit(site).hostname, urlsplit(site).port, timeout=60)
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded", **headers,
    }  # fmt: skip
    wire.request(method, path, urlencode(given or {}, doseq=True), headers)
    answer = wire.getresponse()
    text = answer.read().decode()
    wire.close()
    return answer.status, answer.headers, text


def arrival(**more):
    return {
        "csrfmiddlewaretoken": TOKEN, "key": str(uuid4()), "known": "", "name": "张建国 & <友>", "phone": make.PHONE,
        "invited_by": "none", "asked_for": "none", "first_time": "first", "companions": "",
    } | more  # fmt: skip


def echoed(page):
    """What the page sends when its button is pressed."""
    return {field: html.unescape(value) for field, value in HIDDEN.findall(page) + SHOWN.findall(page)}


def counted():
    return {model.__name__: model.objects.count() for model in (Visit, Reception, Customer, Ownership, Message, Once)}


@pytest.fixture
def desk(site):
    store = make.store()
    return store, cookie_of(store.desk)


def test_pulled_away_in_the_middle_of_a_check_in_it_is_one_visit_after_recovery(site, desk):
    store, cookie = desk
    before, answers = counted(), []
    with _site_row_held(store):  # the check-in has written its customer and waits for the row
        sending = threading.Thread(
            target=lambda: answers.append(ask(site, cookie, "POST", "/desk/check-in", arrival()))
        )
        sending.start()
        _until_somebody_waits()
        switch(on=False)
        sending.join()
    switch(on=True)
    status, headers, page = answers[0]
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store, private")
    assert "你填的都在" in page
    assert "nothing was saved" in page.lower()
    assert counted() == before
    given = echoed(page)
    assert given["name"] == "张建国 & <友>"
    assert given["phone"] == make.PHONE
    assert given["csrfmiddlewaretoken"] != TOKEN
    for _time in range(2):  # and pressed twice
        assert ask(site, cookie, "POST", "/desk/check-in", given)[0] == 302
    assert (Visit.objects.count(), Reception.objects.count()) == (1, 1)


@contextmanager
def _site_row_held(store):
    holding = database.owner()
    holding.cursor().execute("SELECT 1 FROM people_site WHERE id = %s FOR UPDATE", [store.site.pk])
    try:
        yield
    finally:
        holding.close()


def _until_somebody_waits():
    with database._server() as server:
        for _ in range(400):
            server.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [name()]
            )
            if server.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("the check-in never came to the row")


def test_while_it_is_away_the_same_form_comes_back_as_often_as_it_is_sent(site, desk):
    _store, cookie = desk
    given = arrival()
    with away():
        for _time in range(2):
            status, _headers, page = ask(site, cookie, "POST", "/desk/check-in", given)
            assert status == 503
            assert echoed(page) | {"csrfmiddlewaretoken": ""} == given | {"csrfmiddlewaretoken": ""}
            assert "预编号的纸单" in page
            given = echoed(page)
    assert ask(site, cookie, "POST", "/desk/check-in", given)[0] == 302
    assert Visit.objects.count() == 1


def test_an_answer_that_was_lost_is_not_a_second_visit(site, desk):
    _store, cookie = desk
    given = arrival(name="张建国")
    assert ask(site, cookie, "POST", "/desk/check-in", given)[0] == 302
    with away():
        page = ask(site, cookie, "POST", "/desk/check-in", given)[2]
    assert ask(site, cookie, "POST", "/desk/check-in", echoed(page))[0] == 302
    assert Visit.objects.count() == 1


def test_no_password_comes_back_and_there_is_no_button_for_half_a_form(site, desk):
    given = {"csrfmiddlewaretoken": TOKEN, "username": "desk", "password": make.PASSWORD}
    with away():
        status, _headers, page = ask(site, "", "POST", "/login", given)
    assert status == 503
    assert make.PASSWORD not in page
    assert "<form" not in page
    assert "退回上一页" in page


def test_what_another_site_sent_is_not_put_before_anybody(site, desk):
    _store, cookie = desk
    with away():
        status, _headers, page = ask(site, cookie, "POST", "/desk/check-in", arrival(csrfmiddlewaretoken="x" * 32))
    assert status == 503
    assert "<form" not in page
    assert make.PHONE not in page


def test_a_page_says_so_in_the_readers_language(site, desk):
    _store, cookie = desk
    with away():
        status, _headers, page = ask(site, cookie, "GET", "/desk", **{"Accept-Language": "en"})
    assert status == 503
    assert '<html lang="en">' in page
    assert 'href="/desk"' in page
    assert ask(site, cookie, "GET", "/desk")[0] == 200


def test_a_program_is_told_to_send_it_again(site, desk):
    with away():
        status, headers, text = ask(site, "", "GET", "/api/v1/visits", Authorization="Bearer gs_x")
    assert (status, headers["Content-Type"]) == (503, "application/problem+json")
    assert '"code":"unavailable"' in text.replace(" ", "")
    assert headers["Retry-After"] == "5"
