"""Files that prove an accusation: brought by who reported, seen by who handles it and by nobody else."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arbitration.uploads import JPEG, Safe
from penalties import services
from penalties.models import AccusationFile, AccusationFileContent
from tests import make
from tests.evidence_files import photo
from tests.hostile_files import SCRIPT
from tests.programs import token
from tests.sanctions import established, report, with_file
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NOW = make.MOMENT


@pytest.fixture
def made(store):
    """李强 reported 王芳."""
    return services.file_accusation(here=store.li, report=report(store.wang), at=NOW)


def bring(store, made, colour=0, at=NOW, here=None):
    content = photo(colour)
    file = services.Brought(content, Safe(JPEG, [content]))
    return services.add_evidence(here=here or store.li, accusation=made, text="聊天记录", at=at, file=file)


def refused(code, act, *given, **more):
    with pytest.raises(Refusal) as found:
        act(*given, **more)
    assert found.value.code == code, found.value.sentence


def sent(content=None, name="王芳.jpg"):
    return SimpleUploadedFile(name, content if content is not None else photo())


# ── on the page ──


def test_who_reported_brings_a_picture_and_who_handles_it_looks_at_it(store, made, signed_in):
    li, url = signed_in(store.li), f"/accusations/{made.no}"
    assert li.post(f"{url}/evidence", {"text": "聊天记录", "file": sent()}).status_code == 302
    file = AccusationFile.objects.get()
    assert (file.name, file.media_type, file.size) == (f"{made.no}-3.jpg", JPEG, len(photo()))
    boss = signed_in(store.manager)
    assert f"{url}/evidence/3" in boss.get(url).content.decode()
    assert f"{url}/evidence/3/0" in boss.get(f"{url}/evidence/3").content.decode()
    page = boss.get(f"{url}/evidence/3/0")
    assert (page["Content-Type"], page["Cache-Control"], page["X-Content-Type-Options"]) == (
        JPEG, "no-store, private", "nosniff",
    )  # fmt: skip
    original = boss.get(f"{url}/evidence/3/original")
    assert (original.content, "attachment" in original["Content-Disposition"]) == (photo(), True)
    assert "王芳" not in original["Content-Disposition"]
    assert boss.get(f"{url}/evidence/3/7").status_code == boss.get(f"{url}/evidence/3/x").status_code == 404
    assert boss.get(f"{url}/evidence/2").status_code == 404  # words without a file


def test_what_is_no_picture_is_refused_and_the_words_stay(store, made, signed_in):
    url = f"/accusations/{made.no}/evidence"
    for content in (SCRIPT, b"", b"\xff\xd8\xff nothing"):
        answer = signed_in(store.li).post(url, {"text": "聊天记录", "file": sent(content)})
        assert answer.status_code == 422, content
        assert "聊天记录" in answer.content.decode()
    assert not AccusationFile.objects.exists()
    assert made.steps.count() == 2


def test_evidence_needs_no_file(store, made, signed_in):
    assert signed_in(store.li).post(f"/accusations/{made.no}/evidence", {"text": "有人看见"}).status_code == 302
    assert not AccusationFile.objects.exists()


# ── who sees it, and what stays of that ──


def test_nobody_else_gets_a_byte_of_it(store, estate, made, signed_in):
    bring(store, made)
    for here in (store.wang, store.zhao, store.finance, estate.manager):
        for end in ("", "/0", "/file", "/original"):
            assert signed_in(here).get(f"/accusations/{made.no}/evidence/3{end}").status_code == 404
        given = {"here": here, "accusation": made, "number": 3, "what": "original", "at": NOW}
        assert services.open_evidence(**given) is None


def test_a_manager_who_is_accused_sees_nothing_of_it(store, signed_in):
    made = services.file_accusation(here=store.li, report=report(store.manager), at=NOW)
    bring(store, made)
    assert signed_in(store.manager).get(f"/accusations/{made.no}/evidence/3/original").status_code == 404
    assert signed_in(store.general).get(f"/accusations/{made.no}/evidence/3/original").status_code == 200


def test_it_lies_sealed_and_opening_it_is_on_record_but_not_who_reported(store, made):
    bring(store, made)
    content = AccusationFileContent.objects.get()
    assert photo() not in bytes(content.original) + bytes(content.shown)
    for here, what in ((store.li, "original"), (store.manager, "0"), (store.manager, "0"), (store.manager, "file")):
        opened = services.open_evidence(here=here, accusation=made, number=3, what=what, at=NOW)
        assert opened.content == photo()
    lines = Entry.objects.filter(action__in=("accusation.read", "accusation.download"))
    assert sorted((line.actor, line.action) for line in lines) == [
        (str(store.manager.user.pk), "accusation.download"), (str(store.manager.user.pk), "accusation.read"),
    ]  # fmt: skip


# ── when, and how many ──


def test_it_comes_within_seven_days_by_who_reported_and_before_there_is_a_finding(store, made):
    assert bring(store, made, 1, at=NOW + timedelta(days=7)).file.size == len(photo(1))
    late = NOW + timedelta(days=7, seconds=1)
    refused("evidence_late", bring, store, made, 2, at=late)
    refused("evidence_late", services.take_in, here=store.li, accusation=made, content=photo(2), at=late)
    refused("not_yours", services.take_in, here=store.manager, accusation=made, content=photo(2), at=NOW)
    closed = established(store, store.li, store.wang)
    refused("accusation_closed", bring, store, closed, 2)


def test_the_same_file_twice_is_refused_and_so_is_one_too_many(store, made, monkeypatch):
    bring(store, made)
    refused("file_twice", bring, store, made)
    monkeypatch.setattr("penalties.services.proving.MOST_FILES", 1)
    refused("files_enough", bring, store, made, 1)
    assert (AccusationFile.objects.count(), made.steps.count()) == (1, 3)


# ── over the API ──


def test_a_program_brings_a_file_once_and_takes_it(store, made):
    li = Client(headers={"Authorization": f"Bearer {token(store.li)}"})
    path = f"/api/v1/accusations/{made.no}/evidence"
    for _again in range(2):
        answer = li.post(path, {"text": "聊天记录", "file": sent()}, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 200, answer.json()
    words, shown = answer.json()["evidence"]
    assert (words["file"], shown["file"]["size"]) == (None, len(photo()))
    assert li.post(path, {"text": "另有录音"}, content_type="application/json").status_code == 200
    boss = Client(headers={"Authorization": f"Bearer {token(store.manager)}"})
    assert boss.get(f"{path}/3/original").content == photo()
    assert boss.get(f"{path}/3/copy")["Content-Type"] == "application/octet-stream"
    assert boss.get(f"{path}/3/0").status_code == boss.get(f"{path}/2/original").status_code == 404
    assert boss.post(path, {"text": "聊天记录", "file": sent(photo(3))}).json()["code"] == "not_yours"
    wang = Client(headers={"Authorization": f"Bearer {token(store.wang)}"})
    assert wang.get(f"{path}/3/original").status_code == 404
    assert wang.post(path, {"text": "x"}, content_type="application/json").status_code == 404


def test_a_longer_list_of_evidence_asks_the_database_no_more_often(store, made, signed_in):
    li, url = signed_in(store.li), f"/accusations/{made.no}"
    with_file(made)
    asked = []
    for colour in (0, 1, 2):
        if colour:
            bring(store, made, colour)
        with CaptureQueriesContext(connection) as queries:
            assert li.get(url).status_code == 200
        asked.append(len(queries))
    assert len(set(asked)) == 1
