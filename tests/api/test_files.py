"""Files of a case and call lists over the API: the same services, bytes in and out."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arbitration.models import Attachment, CaseEvent, Collision
from tests import agencies, make
from tests.arbitration.test_call_files import MOBILE
from tests.evidence_files import covered, photo, submit
from tests.hostile_files import SCRIPT
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LIST = {"issuer": "china_mobile", "own": agencies.ANJU, "customer": make.PHONE}


@pytest.fixture
def case(estate):
    return agencies.reported(estate)


def send(client, case, path, given, **headers):
    return client.post(f"/api/v1/collisions/{case.no}/{path}", given, headers=headers)


def said(client, case, path, **given):
    body = json.dumps(given)
    return client.post(f"/api/v1/collisions/{case.no}/{path}", body, content_type="application/json")


def sent(content=None, name="a.jpg"):
    return SimpleUploadedFile(name, content if content is not None else photo())


def test_a_file_is_brought_once_submitted_and_taken(estate, case):
    client = program(estate.anju).client
    for _again in range(2):
        answer = send(client, case, "files", {"file": sent(), "kind": "message", "says": "短信"}, Idempotency_Key="k1")
        assert (answer.status_code, answer.json()["state"]) == (201, "staged")
    other = send(
        client, case, "files", {"file": sent(photo(5)), "kind": "message", "says": "短信"}, Idempotency_Key="k1"
    )
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    file = Attachment.objects.get()
    assert said(client, case, "files/submit", files=[file.pk]).json()["results"][0]["sight"] == "whole"
    got = client.get(f"/api/v1/collisions/{case.no}/files/{file.pk}/original")
    assert (got.content, got["Content-Type"], got["Cache-Control"]) == (
        photo(), "application/octet-stream", "no-store, private",
    )  # fmt: skip
    again = said(client, case, f"files/{file.pk}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "file_final")


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"file": SCRIPT}, 422, "file_kind"), ({"file": b""}, 422, "file_empty"), ({}, 422, "invalid"),
        ({"file": photo(), "says": ""}, 422, "invalid"), ({"file": photo(), "says": "打 13912343333"}, 422, "says_number"),
        ({"file": bytes(10_200_000)}, 413, "too_large"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_a_problem(estate, case, given, status, code):
    body = {"kind": "message", "says": "短信"} | given
    if "file" in body:
        body["file"] = sent(body["file"])
    answer = send(program(estate.anju).client, case, "files", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_other_side_is_told_that_there_is_one(estate, case):
    file = submit(estate.anju, case)
    client = program(estate.hengxin).client
    (line,) = client.get(f"/api/v1/collisions/{case.no}/files").json()["results"]
    assert (line["sight"], line["says"], line["sha256"], line["copies"]) == ("exists", "", "", [])
    for what in ("copy", "original", "0"):
        assert client.get(f"/api/v1/collisions/{case.no}/files/{file.pk}/{what}").status_code == 404
    copy = covered(estate.anju, file)
    Collision.objects.update(state=Collision.State.RULED)
    (line,) = client.get(f"/api/v1/collisions/{case.no}/files").json()["results"]
    assert (line["sight"], line["copies"]) == ("copy", [copy.pk])
    assert client.get(f"/api/v1/collisions/{case.no}/files/{copy.pk}/copy").content == photo(99)


def test_whoever_rules_covers_a_part(estate, case):
    file = submit(estate.anju, case)
    client = program(estate.manager).client
    box = {"page": 1, "left": 0, "top": 0, "width": 0.5, "height": 1}
    assert said(client, case, f"files/{file.pk}/cover", boxes=[box | {"page": 2}]).json()["code"] == "boxes_wrong"
    answer = said(client, case, f"files/{file.pk}/cover", boxes=[box])
    assert (answer.status_code, len(answer.json()["copies"])) == (201, 1)


def test_calls_are_said_or_read_out_of_a_file(estate, case):
    client = program(estate.anju).client
    call = {"call_at": "2025-03-09T10:20:00+08:00", "outgoing": True}
    assert len(said(client, case, "calls", **LIST, calls=[call]).json()["events"]) == 1
    looked = send(client, case, "calls/file", LIST | {"file": sent(MOBILE.encode("gbk"), "a.csv")}).json()
    assert ([line["why"] for line in looked["lines"]], looked["others"]) == (["", ""], 1)
    kept = said(client, case, "calls/keep", parcel=looked["parcel"], rows=[5])
    assert (kept.status_code, CaseEvent.objects.filter(type="call_list").count()) == (201, 2)
