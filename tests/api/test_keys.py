"""Idempotency-Key: sent three times at once it is done once, and a key that was in use when a process died is free again."""

import threading
import time

import pytest
from django.db import connection, transaction

from leads.models import Registration
from people.api.throttles import LIMITS
from tests import database, make
from tests.programs import at_once, program, send, token
from trail import once
from trail.models import Once
from trail.once import Answer, answered_once
from trail.refusals import Refusal

REPORT = {"number": make.PHONE, "name": "张建国", "honorific": "先生"}


@pytest.fixture
def li(store, at_noon):
    return program(store.li)


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_same_request_with_the_same_key_is_done_once_and_answered_alike(self, li):
        first, second = li.post("registrations", REPORT, "k1"), li.post("registrations", REPORT, "k1")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first["Location"] == second["Location"] == f"/api/v1/registrations/{first.json()['no']}"
        assert "Idempotent-Replay" not in first
        assert second["Idempotent-Replay"] == "true"
        assert Registration.objects.count() == 1

    def test_without_a_key_or_with_another_one_it_is_done_again(self, li):
        for key in (None, None, "k1", "k2"):
            assert li.post("registrations", REPORT, key).status_code == 201
        assert Registration.objects.count() == 4

    def test_blanks_in_the_body_are_no_other_request(self, li):
        li.post("registrations", '{"number": "13912343333", "name": "张建国"}', "k1")
        again = li.post("registrations", '{"name":"张建国","number":"13912343333"}', "k1")
        assert again["Idempotent-Replay"] == "true"

    @pytest.mark.parametrize(("path", "body"), [("registrations", REPORT | {"name": "张"}), ("precheck", REPORT)])
    def test_the_same_key_for_something_else_is_refused(self, li, path, body):
        li.post("registrations", REPORT, "k1")
        answer = li.post(path, body, "k1")
        assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
        assert Registration.objects.count() == 1

    def test_what_was_refused_may_be_sent_again_better(self, li):
        assert li.post("registrations", REPORT | {"number": "1"}, "k1").status_code == 422
        assert li.post("registrations", REPORT, "k1").status_code == 201

    def test_somebody_elses_key_is_another_key(self, store, li):
        first = li.post("registrations", REPORT, "k1").json()
        second = program(store.wang).post("registrations", REPORT, "k1").json()
        assert first["no"] != second["no"]
        assert second["by"]["name"] == "王芳"

    @pytest.mark.parametrize(("key", "status"), [("x" * 255, 201), ("x" * 256, 400), ("", 400), ("张 / \" 'k", 201)])
    def test_a_key_is_any_text_of_up_to_255_characters(self, li, key, status):
        assert li.post("registrations", REPORT, key).status_code == status

    def test_neither_key_nor_body_nor_answer_can_be_read_in_a_dump(self, li):
        li.post("registrations", REPORT, make.PHONE)
        kept = str(list(Once.objects.values())) + "".join(bytes(row.sealed).hex() for row in Once.objects.all())
        for told in (make.PHONE, make.PHONE.encode().hex(), "张建国", "张建国".encode().hex()):
            assert told not in kept


def test_the_same_post_three_times_at_once_has_one_effect_and_three_equal_answers(site):
    store = make.store()
    secret = token(store.li, at=make.LONG_AGO, days=None)
    for i in range(5):
        body = REPORT | {"number": f"1391000000{i}"}
        answers = at_once(3, lambda _i: send(site, secret, "registrations", body, **{"Idempotency-Key": f"key {i}"}))  # noqa: B023
        assert [a.status for a in answers] == [201] * 3
        assert answers[0].body == answers[1].body == answers[2].body
        assert sorted(a.headers.get("Idempotent-Replay", "") for a in answers) == ["", "true", "true"]
        assert Registration.objects.count() == i + 1


def test_without_the_key_the_same_three_posts_have_three_effects(site):
    """What the key is for."""
    store = make.store()
    secret = token(store.li, at=make.LONG_AGO, days=None)
    at_once(3, lambda _i: send(site, secret, "registrations", REPORT))
    assert Registration.objects.count() == 3


def held_open(key, inside, leave):
    """A request that has its key and does not come to an end; says under which process of the server it runs."""

    def act():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            inside.append(cursor.fetchone()[0])
        leave.wait(30)
        return Answer(200, {"by": "the first"})

    try:
        answered_once(key=key, by="token:1", act="x", asked="same", at=make.MOMENT, do=act)
    except Exception:  # its connection was cut
        inside.append("cut")
    finally:
        connection.close()


def start(key):
    inside, leave = [], threading.Event()
    thread = threading.Thread(target=held_open, args=(key, inside, leave))
    thread.start()
    while not inside:
        time.sleep(0.01)
    return thread, inside, leave


def ask(key):
    try:
        return answered_once(
            key=key, by="token:1", act="x", asked="same", at=make.MOMENT, do=lambda: Answer(200, {"by": "the second"})
        )
    finally:
        connection.close()


def test_a_key_whose_process_died_in_the_middle_can_be_used_again(committed):
    thread, inside, leave = start("stuck")
    with database._server() as server:
        server.execute("SELECT pg_terminate_backend(%s)", [inside[0]])
    leave.set()
    thread.join()
    assert inside[-1] == "cut"
    assert not Once.objects.exists()
    assert ask("stuck") == (Answer(200, {"by": "the second"}), True)


def test_a_second_request_waits_for_the_first(committed):
    thread, _inside, leave = start("k")
    threading.Timer(0.3, leave.set).start()
    assert ask("k") == (Answer(200, {"by": "the first"}), False)
    thread.join()


def test_who_waits_too_long_is_told_to_come_back(committed, monkeypatch):
    monkeypatch.setattr(once, "PATIENCE", "200ms")
    thread, _inside, leave = start("k")
    with pytest.raises(Refusal) as busy:
        ask("k")
    assert (busy.value.code, busy.value.status, busy.value.retry_after) == ("key_busy", 409, 1)
    leave.set()
    thread.join()
    assert ask("k")[0].body == {"by": "the first"}


def test_waiting_for_a_key_sets_no_limit_to_the_act_itself(committed):
    with transaction.atomic(), connection.cursor() as cursor:
        once._patiently(key="0a0b0c0d-0000-4000-8000-000000000004", by=1, act="x", at=make.MOMENT, body=b"")
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"


def test_every_post_of_the_api_takes_a_key():
    from tests.test_access import patterns

    views = [p.callback.cls for p in patterns() if p.name.startswith("api_") and hasattr(p.callback, "cls")]
    posts = [view.post for view in views if hasattr(view, "post")]
    assert len(posts) >= 3
    assert all(getattr(post, "keyed", False) for post in posts)
    assert set(LIMITS) >= {view.bucket for view in views} - {""}
