"""设置 → Webhook, and the same over the API: made with proof, the secret told once, tried, switched, sent again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from people.models import Hook, HookDelivery
from tests import make
from tests.draining import drain_hooks as drain
from tests.listening import listener
from tests.people.factors import enrolled
from tests.people.hooked import hooked, true
from tests.programs import Program, program, token
from trail.models import Entry, Once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE = "/settings/webhooks"
LATER = make.MOMENT + timedelta(minutes=1)


@pytest.fixture
def heard(settings):
    with listener() as one:
        settings.GUISHU_HOOKS_INSIDE = frozenset({one.place})
        yield one


@pytest.fixture
def admin(store, signed_in):
    return signed_in(store.admin)


def given(heard, **more):
    return {
        "name": "ERP", "address": f"http://{heard.place}/in", "events": ["visit.registered"], "password": make.PASSWORD, **more
    }  # fmt: skip


def shown(answer):
    return answer.content.decode()


def secret_on(page):
    return page.partition('<p class="num codes">')[2].partition("</p>")[0]


def test_it_is_made_with_proof_and_its_secret_is_shown_once(store, admin, heard):
    assert admin.post(PAGE, given(heard, password="wrong")).status_code == 422
    assert not Hook.objects.exists()
    key = str(uuid4())
    first = admin.post(PAGE, given(heard, key=key))
    secret = secret_on(shown(first))
    assert secret.startswith("whsec_")
    again = shown(admin.post(PAGE, given(heard, key=key)))
    assert Hook.objects.count() == 1
    assert secret not in again
    assert "密钥只显示一次" in again
    assert secret not in shown(admin.get(PAGE)) + shown(admin.get(f"{PAGE}/{Hook.objects.get().pk}"))
    make.arrived(store, make.MOMENT)
    drain(at=LATER)
    assert true(heard.got[0], secret)


def test_what_nothing_is_sent_to_is_refused_at_its_field(admin, heard):
    page = shown(admin.post(PAGE, given(heard, address="https://169.254.169.254/latest/meta-data")))
    assert "这个地址通到内部网络，不发" in page
    assert 'value="https://169.254.169.254/latest/meta-data"' in page
    assert not Hook.objects.exists()
    assert heard.connected == 0


def test_it_is_tried_from_its_page_and_the_answer_is_told(store, admin, heard):
    hook, _secret = hooked(store.admin, heard)
    here = f"{PAGE}/{hook.pk}"
    assert "对方收下了，答 200" in shown(admin.post(f"{here}/try", follow=True))
    heard.answer(404)
    page = shown(admin.post(f"{here}/try", follow=True))
    assert "对方没有收下" in page
    assert "404" in page
    assert [got.json["type"] for got in heard.got] == ["webhook.test"] * 2


def test_it_is_changed_switched_off_and_on_and_what_failed_is_sent_again(store, admin, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    here = f"{PAGE}/{hook.pk}"
    assert admin.post(here, given(heard, name="CRM", events=["visit.left"])).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.events) == ("CRM", ["visit.left"])
    admin.post(here, given(heard, events=["visit.registered"]))
    make.arrived(store, make.MOMENT)
    admin.post(f"{here}/switch", {"on": "0"})
    assert "Switch on</button>" in admin.get(here, headers={"accept-language": "en"}).content.decode()
    row = HookDelivery.objects.get()
    assert (row.state, row.why) == ("failed", "off")
    assert "停用了，没有发" in shown(admin.get(here))
    admin.post(f"{here}/switch", {"on": "1"})
    admin.post(f"{here}/deliveries/{row.pk}/again")
    assert drain(at=LATER) == 1
    assert [e.action for e in Entry.objects.filter(subject=f"hook:{hook.pk}").order_by("pk")] == [
        "hook.make", "hook.change", "hook.change", "hook.off", "hook.on", "hook.again",
    ]  # fmt: skip


def test_over_the_api_the_secret_is_told_once_and_kept_nowhere(store, heard):
    body = {name: value for name, value in given(heard).items() if name != "password"}
    admin = Program(token(store.admin), Proof=make.PASSWORD)
    made = admin.post("webhooks", body, key="one")
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    again = admin.post("webhooks", body, key="one")
    assert (again.json()["id"], again.json()["secret"]) == (made.json()["id"], None)
    assert again["Idempotent-Replay"] == "true"
    assert secret not in str(list(Once.objects.values()))
    assert secret not in shown(admin.get("webhooks")) + shown(admin.get(made["Location"].removeprefix("/api/v1/")))
    assert program(store.admin).post("webhooks", {**body, "name": "CRM"}).status_code == 403


def test_over_the_api_everything_is_done_that_the_page_does(store, heard):
    hook, secret = hooked(store.admin, heard, "visit.registered")
    admin, here = Program(token(store.admin), Proof=make.PASSWORD), f"webhooks/{hook.pk}"
    assert admin.post(f"{here}/try", {}).json()["answer"] == 200
    make.arrived(store, make.MOMENT)
    told = admin.get(f"{here}/deliveries").json()["results"]
    assert sorted((row["kind"], row["state"]) for row in told) == [
        ("visit.registered", "waiting"),
        ("webhook.test", "sent"),
    ]
    waiting = next(row["id"] for row in told if row["state"] == "waiting")
    assert admin.post(f"{here}/deliveries/{waiting}/again", {}).json()["code"] == "still_waiting"
    assert admin.post(f"{here}/switch", {"on": False}).json()["on"] is False
    changed = {"name": "CRM", "address": f"http://{heard.place}/other", "events": ["visit.left"]}
    assert admin.post(f"{here}/change", changed).json()["events"] == ["visit.left"]
    assert admin.post(f"{here}/switch", {"on": True}).status_code == 200
    assert admin.post(f"{here}/deliveries/{waiting}/again", {}).json()["state"] == "waiting"
    drain(at=LATER)
    assert heard.got[-1].path == "/other"
    assert true(heard.got[-1], secret)
    refused = admin.post(f"{here}/change", {**changed, "address": "https://10.0.0.1/"})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "hook_inside", "address")


def test_an_address_inside_is_told_with_the_other_mistakes(store, admin, heard):
    page = shown(admin.post(PAGE, given(heard, name="", address="http://10.0.0.1/", password="")))
    for sentence in ("写明给哪个程序用", "只发到 https:// 的地址", "填你的密码"):
        assert sentence in page
    wrong = {"name": "", "address": "https://10.0.0.1/", "events": ["nothing"]}
    for path in ("webhooks", f"webhooks/{hooked(store.admin, heard)[0].pk}/change"):
        told = Program(token(store.admin), Proof=make.PASSWORD).post(path, wrong).json()["errors"]
        assert {error["field"].partition(".")[0] for error in told} == {"name", "address", "events"}
        assert {error["code"] for error in told if error["field"] == "address"} == {"hook_inside"}
    assert heard.connected == 0


def test_a_code_is_not_used_up_by_an_address_that_is_refused(store, admin, heard):
    code = enrolled(store.admin.user).code(make.MOMENT)
    typed = {name: value for name, value in given(heard, code=code).items() if name != "password"}
    refused = admin.post(PAGE, {**typed, "address": "https://10.0.0.1/"})
    assert (refused.status_code, "内部网络" in shown(refused)) == (422, True)
    admin.post(PAGE, typed)
    assert Hook.objects.count() == 1


def test_there_is_no_telling_what_a_hook_of_another_project_lacks(store, estate, heard):
    other, _secret = hooked(estate.manager, heard)
    proving = Program(token(store.admin), Proof=make.PASSWORD)
    assert proving.post(f"webhooks/{other.pk}/change", {}).status_code == 404
    assert proving.post(f"webhooks/{other.pk}/switch", {}).status_code == 404


def test_a_hook_of_another_project_is_not_there(store, estate, heard):
    other, _secret = hooked(estate.manager, heard)
    admin = program(store.admin)
    assert admin.get(f"webhooks/{other.pk}").status_code == 404
    assert admin.post(f"webhooks/{other.pk}/try", {}).status_code == 404
    assert admin.get("webhooks").json() == {"results": [], "next": None}
    assert heard.connected == 0
