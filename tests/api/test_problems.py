"""Every refusal is a problem: a code for the program, a sentence for whoever reads its log, nothing of our inside."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from leads import api as leads_api
from leads.models import Registration
from leads.privacy import notices
from tests import make
from tests.programs import program, token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def problem(answer, status, code):
    """The body, which is a problem of this status and code."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store, private"
    body = answer.json()
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        ("1391234333", "too_short", "手机号要 11 位，现在是 10 位"),
        ("", "blank", ""),
    ],
)
def test_a_refusal_of_the_service_names_the_field_as_the_request_does(store, number, code, sentence):
    body = program(store.li).post("registrations", {"number": number, "name": "张"}).json()
    assert body["field"] == "number"
    assert sentence in body["detail"]


def test_the_same_sentence_as_on_the_page(store, signed_in):
    said = program(store.li).post("precheck", {"number": "1391234333"}).json()
    page = signed_in(store.li).post("/register/check", {"text": "张先生 1391234333"}).content.decode()
    assert said["detail"] in page


def test_every_mistake_of_a_body_is_told_at_once(store):
    answer = program(store.li).post("registrations", {"number": 13912343333, "honorific": "Dr", "firm": "x"})
    body = problem(answer, 422, "invalid")
    assert [(e["field"], e["code"]) for e in body["errors"]] == [("firm", "unknown")]
    answer = program(store.li).post("registrations", {"number": 13912343333, "honorific": "Dr"})
    told = {(e["field"], e["code"]) for e in problem(answer, 422, "invalid")["errors"]}
    assert told == {("number", "invalid"), ("honorific", "invalid_choice"), ("name", "required")}
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "body", ["{", "[1", "\ud800".encode("utf-8", "surrogatepass"), b"\xff", '{"a": NaN}', "[" * 60_000]
)
def test_a_body_that_is_no_json(store, body):
    client = Client(headers={"Authorization": f"Bearer {token(store.li)}"})
    answer = client.post("/api/v1/precheck", body, content_type="application/json")
    problem(answer, 400, "not_json")


def test_a_character_that_cannot_be_written_down(store):
    client = Client(headers={"Authorization": f"Bearer {token(store.li)}"})
    answer = client.post("/api/v1/precheck", '{"number": "\\ud800"}', content_type="application/json")
    problem(answer, 400, "not_json")


@pytest.mark.parametrize("body", [[], "13912343333", 1, None, {}])
def test_a_body_of_another_shape(store, body):
    problem(program(store.li).post("precheck", json.dumps(body)), 422, "invalid")


def test_a_body_that_is_too_large(store):
    problem(program(store.li).post("precheck", {"number": "1" * 70_000}), 413, "too_large")


def test_another_type_of_body_and_another_type_of_answer(store):
    client = Client(headers={"Authorization": f"Bearer {token(store.li)}"})
    problem(client.post("/api/v1/precheck", {"number": make.PHONE}), 415, "unsupported_media_type")
    problem(client.get("/api/v1/registrations", headers={"Accept": "text/html"}), 406, "not_acceptable")


def test_a_method_that_is_not_served(store):
    client = Client(headers={"Authorization": f"Bearer {token(store.li)}"})
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(client, method)("/api/v1/registrations")
        problem(answer, 405, "method_not_allowed")
        assert answer["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "path", ["registrations/BB-250101-9999", "registrations/%00", "registrations/..", "nothing", ""]
)
def test_what_there_is_not(store, path):
    answer = program(store.manager).get(path)
    assert answer.json()["code"] == "not_found"
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_page_that_there_is_not_is_still_a_page(store, signed_in):
    answer = signed_in(store.li).get("/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_the_sentence_comes_in_the_language_that_is_asked_for(store):
    secret = token(store.li)
    said = set()
    for language in ("zh-CN", "en", "fr"):
        client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": language})
        answer = client.post("/api/v1/precheck", {"number": "1"}, content_type="application/json")
        said.add(answer.json()["detail"])
    assert len(said) == 2  # whoever reads neither gets Chinese


def test_what_nobody_expected_tells_nothing_of_the_inside(store, monkeypatch, caplog):
    def break_down(**given):
        raise RuntimeError("secret inside 13912343333")

    monkeypatch.setattr(leads_api.services, "look_first", break_down)
    body = problem(program(store.li).post("precheck", {"number": make.PHONE}), 500, "error")
    assert "secret" not in str(body)
    assert "secret inside" in caplog.text  # for whoever runs the program


def test_a_deadlock_is_worth_another_try(store, monkeypatch):
    class Deadlock(Exception):
        pgcode = "40P01"

    def lock_up(**given):
        raise OperationalError from Deadlock()

    monkeypatch.setattr(notices, "register_lead", lock_up)
    answer = program(store.li).post("registrations", {"number": make.PHONE, "name": "张建国"})
    problem(answer, 503, "busy")
    assert answer["Retry-After"] == "1"
