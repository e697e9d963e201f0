"""What was typed when the login had ended comes back to whoever typed it, filled in, and is not sent by itself."""

import re
from datetime import timedelta

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import get_resolver

from arbitration.models import Statement
from leads.models import Registration
from people.models import Robot
from people.services.sessions import end_for
from people.unsent import KEPT, LASTS, MOST, NEVER
from tests import make, procedure
from tests.people.factors import enrolled
from trail import clock, vault
from trail.forms import Form
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TEXT, AGAIN = "王小明先生 13912345678", "登录过期或换过，没送出去：看一眼，再送一次"


def opened(here, page, store) -> Client:
    """A browser in which somebody has opened a page, and whose login has ended since."""
    client = Client()
    client.post("/login", {"username": here.user.username, "password": make.PASSWORD})
    assert client.get(page).status_code == 200
    end_for(here=store.admin, user=here.user, at=clock.now())
    return client


def sent(client, url, given, page=None, **headers):
    return client.post(url, given, headers={"Referer": f"http://testserver{page or url}", **headers})


def logged_in(client, here, url):
    return client.post(url, {"username": here.user.username, "password": make.PASSWORD})


def test_a_form_comes_back_filled_in_and_is_not_sent_by_itself(store):
    client = opened(store.li, "/register", store)
    answer = sent(client, "/register", {"text": TEXT})
    assert answer.url == "/login?next=/register"
    assert "替你留着" in client.get(answer.url).content.decode()
    assert logged_in(client, store.li, answer.url).url == "/register"
    for _look in range(2):  # a telephone loads a page anew when one comes back to it
        page = client.get("/register")
        assert page.status_code == 422
        assert AGAIN in page.content.decode()
        assert f"{TEXT}</textarea>" in page.content.decode()
    assert Registration.objects.count() == 0
    assert client.post("/register", {"text": TEXT}).status_code == 302
    assert Registration.objects.count() == 1
    assert AGAIN not in client.get("/register").content.decode()


def test_choices_and_ticks_come_back_too(store):
    client = opened(store.desk, "/desk", store)
    given = {
        "name": "张建国",
        "phone": make.PHONE,
        "invited_by": "none",
        "asked_for": str(store.li.user.pk),
        "first_time": "not",
    }
    assert sent(client, "/desk/check-in", given, "/desk").url == "/login?next=/desk/check-in"
    logged_in(client, store.desk, "/login?next=/desk/check-in")
    page = client.get("/desk/check-in")
    form = page.context["form"]
    assert {name: form[name].value() for name in given} == given
    assert 'value="张建国"' in page.content.decode()
    assert not Visit.objects.exists()


def test_a_form_that_stands_among_others_comes_back_on_its_page(store):
    case = procedure.contested(store)
    client = opened(store.li, f"/cases/{case.no}", store)
    url = f"/cases/{case.no}/statement"
    assert sent(client, url, {"text": "我先报备的"}, f"/cases/{case.no}").url == f"/login?next={url}"
    logged_in(client, store.li, f"/login?next={url}")
    page = client.get(url).content.decode()
    assert "我先报备的</textarea>" in page
    assert f'action="{url}"' in page
    assert not Statement.objects.exists()


def test_where_there_is_no_form_to_fill_in_what_was_typed_is_there_to_be_copied(store):
    """The search of the desk is a box without a form of its own: it acts on whatever it gets."""
    client = opened(store.desk, "/desk", store)
    sent(client, "/desk/search", {"q": "张建国"}, "/desk")
    logged_in(client, store.desk, "/login?next=/desk/search")
    page = client.get("/desk/search").content.decode()
    assert "readonly>张建国</textarea>" in page
    assert 'href="/desk"' in page


def test_a_part_of_a_page_fills_no_window(store):
    client = opened(store.desk, "/desk", store)
    given = {"name": "张建国", "phone": make.PHONE, "invited_by": "none", "asked_for": "none", "first_time": "not"}
    sent(client, "/desk/route", given, "/desk")
    logged_in(client, store.desk, "/login?next=/desk/route")
    page = client.get("/desk/route").content.decode()
    assert "readonly>张建国</textarea>" in page
    assert "<main" in page


def test_what_a_page_asks_while_one_types_is_not_in_the_way_of_the_form(store):
    """Both may be under way at once, each without a session: the part must not bring another one than the form."""
    client = opened(store.li, "/register", store)
    part = sent(client, "/register/check", {"text": TEXT[:5]}, "/register", **{"HX-Request": "true"})
    assert "照常填完送出，登录以后填的都在" in part.content.decode()
    assert "sessionid" not in part.cookies
    sent(client, "/register", {"text": TEXT})
    late = sent(client, "/register/check", {"text": TEXT}, "/register", **{"HX-Request": "true"})
    assert "sessionid" not in late.cookies
    logged_in(client, store.li, "/login?next=/register")
    assert f"{TEXT}</textarea>" in client.get("/register").content.decode()


def test_what_acts_without_asking_a_form_does_nothing_when_it_is_shown_again(store):
    sealed = {"sealed_address": vault.seal("https://qyapi.weixin.qq.com/"), "wants": [], "changed_at": make.MOMENT}
    robot = Robot.objects.create(project=store.project, kind="wecom", name="群", **sealed)
    client = opened(store.admin, "/settings/channels", store)
    url = f"/settings/channels/robots/{robot.pk}/switch"
    assert sent(client, url, {"on": "0"}, "/settings/channels").url == f"/login?next={url}"
    logged_in(client, store.admin, f"/login?next={url}")
    back = client.get(url)
    assert (back.status_code, back.url) == (302, "/settings/channels")
    assert AGAIN in client.get(back.url).content.decode()
    robot.refresh_from_db()
    assert robot.on
    assert client.post(url, {"on": "0"}).status_code == 302
    robot.refresh_from_db()
    assert not robot.on


def test_somebody_else_on_that_machine_sees_nothing_of_it_nor_does_its_owner_afterwards(store):
    client = opened(store.li, "/register", store)
    sent(client, "/register", {"text": TEXT})
    assert logged_in(client, store.wang, "/login?next=/register").url == "/register"
    assert TEXT not in client.get("/register").content.decode()
    assert KEPT not in client.session
    client.post("/logout")
    logged_in(client, store.li, "/login?next=/register")
    assert TEXT not in client.get("/register").content.decode()


def test_a_browser_that_nobody_was_logged_in_with_keeps_nothing(store, client):
    answer = sent(client, "/register", {"text": TEXT})
    assert "刚才填的没有存下" in client.get(answer.url).content.decode()
    assert KEPT not in client.session


def test_it_lasts_an_hour(store, monkeypatch):
    client = opened(store.li, "/register", store)
    sent(client, "/register", {"text": TEXT})
    assert client.session.get_expiry_age() <= LASTS.total_seconds()
    logged_in(client, store.li, "/login?next=/register")
    later = clock.now() + LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert TEXT not in client.get("/register").content.decode()
    assert KEPT not in client.session
    assert client.session.get_expiry_age() > LASTS.total_seconds()


def test_it_lies_nowhere_in_clear(store):
    client = opened(store.li, "/register", store)
    answer = sent(client, "/register", {"text": TEXT})
    kept = Session.objects.get(pk=client.session.session_key).get_decoded()[KEPT]
    assert "王小明".encode().hex() not in kept
    everywhere = f"{answer.url} {answer.headers} {client.cookies}"
    assert "王小明" not in everywhere
    assert "13912345678" not in everywhere
    whose = client.cookies["guishu_whose"]
    assert (whose["httponly"], whose["samesite"]) == (True, "Lax")


def test_more_than_it_holds_is_not_kept_and_that_is_said(store):
    client = opened(store.li, "/register", store)
    answer = sent(client, "/register", {"text": "长" * (MOST + 1)})
    assert "刚才填的没有存下" in client.get(answer.url).content.decode()


def test_a_second_factor_does_not_lose_it(store):
    telephone = enrolled(store.li.user)
    client = Client()
    client.force_login(store.li.user)
    client.get("/register")
    end_for(here=store.admin, user=store.li.user, at=clock.now())
    client.session.flush()
    sent(client, "/register", {"text": TEXT})
    assert logged_in(client, store.li, "/login?next=/register").url == "/login/code"
    assert client.post("/login/code", {"code": telephone.code(make.MOMENT)}).url == "/register"
    assert f"{TEXT}</textarea>" in client.get("/register").content.decode()


def all_forms(kind=forms.Form):
    for one in kind.__subclasses__():
        yield one
        yield from all_forms(one)


def test_no_password_and_no_code_is_ever_kept():
    assert get_resolver().url_patterns  # every form is known by then
    secret = {
        name
        for form in all_forms(Form)
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput) or field.widget.attrs.get("autocomplete") == "one-time-code"
    }
    assert {"secret", "address"} <= secret
    assert secret <= NEVER


def test_proof_is_not_kept_and_not_used_up(store):
    client = opened(store.admin, "/settings/signing-in/new", store)
    given = {"kind": "oidc", "name": "公司账号", "client": "guishu", "secret": "geheim", "password": make.PASSWORD}
    sent(client, "/settings/signing-in/new", given)
    logged_in(client, store.admin, "/login?next=/settings/signing-in/new")
    page = client.get("/settings/signing-in/new").content.decode()
    assert 'value="公司账号"' in page
    assert "geheim" not in page
    assert make.PASSWORD not in page


def test_a_form_that_was_open_while_one_logged_in_anew_comes_back_filled_in(store):
    window, old = logged_in_twice(store.li)
    answer = sent(window, "/register", {"text": TEXT, "csrfmiddlewaretoken": old})
    assert answer.url == "/register"
    page = window.get("/register").content.decode()
    assert AGAIN in page
    assert f"{TEXT}</textarea>" in page
    assert not Registration.objects.exists()
    assert sent(window, "/register", {"text": TEXT, "csrfmiddlewaretoken": token(page)}).status_code == 302
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    "case", ["from another site", "without a token", "a button alone", "a part of a page", "the login itself"]
)
def test_whatever_else_has_no_right_token_is_refused(store, case):
    window, old = logged_in_twice(store.li)
    url, given, headers = "/register", {"text": TEXT, "csrfmiddlewaretoken": old}, {}
    if case == "from another site":
        headers = {"Origin": "http://elsewhere.example"}
    elif case == "a part of a page":
        headers = {"HX-Request": "true"}
    elif case == "without a token":
        del given["csrfmiddlewaretoken"]
    elif case == "a button alone":
        url, given = "/logout", {"csrfmiddlewaretoken": old}
    else:
        url, given = "/login", {"username": "wang", "password": make.PASSWORD, "csrfmiddlewaretoken": old}
    assert sent(window, url, given, **headers).status_code == 403
    assert AGAIN not in window.get("/register").content.decode()


def logged_in_twice(here):
    """A browser that looks at tokens, in which somebody logged in a second time, and a token of before."""
    window = Client(enforce_csrf_checks=True)

    def log_in():
        given = {"username": here.user.username, "password": make.PASSWORD}
        page = window.get("/login").content.decode()
        assert window.post("/login", {**given, "csrfmiddlewaretoken": token(page)}).status_code == 302
        return token(window.get("/register").content.decode())

    old = log_in()
    window.cookies.pop("sessionid")
    log_in()
    return window, old


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
