"""The API of sessions and of the systems by which people come in: the same services as the pages, and no secret told."""

import pytest

from people.models import ExternalIdentity, Provider, SignIn
from people.services.single_sign_on import Given, save_provider
from tests import make
from tests.people.test_sessions import came_in, is_in
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FEISHU = {"kind": "feishu", "name": "飞书", "client": "cli_a", "agent": "tenant", "secret": "s3cret"}


def test_a_program_lists_its_owners_sessions_and_ends_one_or_all(store):
    clients, li = [came_in(store.li) for _device in range(3)], program(store.li)
    came_in(store.wang)
    rows = li.get("sessions").json()["results"]
    assert len(rows) == 3
    assert {(row["device"], row["address"], row["way"]) for row in rows} == {
        ("Chrome · Windows", "203.0.113.7", "password")
    }
    first = SignIn.objects.get(session_key=clients[0].session.session_key)
    assert li.post(f"sessions/{first.pk}/end", {}).json() == {"count": 1}
    assert li.post(f"sessions/{first.pk}/end", {}).status_code == 404
    assert [is_in(client) for client in clients] == [False, True, True]
    assert li.post("sessions/end", {}).json() == {"count": 2}
    assert li.get("sessions").json() == {"results": []}
    strangers = SignIn.objects.get(user=store.wang.user)
    assert li.post(f"sessions/{strangers.pk}/end", {}).status_code == 404
    assert SignIn.objects.get(user=store.wang.user).ended_at is None


def test_a_session_of_the_browser_does_not_end_itself(store):
    here, there = came_in(store.li), came_in(store.li)
    answer = here.post("/api/v1/sessions/end", {}, content_type="application/json")
    assert answer.json() == {"count": 1}
    assert (is_in(here), is_in(there)) == (True, False)


def test_an_administrator_ends_somebodys(store):
    client = came_in(store.li)
    assert program(store.general).post(f"people/{store.li.user.pk}/sessions/end", {}).status_code == 404
    assert program(store.admin).post(f"people/{store.li.user.pk}/sessions/end", {}).json() == {"count": 1}
    assert not is_in(client)


def test_providers_are_entered_with_proof_and_their_secret_is_never_told(store):
    admin, proven = program(store.admin), program(store.admin, Proof=make.PASSWORD)
    assert admin.post("sign-in-providers", FEISHU).json()["code"] == "proof_missing"
    made = proven.post("sign-in-providers", FEISHU)
    row = Provider.objects.get()
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/sign-in-providers/{row.pk}")
    assert made.json()["back"] == f"http://127.0.0.1:8000/login/with/{row.pk}/back"
    for answer in (made, admin.get("sign-in-providers"), admin.get(f"sign-in-providers/{row.pk}")):
        assert "s3cret" not in answer.content.decode()
    changed = {name: FEISHU[name] for name in ("client", "agent")} | {"name": "飞书登录"}
    assert proven.post(f"sign-in-providers/{row.pk}/change", changed).json()["name"] == "飞书登录"
    assert admin.post(f"sign-in-providers/{row.pk}/switch", {"on": False}).json()["on"] is False
    assert program(store.general).get("sign-in-providers").status_code == 404
    assert proven.post("sign-in-providers", FEISHU | {"agent": ""}).json()["field"] == "agent"


def test_whoever_is_linked_is_counted(store):
    given = Given(address="", **FEISHU)
    row = save_provider(here=store.admin, given=given, at=make.MOMENT)
    ExternalIdentity.objects.create(
        provider=row, external_id="u", user=store.li.user, linked_by=store.li.user, linked_at=make.MOMENT
    )
    assert program(store.admin).get(f"sign-in-providers/{row.pk}").json()["linked"] == 1
