"""设置 → 渠道: the mail server, what it answers in words, and what became of the letters."""

import re
import socket

import pytest
from django.utils import translation

from people.channels.reasons import FAILED
from people.channels.smtp import CODES
from people.models import MailServer
from tests import make
from tests.mailbox import PASSWORD, certificate, connected, free_port, mail_server
from tests.people.test_inbox_page import page, told
from trail.models import Delivery, Entry
from trail.vault import unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

SERVER = {
    "host": "mail.example.com",
    "port": "465",
    "security": "tls",
    "username": "u",
    "secret": PASSWORD,
    "sender": "a@example.com",
}


def local(port, **more):
    return {**SERVER, "host": "127.0.0.1", "port": str(port), "security": "none", **more}


@pytest.fixture
def admin(store, signed_in):
    store.admin.user.email = "admin@example.com"
    store.admin.user.save()
    return make.proven(signed_in(store.admin))


def test_nobody_turns_the_mail_elsewhere_from_a_window_that_was_left_open(store, signed_in):
    for page_ in ("/settings/channels", "/settings/channels/try"):
        refused = signed_in(store.admin).post(page_, SERVER)
        assert refused.status_code == 422
        assert "填你的密码" in page(refused)
    assert not MailServer.objects.exists()


def test_the_password_of_the_server_is_sealed_never_shown_and_kept_when_left_empty(store, admin):
    assert admin.post("/settings/channels", SERVER).status_code == 302
    sealed = bytes(MailServer.objects.get().sealed_password)
    assert PASSWORD.encode() not in sealed
    shown = page(admin.get("/settings/channels"))
    assert PASSWORD not in shown
    assert 'value="mail.example.com"' in shown
    assert admin.post("/settings/channels", SERVER | {"secret": "", "sender": "b@example.com"}).status_code == 302
    kept = MailServer.objects.get()
    assert (unseal(kept.sealed_password), kept.sender) == (PASSWORD, "b@example.com")
    assert PASSWORD not in str(list(Entry.objects.values()))
    assert Entry.objects.filter(action="mail_server.change").count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"host": "https://mail.example.com"}, "只写服务器的地址"),
        ({"host": "mail.example.com:465"}, "只写服务器的地址"),
        ({"host": ""}, "这一项要填"),
        ({"port": "0"}, "端口是 1 到 65535 的数"),
        ({"port": "70000"}, "端口是 1 到 65535 的数"),
        ({"port": "x"}, "端口是 1 到 65535 的数"),
        ({"security": "none"}, "不加密只限本机"),
        ({"security": "none", "host": "localhost.evil.example"}, "不加密只限本机"),
        ({"secret": ""}, "有用户名就要有密码"),
        ({"sender": "nobody"}, "邮箱写得不对"),
    ],
)
def test_a_server_that_cannot_be_comes_back_with_a_sentence_and_what_was_typed(store, admin, change, sentence):
    response = admin.post("/settings/channels", SERVER | change)
    assert response.status_code == 422
    assert sentence in page(response)
    assert 'value="u"' in page(response)
    assert not MailServer.objects.exists()


@pytest.mark.parametrize(
    "change", [{"host": "other.example.com"}, {"port": "587"}, {"username": "v"}, {"security": "starttls"}]
)
def test_a_stored_password_goes_to_no_other_server_or_account(store, admin, change):
    admin.post("/settings/channels", SERVER)
    for url in ("/settings/channels", "/settings/channels/try"):
        response = admin.post(url, SERVER | change | {"secret": ""})
        assert response.status_code == 422
        assert "密码要重填一次" in page(response)
    assert MailServer.objects.get().host == SERVER["host"]


def test_a_new_server_is_tried_at_once_with_what_failed_before(store, admin):
    told(store.li, 1)
    Delivery.objects.update(due_at=make.at("2025-04-28 18:00"), tries=3, why="refused")
    admin.post("/settings/channels", SERVER)
    assert Delivery.objects.get().due_at == make.MOMENT


def test_a_trial_goes_to_oneself_and_saves_nothing(store, admin):
    with mail_server(login=True) as box:
        response = admin.post("/settings/channels/try", local(box.port))
    assert response.status_code == 200
    assert "到 admin@example.com 的信箱看看" in page(response)
    assert [(mail["To"], mail["Subject"]) for mail in box.mails] == [("admin@example.com", "归属：邮件通了")]
    assert f'value="{PASSWORD}"' in page(response)  # just typed, still to be saved
    assert not MailServer.objects.exists()


def tried(admin, **given):
    response = admin.post("/settings/channels/try", local(**given))
    assert response.status_code == 422
    assert f'value="{given["port"]}"' in page(response)
    return page(response)


def test_a_trial_says_in_words_what_the_server_answered(store, admin, monkeypatch):
    assert "这个端口不接" in tried(admin, port=free_port())
    assert "找不到这个服务器" in tried(admin, port=465, host="nowhere.invalid", security="tls")
    with mail_server(login=True) as box:
        assert "不认这个用户名和密码" in tried(admin, port=box.port, secret="wrong")
        assert "不认这个用户名和密码" in tried(admin, port=box.port, username="", secret="")
        assert "加密连不上" in tried(admin, port=box.port, security="tls")
        assert "不会这种加密或登录方式" in tried(admin, port=box.port, security="starttls")
    with mail_server() as box:
        assert "不会这种加密或登录方式" in tried(admin, port=box.port)
        box.refused.add("admin@example.com")
        assert "不收寄给这个邮箱的信" in tried(admin, port=box.port, username="")
        box.refused.clear()
        box.answers.append("451 busy")
        assert "收了又退了" in tried(admin, port=box.port, username="")
    assert Entry.objects.filter(action="mail_server.try").exclude(detail__said="sent").count() == 9


def test_a_server_that_says_nothing_is_not_waited_for_long(store, admin, monkeypatch):
    monkeypatch.setattr("people.channels.smtp.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "没有回答" in tried(admin, port=silent.getsockname()[1])


def test_a_certificate_is_looked_at(store, admin, monkeypatch, tmp_path):
    context, trusted = certificate(tmp_path)
    with mail_server(tls=context) as box:
        assert "证书对不上" in tried(admin, port=box.port, security="tls", username="")
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert admin.post("/settings/channels/try", local(box.port, security="tls", username="")).status_code == 200
    assert len(box.mails) == 1


def test_without_an_address_of_ones_own_there_is_nowhere_to_try(store, signed_in):
    response = make.proven(signed_in(store.admin)).post("/settings/channels/try", SERVER)
    assert response.status_code == 422
    assert "你自己还没有填邮箱" in page(response)


def test_trials_are_counted(store, admin, monkeypatch):
    monkeypatch.setattr("people.services.channels.post", lambda *args, **kwargs: None)
    answers = [admin.post("/settings/channels/try", SERVER).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_page_says_what_became_of_the_last_days_letters(store, admin):
    told(store.li, 6)
    rows = list(Delivery.objects.order_by("pk"))
    for row, state, why, when in (
        (rows[0], "sent", "", "2025-04-28 10:00"),
        (rows[1], "sent", "", "2025-04-01 10:00"),
        (rows[2], "skipped", "no_address", "2025-04-28 10:00"),
        (rows[3], "failed", "recipient", "2025-04-28 10:00"),
        (rows[4], "failed", "recipient", "2025-04-27 10:00"),
    ):
        Delivery.objects.filter(pk=row.pk).update(state=state, why=why, done_at=make.at(when))
    shown = " ".join(re.sub(r"<[^>]+>", " ", page(admin.get("/settings/channels"))).split())
    assert "发出 1 等着发 1 没发，不用发 1 没有填邮箱 没发出去 2 服务器不收寄给这个邮箱的信" in shown


def test_every_trouble_has_words_in_both_languages():
    assert {code for _kind, code in CODES} <= set(FAILED)
    with translation.override("en"):
        assert all(str(words).isascii() or "“" in str(words) for words in FAILED.values())


def test_a_stored_password_that_cannot_be_read_any_more_says_so(store, admin, settings):
    with mail_server() as box:
        connected(box, make.MOMENT, password=PASSWORD)
        settings.PHONE_KEYS = ("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",)
        assert "密码解不开" in tried(admin, port=box.port, username="guishu", secret="", sender="guishu@example.com")
