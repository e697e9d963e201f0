"""通知: my address, what I want by mail, and when."""

import pytest

from people.models import NoticeSettings
from tests import make
from tests.people.test_inbox_page import page, told
from trail.models import Delivery, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

WISH = {"mail": "all", "pace": "at_once", "daily_at": "09:07", "quiet_from": "21:00", "quiet_until": "08:00"}


def test_the_page_shows_what_counts_without_a_choice_and_keeps_a_choice(store, signed_in):
    client = signed_in(store.li)
    shown = page(client.get("/account/notices"))
    for value in ("09:07", "21:00", "08:00"):
        assert f'value="{value}"' in shown
    assert (
        client.post("/account/notices", WISH | {"pace": "daily", "quiet_from": "", "quiet_until": ""}).status_code
        == 302
    )
    row = NoticeSettings.objects.get(user=store.li.user)
    assert (row.pace, row.quiet_from, row.quiet_until) == ("daily", None, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quiet_until": ""}, "免打扰要写明从几点到几点"),
        ({"quiet_from": ""}, "免打扰要写明从几点到几点"),
        ({"quiet_from": "08:00"}, "从和到是同一时间"),
        ({"daily_at": ""}, "这一项要填"),
        ({"daily_at": "25:00"}, "时间写成 21:00 这样"),
        ({"mail": "sometimes"}, "errors"),
    ],
)
def test_wishes_that_make_no_sense_come_back_with_a_sentence(store, signed_in, change, sentence):
    response = signed_in(store.li).post("/account/notices", WISH | change)
    assert response.status_code == 422
    assert sentence in page(response)
    assert not NoticeSettings.objects.exists()


def test_a_new_wish_counts_for_what_waits_already(store, signed_in):
    told(store.li, 1)
    Delivery.objects.update(due_at=make.at("2025-04-29 09:07"))
    signed_in(store.li).post("/account/notices", WISH)
    assert Delivery.objects.get().due_at == make.MOMENT


def address(client, email, password=make.PASSWORD):
    return client.post("/account/address", {"email": email, "password": password})


def test_my_address_needs_my_password_and_belongs_to_nobody_else(store, signed_in):
    store.wang.user.email = "Wang@Example.com"
    store.wang.user.save()
    client = signed_in(store.li)
    wrong = address(client, "li@example.com", "wrong")
    assert wrong.status_code == 422
    assert "密码不对" in page(wrong)
    assert 'value="li@example.com"' in page(wrong)
    for email, sentence in (("li@", "邮箱写得不对"), ("wang@example.com", "这个邮箱是另一个人的")):
        assert sentence in page(address(client, email))
    assert address(client, "li@example.com").status_code == 302
    store.li.user.refresh_from_db()
    assert store.li.user.email == "li@example.com"
    assert "li@example.com" not in str(Entry.objects.get(action="person.address").__dict__)


def test_an_address_may_be_taken_away(store, signed_in):
    client = signed_in(store.li)
    address(client, "li@example.com")
    address(client, "")
    store.li.user.refresh_from_db()
    assert store.li.user.email == ""
