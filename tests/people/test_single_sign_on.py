"""企业账号: coming in by 企业微信, 钉钉, 飞书 and OpenID Connect, against a server that speaks their protocols and misbehaves.

Whom a provider vouches for is known by the provider and its id, never by telephone number or address (trust.md 2.2, Sentry's SAML
family); state and nonce belong to one browser and one trip.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from people import services
from people.models import ExternalIdentity, Installation, Membership, Provider, SignIn
from people.providers import wire
from people.providers.wire import Trouble, must_be_safe
from people.roles import GUARDED
from people.services.single_sign_on import Given, link_identity, save_provider
from people.views import single_sign_on
from tests import make
from tests.people.factors import enrolled
from tests.sso_server import AGENT, CLIENT, COMPANY, SECRET, serving
from trail import clock, vault
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
KINDS = ("wecom", "dingtalk", "feishu", "oidc")
NOT_LINKED = "这个企业账号还没有连到归属的账号"


@pytest.fixture(scope="module")
def running():
    with serving() as server:
        yield server


@pytest.fixture
def server(running):
    running.reset()
    running.now = make.MOMENT.timestamp
    return running


def given(kind, address, **more):
    agent = {"wecom": AGENT, "oidc": ""}.get(kind, COMPANY)
    return Given(
        **{"kind": kind, "name": "企业账号", "address": address, "client": CLIENT, "agent": agent, "secret": SECRET}
        | more
    )


@pytest.fixture(params=KINDS)
def provider(request, store, server):
    return save_provider(here=store.admin, given=given(request.param, server.address), at=make.MOMENT)


@pytest.fixture
def oidc(store, server):
    return save_provider(here=store.admin, given=given("oidc", server.address), at=make.MOMENT)


def link(store, provider, who="zhang.san"):
    return link_identity(provider=provider, external_id=who, user=store.li.user, at=make.MOMENT)


def sent_away(client, provider, **query):
    answer = client.get(f"/login/with/{provider.pk}", query)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def comes(client, server, provider, **query):
    """Away and back; what the callback answers."""
    return client.get(server.go(sent_away(client, provider, **query)))


def nobody(client):
    return "_auth_user_id" not in client.session


# ── coming in ──


def test_whoever_linked_an_account_comes_in_by_it_and_lands_where_they_wanted_to_go(store, server, provider, client):
    link(store, provider)
    assert f'href="/login/with/{provider.pk}?next=' in client.get("/login?next=/me").content.decode()
    answer = comes(client, server, provider, next="/me?book=visit")
    assert (answer.status_code, answer.url) == (302, "/me?book=visit")
    assert client.get("/me").status_code == 200
    assert SignIn.objects.get().way == "provider"
    assert ExternalIdentity.objects.get().used_at == make.MOMENT


def test_what_a_provider_vouches_for_is_no_proof_of_ours(store, server, provider, client):
    link(store, provider)
    comes(client, server, provider)
    assert 'name="password"' in client.get("/account/second-factor").content.decode()


def test_an_account_that_nobody_linked_lets_nobody_in_whatever_number_and_address_it_has(
    store, server, provider, client
):
    store.li.user.email = "li@example.com"
    store.li.user.save()
    answer = comes(client, server, provider)
    page = answer.content.decode()
    assert (answer.status_code, NOT_LINKED in page) == (403, True)
    assert not any(told in page for told in ("zhang.san", "li@example.com", "13900000000"))
    assert nobody(client)
    assert not ExternalIdentity.objects.exists()


def test_one_provider_says_nothing_of_the_same_id_at_another(store, server, provider, client):
    other = save_provider(here=store.admin, given=given("wecom", server.address, client="other-corp"), at=make.MOMENT)
    link(store, other)
    assert NOT_LINKED in comes(client, server, provider).content.decode()


def test_the_second_factor_is_still_asked_for(store, server, provider, client):
    link(store, provider)
    telephone = enrolled(store.li.user)
    answer = comes(client, server, provider, next="/me")
    assert answer.url == "/login/code"
    assert nobody(client)
    assert client.post("/login/code", {"code": telephone.code(make.MOMENT)}).url == "/me"
    assert SignIn.objects.get().way == "provider"


def test_who_left_is_not_let_in_and_not_when_the_account_comes_back(store, server, provider, client):
    link(store, provider)
    services.deactivate(user=store.li.user, by=store.admin.user, at=make.MOMENT)
    assert comes(client, server, provider).status_code == 403
    services.reactivate(user=store.li.user, by=store.admin.user, at=make.MOMENT)
    assert NOT_LINKED in comes(client, server, provider).content.decode()


def test_somebody_of_another_company_is_refused(store, server, client):
    for kind in ("wecom", "dingtalk", "feishu"):
        provider = save_provider(here=store.admin, given=given(kind, server.address), at=make.MOMENT)
        link(store, provider)
        server.company = "another-company"
        answer = comes(client, server, provider)
        assert (answer.status_code, "不是本公司的" in answer.content.decode()) == (403, True), kind
        assert nobody(client)
        server.company = COMPANY
        provider.delete()


def test_what_was_switched_off_is_neither_shown_nor_served(store, server, provider, client):
    link(store, provider)
    back = server.go(sent_away(client, provider))
    Provider.objects.update(on=False)
    assert "login/with" not in client.get("/login").content.decode()
    assert client.get(f"/login/with/{provider.pk}").status_code == 404
    assert client.get(back).status_code == 404


def test_inside_its_own_app_wecom_asks_nothing(store, server, client):
    provider = save_provider(here=store.admin, given=given("wecom", server.address), at=make.MOMENT)
    url = client.get(f"/login/with/{provider.pk}", headers={"User-Agent": "Mozilla/5.0 wxwork/4.1"}).url
    assert urlsplit(url).path == "/connect/oauth2/authorize"
    assert urlsplit(url).fragment == "wechat_redirect"
    link(store, provider)
    assert client.get(server.go(url)).status_code == 302


def test_where_no_server_is_named_it_goes_to_the_public_ones(store):
    hosts = {}
    for kind in ("wecom", "dingtalk", "feishu"):
        provider = save_provider(here=store.admin, given=given(kind, ""), at=make.MOMENT)
        url = sent_away(Client(), provider)
        query = parse_qs(urlsplit(url).query)
        assert query["redirect_uri"] == [f"http://127.0.0.1:8000/login/with/{provider.pk}/back"]
        assert len(query["state"][0]) >= 40
        hosts[kind] = urlsplit(url).netloc
    assert hosts == {
        "wecom": "login.work.weixin.qq.com",
        "dingtalk": "login.dingtalk.com",
        "feishu": "accounts.feishu.cn",
    }


# ── one browser, one trip ──


def test_a_state_of_another_browser_or_of_nobody_is_refused(store, server, provider, client):
    """Login CSRF: a stranger's answer of the provider is put before somebody else's browser."""
    link(store, provider)
    back = server.go(sent_away(Client(), provider))
    for url in (back, back.partition("state=")[0] + "state=", back.partition("&state=")[0]):
        answer = client.get(url)
        assert (answer.status_code, "不是从这个浏览器开始的" in answer.content.decode()) == (403, True)
    sent_away(client, provider)  # on a trip of its own, but another one
    assert client.get(back).status_code == 403
    assert nobody(client)


def test_the_answer_is_used_once(store, server, provider, client):
    link(store, provider)
    back = server.go(sent_away(client, provider))
    assert client.get(back).status_code == 302
    client.post("/logout")
    assert client.get(back).status_code == 403
    assert nobody(client)


def test_a_code_that_was_used_elsewhere_is_refused_by_the_provider_and_said_so(store, server, provider, client):
    link(store, provider)
    back = server.go(sent_away(client, provider))
    server.codes.clear()
    answer = client.get(back)
    assert (answer.status_code, "过期了，或用过一次了" in answer.content.decode()) == (403, True)
    assert nobody(client)


def test_a_code_of_another_trip_does_not_fit_this_one(store, server, client):
    """A stolen code with one's own state: of 飞书 and OpenID Connect the verifier does not fit, nor the nonce."""
    for kind in ("feishu", "oidc"):
        provider = save_provider(here=store.admin, given=given(kind, server.address), at=make.MOMENT)
        link(store, provider)
        stolen = parse_qs(urlsplit(server.go(sent_away(Client(), provider))).query)["code"][0]
        state = parse_qs(urlsplit(sent_away(client, provider)).query)["state"][0]
        answer = client.get(f"/login/with/{provider.pk}/back", {"code": stolen, "state": state})
        assert answer.status_code == 403, kind
        assert nobody(client)


def test_ten_minutes_later_it_begins_anew(store, server, provider, client):
    link(store, provider)
    back = server.go(sent_away(client, provider))
    with clock.standing_at(make.MOMENT + timedelta(minutes=10, seconds=1)):
        assert client.get(back).status_code == 403


def test_an_answer_for_another_provider_is_refused(store, server, client):
    one, two = (
        save_provider(here=store.admin, given=given(kind, server.address), at=make.MOMENT) for kind in KINDS[:2]
    )
    link(store, two)
    back = server.go(sent_away(client, one)).replace(f"/{one.pk}/", f"/{two.pk}/")
    assert client.get(back).status_code == 403
    assert nobody(client)


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_nobody_is_led_to_another_site(store, server, oidc, client, then):
    link(store, oidc)
    assert comes(client, server, oidc, next=then).url == "/"


def test_who_does_not_agree_is_told_calmly(store, server, provider, client):
    state = parse_qs(urlsplit(sent_away(client, provider)).query)["state"][0]
    answer = client.get(f"/login/with/{provider.pk}/back", {"error": "access_denied", "state": state})
    assert (answer.status_code, "中途退出了" in answer.content.decode()) == (403, True)


def test_from_one_address_so_many_trips_and_no_more(store, server, oidc, monkeypatch):
    monkeypatch.setattr(single_sign_on, "TRIPS", 3)
    for _trip in range(3):
        sent_away(Client(), oidc)
    answer = Client().get(f"/login/with/{oidc.pk}")
    assert answer.status_code == 429


# ── a server that misbehaves ──


@pytest.mark.parametrize(
    ("mistake", "status", "sentence"),
    [
        ("expired", 403, "过期了"), ("slow", 502, "没有及时答复"), ("nonsense", 403, "告诉管理员"), ("huge", 403, "告诉管理员"),
        ("redirect", 403, "告诉管理员"),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_there_is_told_in_words_and_lets_nobody_in(
    store, server, provider, client, monkeypatch, mistake, status, sentence
):
    link(store, provider)
    back = server.go(sent_away(client, provider))
    monkeypatch.setattr(wire, "TIMEOUT", 0.2 if mistake == "slow" else 10)
    server.mistake = mistake
    answer = client.get(back)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True)
    assert SECRET not in page
    assert nobody(client)


def test_an_id_that_cannot_be_one_is_nobodys(store, server, provider, client):
    for who in (None, "", "x" * 129, "a\0b"):
        server.who = who
        answer = comes(client, server, provider)
        assert answer.status_code == 403, who
        assert NOT_LINKED not in answer.content.decode(), who


def test_a_server_that_is_not_there(store, server, oidc, client):
    Provider.objects.update(address="http://127.0.0.1:9")
    answer = client.get(f"/login/with/{oidc.pk}")
    assert (answer.status_code, "连不上" in answer.content.decode()) == (502, True)


@pytest.mark.parametrize(
    "mistake",
    [
        "alg none", "shared secret", "other key", "other kind of key", "wrong aud", "two auds", "azp", "wrong nonce", "wrong iss",
        "over", "no exp", "no sub",
    ],
)  # fmt: skip
def test_an_id_token_is_believed_only_when_all_of_it_is_right(store, server, oidc, client, mistake):
    link(store, oidc)
    server.mistake = mistake
    answer = comes(client, server, oidc)
    assert (answer.status_code, "告诉管理员" in answer.content.decode()) == (403, True)
    assert nobody(client)


@pytest.mark.parametrize("mistake", ["issuer", "plain keys"])
def test_an_issuer_that_is_another_one_or_keeps_its_keys_in_the_open_is_not_asked_further(
    store, server, oidc, client, mistake
):
    server.mistake = mistake
    assert client.get(f"/login/with/{oidc.pk}").status_code == 403


@pytest.mark.parametrize(
    ("address", "production", "safe"),
    [
        ("https://sso.example", True, True), ("https://sso.example", False, True), ("http://127.0.0.1:8000", False, True),
        ("http://localhost", False, True), ("http://127.0.0.1:8000", True, False), ("http://sso.example", False, False),
        ("http://10.0.0.8", False, False), ("ftp://sso.example", False, False), ("https://", False, False), ("", False, False),
    ],
)  # fmt: skip
def test_providers_are_asked_over_https_and_on_this_machine_while_developing(settings, address, production, safe):
    settings.PRODUCTION = production
    if safe:
        must_be_safe(address)
    else:
        with pytest.raises(Trouble):
            must_be_safe(address)


# ── linking and unlinking ──


def test_one_links_an_account_after_showing_who_one_is(store, server, provider, signed_in):
    client, url = signed_in(store.li), f"/account/identities/{provider.pk}/link"
    assert "没有连" in client.get("/account").content.decode()
    assert client.get(url).url.startswith("/confirm?")
    make.proven(client)
    back = server.go(client.get(url).url)
    assert client.get(back).url == "/account"
    row = ExternalIdentity.objects.get()
    assert (row.user, row.external_id, row.linked_by) == (store.li.user, "zhang.san", store.li.user)
    assert "断开" in client.get("/account").content.decode()
    assert Message.objects.get(to=str(store.li.user.pk)).kind == "identity.link"
    assert Entry.objects.filter(action="identity.link", actor=str(store.li.user.pk)).count() == 1


def test_what_is_another_persons_and_a_second_one_are_refused(store, server, provider, signed_in):
    link(store, provider)
    client = make.proven(signed_in(store.wang))
    answer = client.get(server.go(client.get(f"/account/identities/{provider.pk}/link").url))
    assert (answer.status_code, "已经连到另一个人" in answer.content.decode()) == (409, True)
    assert ("<h1>没有连上</h1>" in answer.content.decode(), "没有登录成" in answer.content.decode()) == (True, False)
    with pytest.raises(Refusal) as refused:
        link(store, provider, "li.si")
    assert refused.value.code == "linked_already"
    assert ExternalIdentity.objects.get().user == store.li.user


def test_a_trip_to_link_that_somebody_else_ends_links_nothing(store, server, oidc, signed_in):
    client = make.proven(signed_in(store.li))
    back = server.go(client.get(f"/account/identities/{oidc.pk}/link").url)
    client.logout()
    assert client.get(back).status_code == 403
    client = make.proven(signed_in(store.li))
    url = client.get(f"/account/identities/{oidc.pk}/link").url
    session = dict(client.session)
    other = signed_in(store.wang)
    kept = other.session
    kept["provider"] = session["provider"]
    kept.save()
    assert other.get(server.go(url)).status_code == 403
    assert not ExternalIdentity.objects.exists()


def test_one_unlinks_it_after_showing_who_one_is_and_only_ones_own(store, server, provider, signed_in, client):
    row = link(store, provider)
    url = f"/account/identities/{row.pk}/unlink"
    assert signed_in(store.wang).post(url, {"password": make.PASSWORD}).status_code == 404
    li = signed_in(store.li)
    assert li.post(url, {"password": "wrong"}).status_code == 422
    assert li.post(url, {"password": make.PASSWORD}).url == "/account"
    assert not ExternalIdentity.objects.exists()
    assert NOT_LINKED in comes(client, server, provider).content.decode()


# ── 设置 ──

FORM = {"kind": "oidc", "name": "公司账号", "client": CLIENT, "agent": "", "secret": SECRET}


def test_an_administrator_adds_one_tries_it_and_its_secret_is_never_shown_again(store, server, signed_in):
    client = make.proven(signed_in(store.admin))
    filled = FORM | {"address": server.address}
    assert "通了" in client.post("/settings/signing-in/try", filled).content.decode()
    assert not Provider.objects.exists()
    made = client.post("/settings/signing-in/new", filled)
    row = Provider.objects.get()
    assert made.url == f"/settings/signing-in/{row.pk}"
    page = client.get(made.url).content.decode()
    assert SECRET not in page
    assert f"http://127.0.0.1:8000/login/with/{row.pk}/back" in page
    assert SECRET.encode() not in bytes(row.sealed_secret)
    assert vault.unseal(row.sealed_secret) == SECRET
    assert client.post(made.url, filled | {"name": "另一个名字", "secret": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.name, vault.unseal(row.sealed_secret)) == ("另一个名字", SECRET)
    assert {e.action for e in Entry.objects.filter(subject=f"provider:{row.pk}")} == {"provider.add", "provider.change"}


@pytest.mark.parametrize("kind", KINDS)
def test_trying_tells_a_wrong_secret_where_the_protocol_does(store, server, signed_in, kind):
    client = make.proven(signed_in(store.admin))
    filled = FORM | {"kind": kind, "address": server.address, "agent": AGENT, "secret": "wrong"}
    answer = client.post("/settings/signing-in/try", filled)
    said = answer.content.decode()
    if kind == "oidc":
        assert "通了" in said
    else:
        assert (answer.status_code, "对方不认这个密钥" in said) == (422, True)


def test_a_stored_secret_goes_nowhere_but_where_it_was_entered_for(store, server, oidc, signed_in):
    client = make.proven(signed_in(store.admin))
    server.asked.clear()
    changed = FORM | {"address": "https://evil.example", "secret": ""}
    for url in (f"/settings/signing-in/{oidc.pk}", f"/settings/signing-in/{oidc.pk}/try"):
        answer = client.post(url, changed)
        assert (answer.status_code, "密钥要重填一次" in answer.content.decode()) == (422, True)
    assert server.asked == []


def test_pointed_at_another_company_it_forgets_who_was_linked(store, server, signed_in):
    provider = save_provider(here=store.admin, given=given("dingtalk", server.address), at=make.MOMENT)
    link(store, provider)
    changed = given("dingtalk", server.address, name="钉钉")
    save_provider(here=store.admin, given=changed, row=provider, at=make.MOMENT)
    assert ExternalIdentity.objects.exists()
    changed = given("dingtalk", server.address, agent="ding-another")
    save_provider(here=store.admin, given=changed, row=provider, at=make.MOMENT)
    assert not ExternalIdentity.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "wecom"}, "填应用的 AgentId"), ({"kind": "dingtalk"}, "填公司的 CorpId"), ({"kind": "feishu"}, "tenant_key"),
        ({"address": ""}, "填 issuer 的地址"), ({"address": "http://sso.example"}, "地址要以 https://"),
        ({"secret": ""}, "填应用的密钥"), ({"client": ""}, "这一项要填"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_at_its_field(store, server, signed_in, changed, sentence):
    client = make.proven(signed_in(store.admin))
    page = client.post("/settings/signing-in/new", FORM | {"address": server.address} | changed)
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert not Provider.objects.exists()


def test_it_is_switched_off_and_on_again(store, server, provider, signed_in):
    client = signed_in(store.admin)
    for on in ("0", "1"):
        client.post(f"/settings/signing-in/{provider.pk}/switch", {"on": on})
        provider.refresh_from_db()
        assert provider.on is (on == "1")


def test_the_day_of_the_duty_is_put_off_by_thirty_days_at_most(store, signed_in):
    Installation.objects.create(administrator=store.admin.user, at=make.LONG_AGO)
    telephone = enrolled(store.admin.user)
    client = signed_in(store.admin)
    client.post("/confirm", {"code": telephone.code(make.MOMENT)})
    page = client.get("/settings/signing-in").content.decode()
    assert "现在：已经必须" in page
    far = client.post("/settings/signing-in/duty", {"day": "2025-05-29"})
    assert (far.status_code, "最多推迟 30 天" in far.content.decode()) == (422, True)
    assert client.post("/settings/signing-in/duty", {"day": "2025-05-28"}).status_code == 302
    assert str(Installation.objects.get().second_factor_from) == "2025-05-28"
    assert Entry.objects.filter(action="second_factor.duty").count() == 1


@pytest.mark.parametrize("day", ["", "2025-04-28", "2025-04-01"])
def test_a_duty_that_begins_at_once_says_whom_it_stops_before_it_does(store, signed_in, day):
    Installation.objects.create(administrator=store.admin.user, at=make.LONG_AGO, second_factor_from="2025-05-01")
    enrolled(store.general.user)
    client = make.proven(signed_in(store.admin))
    sent = client.post("/settings/signing-in/duty", {"day": day})
    assert (sent.status_code, sent.url) == (302, "/settings/signing-in/duty/now")
    assert str(Installation.objects.get().second_factor_from) == "2025-05-01"
    page = client.get(sent.url).content.decode()
    held = Membership.objects.filter(role__in=GUARDED).exclude(user=store.general.user)
    assert f"还有 {held.values('user').distinct().count()} 个没开" in page
    assert "你自己也没开" in page
    assert client.post(sent.url).url == "/settings/signing-in"
    assert Installation.objects.get().second_factor_from is None
    assert signed_in(store.manager).get("/cases").url == "/account/second-factor"


def test_of_a_duty_that_holds_already_nothing_is_asked(store, signed_in):
    Installation.objects.create(administrator=store.admin.user, at=make.LONG_AGO)
    telephone = enrolled(store.admin.user)
    client = signed_in(store.admin)
    client.post("/confirm", {"code": telephone.code(make.MOMENT)})
    assert client.post("/settings/signing-in/duty", {"day": ""}).url == "/settings/signing-in"
    page = client.get("/settings/signing-in/duty/now").content.decode()
    assert "你自己也没开" not in page
