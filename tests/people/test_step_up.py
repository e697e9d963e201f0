"""Who signs, reveals or exports shows again who they are: by password, or by code where a second factor is on."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from arbitration.models import Collision, Ruling
from people import services
from tests import make
from tests.people.factors import STEP, enrolled
from tests.test_bad_input import decision
from trail import clock
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
EXPORT = "/visits/csv"


@pytest.fixture
def customer(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    return f"/customers/{make.customer().pk}"


@pytest.fixture
def case(store, customer):
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-03 10:00"))  # before the first visit D09 lets nobody rule
    return Collision.objects.get()


def wrong_then(client, url, given, sentence):
    """The answer to this, which must be refused with this sentence."""
    answer = client.post(url, given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    return page


# ── a number ──


def test_a_number_is_shown_for_password_and_reason_and_the_reason_stays_when_the_password_is_wrong(
    store, customer, signed_in
):
    client = signed_in(store.li)
    assert 'name="password"' in client.get(customer).content.decode()
    page = wrong_then(client, f"{customer}/reveal", {"reason": "约周六到店", "password": "wrong"}, "密码不对")
    assert 'value="约周六到店"' in page
    assert "wrong" not in page
    assert not Entry.objects.filter(action="phone.reveal").exists()
    shown = client.post(f"{customer}/reveal", {"reason": "约周六到店", "password": make.PASSWORD})
    assert "139 1234 3333" in shown.content.decode()


@pytest.mark.parametrize(("minutes", "asked"), [(60, False), (61, True), (-1, True)])
def test_then_for_an_hour_the_reason_is_enough(store, customer, signed_in, minutes, asked):
    client = signed_in(store.li)
    client.post(f"{customer}/reveal", {"reason": "约周六到店", "password": make.PASSWORD})
    with clock.standing_at(make.MOMENT + timedelta(minutes=minutes)):
        assert ('name="password"' in client.get(customer).content.decode()) is asked
        assert client.post(f"{customer}/reveal", {"reason": "改约周日"}).status_code == (422 if asked else 200)


def test_proof_is_of_one_session_only(store, customer, signed_in):
    signed_in(store.li).post("/confirm", {"password": make.PASSWORD})
    assert 'name="password"' in signed_in(store.li).get(customer).content.decode()


def test_logging_in_is_proof(store, customer):
    client = Client()
    client.post("/login", {"username": "li", "password": make.PASSWORD})
    assert 'name="password"' not in client.get(customer).content.decode()


def test_a_password_from_before_is_no_proof_once_a_code_is_asked_for(store, customer, signed_in):
    client = signed_in(store.li)
    client.post("/confirm", {"password": make.PASSWORD})
    telephone = enrolled(store.li.user)
    page = client.get(customer).content.decode()
    assert 'name="code"' in page
    assert 'name="password"' not in page
    wrong_then(client, f"{customer}/reveal", {"reason": "约周六", "password": make.PASSWORD}, "填验证码")
    given = {"reason": "约周六到店", "code": telephone.code(make.MOMENT)}
    assert client.post(f"{customer}/reveal", given).status_code == 200


def test_a_form_with_another_mistake_uses_up_no_code(store, customer, signed_in):
    telephone, client = enrolled(store.li.user), signed_in(store.li)
    given = {"reason": "", "code": telephone.code(make.MOMENT)}
    wrong_then(client, f"{customer}/reveal", given, "写明为什么要看完整号码")
    assert client.post(f"{customer}/reveal", given | {"reason": "约周六到店"}).status_code == 200


def test_guessing_a_password_at_somebodys_desk_ends_after_five(store, customer, signed_in):
    client = signed_in(store.li)
    for i in range(5):
        wrong_then(client, f"{customer}/reveal", {"reason": "随便看看", "password": f"wrong{i}"}, "密码不对")
    answer = client.post(f"{customer}/reveal", {"reason": "随便看看", "password": make.PASSWORD})
    assert answer.status_code == 429
    assert "试错太多次了" in answer.content.decode()
    assert client.post("/confirm", {"password": make.PASSWORD}).status_code == 429


# ── a signature ──


def test_each_signature_takes_the_password_though_it_was_given_just_now(store, case, signed_in):
    client = signed_in(store.manager)
    client.post("/confirm", {"password": make.PASSWORD})
    page = wrong_then(client, f"/cases/{case.no}/sign", decision(store, case, password=""), "填你的密码")
    assert "我写的理由" in page
    assert client.post(f"/cases/{case.no}/sign", decision(store, case)).status_code == 302
    assert Ruling.objects.get().by_id == store.manager.user.pk


def test_with_a_second_factor_it_takes_a_code_and_a_second_tap_gets_the_same_answer(store, case, signed_in):
    telephone, client = enrolled(store.manager.user), signed_in(store.manager)
    given = decision(store, case, key=str(uuid4()))
    wrong_then(client, f"/cases/{case.no}/sign", given, "填验证码")
    wrong_then(client, f"/cases/{case.no}/sign", given | {"code": "000000"}, "验证码不对")
    assert not Ruling.objects.exists()
    given |= {"code": telephone.code(make.MOMENT)}
    first, second = (client.post(f"/cases/{case.no}/sign", given) for _tap in range(2))
    assert first.status_code == 302
    assert (second.status_code, second.url) == (302, first.url)
    assert Ruling.objects.count() == 1


def test_a_code_that_signed_one_thing_signs_no_other(store, case, signed_in):
    telephone = enrolled(store.manager.user)
    services.prove(user=store.manager.user, typed=telephone.code(make.MOMENT), at=make.MOMENT)
    given = decision(store, case, code=telephone.code(make.MOMENT))
    wrong_then(signed_in(store.manager), f"/cases/{case.no}/sign", given, "这个验证码用过了")
    assert not Ruling.objects.exists()


# ── an export ──


def asked(answer):
    """Where /confirm is to lead and to lead back to, of a page that asked for proof."""
    assert answer.status_code == 302
    parts = urlsplit(answer.url)
    assert parts.path == "/confirm"
    query = parse_qs(parts.query)
    return query["next"][0], query["back"][0]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_asks_who_one_is_then_comes_by_itself(store, signed_in, form):
    client, url = signed_in(store.general), f"/visits/{form}"
    answer = client.get(url)
    assert asked(answer) == (url, "/visits")
    assert not Entry.objects.filter(action="visits.export").exists()
    confirmed = client.post(answer.url, {"password": make.PASSWORD}, follow=True)
    assert confirmed["Refresh"] == f"0; url={url}"
    assert f'href="{url}"' in confirmed.content.decode()
    export = client.get(url)
    assert export.status_code == 200
    make.read(export)
    assert Entry.objects.filter(action="visits.export").count() == 1


def test_ten_minutes_later_an_export_asks_again(store, signed_in):
    client = signed_in(store.general)
    client.post("/confirm", {"password": make.PASSWORD})
    with clock.standing_at(make.MOMENT + timedelta(minutes=11)):
        assert asked(client.get(EXPORT)) == (EXPORT, "/visits")


def test_with_a_second_factor_an_export_takes_a_code(store, signed_in):
    telephone, client = enrolled(store.general.user), signed_in(store.general)
    page = client.get(client.get(EXPORT).url).content.decode()
    assert 'name="code"' in page
    assert client.post("/confirm", {"password": make.PASSWORD}).status_code == 422
    asked(client.get(EXPORT))
    client.post("/confirm", {"code": telephone.code(make.MOMENT - STEP)})
    export = client.get(EXPORT)
    assert export.status_code == 200
    make.read(export)


def test_whoever_may_not_export_is_not_asked_who_they_are(store, signed_in):
    assert signed_in(store.li).get(EXPORT).status_code == 404


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_to_another_site(store, signed_in, address):
    client = signed_in(store.finance)
    client.post("/confirm", {"password": make.PASSWORD})
    page = client.get("/confirm", {"next": address, "back": address})
    assert page["Refresh"] == "0; url=/"
    assert "evil" not in page.content.decode()
