"""Two administrators at once: the slower one of a robot, a webhook or a sign-in provider overwrites nothing and keeps what they typed."""

import pytest

from people.models import Hook, Provider, Robot
from people.services.versions import state
from tests import make
from tests.programs import Program, token
from trail.vault import seal, unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ROBOT = {"kind": "wecom", "address": "", "secret": "", "events": ["arrived", "opened"]}
HOOK = {"address": "http://127.0.0.1:9000/guishu", "events": ["visit.left", "period.closed"]}
PROVIDER = {"client": "guishu", "address": "https://sso.example", "agent": "", "secret": ""}


@pytest.fixture
def other(store):
    """One more administrator."""
    return make.person("admin2", "钱进", "administrator", store.project)


def robot(store):
    sealed = {
        "sealed_address": seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"),
        "wants": ["visit.arrived"],
    }
    row = Robot.objects.create(project=store.project, kind="wecom", name="群", changed_at=make.MOMENT, **sealed)
    return row, f"/settings/channels/robots/{row.pk}", f"robots/{row.pk}", ROBOT


def hook(store):
    made = {"made_by": store.admin.user, "made_at": make.MOMENT, "sealed_secret": seal("whsec_x")}
    row = Hook.objects.create(project=store.project, name="CRM", events=["visit.left"], address=HOOK["address"], **made)
    return row, f"/settings/webhooks/{row.pk}", f"webhooks/{row.pk}", HOOK


def provider(store):
    given = {"client": "guishu", "address": "https://sso.example", "sealed_secret": seal("s3cret")}
    row = Provider.objects.create(kind="oidc", name="公司账号", changed_at=make.MOMENT, **given)
    return row, f"/settings/signing-in/{row.pk}", f"sign-in-providers/{row.pk}", PROVIDER


@pytest.fixture(params=[robot, hook, provider])
def thing(request, store, settings):
    """One of the three, its page, its address in the API, and what its form says."""
    settings.GUISHU_HOOKS_INSIDE = frozenset({"127.0.0.1:9000"})
    return request.param(store)


def seen_on(page):
    return page.content.decode().split('name="seen" value="')[1].split('"')[0]


def test_the_slower_one_gets_their_input_back_with_a_sentence(store, other, thing, signed_in):
    row, url, _path, given = thing
    first, second = make.proven(signed_in(store.admin)), make.proven(signed_in(other))
    seen = seen_on(second.get(url))
    assert seen == state(row)
    assert first.post(url, {**given, "name": "先改的", "seen": seen}).status_code == 302
    page = second.post(url, {**given, "name": "后改的", "seen": seen})
    text = page.content.decode()
    assert page.status_code == 409
    assert f"刚被{store.admin.user.name}改过" in text
    assert 'value="后改的"' in text
    row.refresh_from_db()
    assert row.name == "先改的"
    if "events" in given:  # several ticks stay several
        assert text.count("checked") >= len(given["events"])
    assert second.post(url, {**given, "name": "后改的", "seen": seen_on(page)}).status_code == 302
    row.refresh_from_db()
    assert row.name == "后改的"


def test_over_the_api_too(store, other, thing):
    row, _url, path, given = thing
    first, second = (Program(token(here), Proof=make.PASSWORD) for here in (store.admin, other))
    sent = {name: value for name, value in given.items() if value or name == "agent"}
    read = second.get(path)
    assert (
        first.post(f"{path}/change", {**sent, "name": "先改的", "version": read.json()["version"]}).status_code == 200
    )
    late = second.post(f"{path}/change", {**sent, "name": "后改的", "version": read.json()["version"]})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    tagged = Program(token(other), Proof=make.PASSWORD, **{"If-Match": read["ETag"]})
    late = tagged.post(f"{path}/change", {**sent, "name": "后改的"})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    row.refresh_from_db()
    assert row.name == "先改的"
    fresh = Program(token(other), Proof=make.PASSWORD, **{"If-Match": second.get(path)["ETag"]})
    assert fresh.post(f"{path}/change", {**sent, "name": "后改的"}).json()["name"] == "后改的"


def test_another_secret_is_another_state(store):
    row, _url, _path, _given = provider(store)
    before = state(row)
    row.sealed_secret = seal(unseal(row.sealed_secret))
    assert state(row) != before
    row.refresh_from_db()
    assert state(row) == before


def test_a_robot_that_was_switched_off_meanwhile_stays_off(store, signed_in):
    """What is not on the form is not written by it."""
    row, url, _path, given = robot(store)
    client = make.proven(signed_in(store.admin))
    seen = seen_on(client.get(url))
    Robot.objects.update(on=False)
    assert client.post(url, {**given, "name": "群一", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.on) == ("群一", False)
