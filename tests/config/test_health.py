"""What watches over the program asks two addresses: whether it is up, and whether people may be sent to it."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from config import health
from leads.models import Phone
from people.upkeep import seal_history
from tests import make
from tests.outages import away, read_only
from trail import clock
from trail.models import Periodic, WorkerSign

ALL_WELL = {"database": "ok", "migrations": "ok", "keys": "ok", "clock": "ok", "worker": "ok", "disk": "ok"}


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch):
    """No answer of an earlier test counts."""
    monkeypatch.setattr(health, "READINESS", health.Readiness())
    monkeypatch.setattr(health, "KEPT", 0.0)


def ready():
    answer = Client().get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    said = answer.json()
    assert (answer.status_code, said["ready"]) in {(200, True), (503, False)}
    return said["checks"]


def test_alive_says_that_the_process_answers_and_asks_no_database():
    """No `django_db`: a question to the database would fail this test; nor does a cookie or a strange host make it ask."""
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_probe_by_plain_http_is_answered_in_production_too(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/healthz").status_code == 200


def test_away_or_not_to_be_written_it_says_so_within_seconds_and_comes_back(committed):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    assert ready() == ALL_WELL
    with away():
        began = time.monotonic()
        assert ready() == dict.fromkeys(ALL_WELL, "unknown") | {"database": "away", "disk": "ok"}
        assert time.monotonic() - began < 2 * health.PATIENCE
    assert ready() == ALL_WELL
    with read_only():
        assert ready() == ALL_WELL | {"database": "read_only"}
    assert ready() == ALL_WELL


def test_each_check_has_its_own_word(committed, settings, monkeypatch):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    with monkeypatch.context() as patch:
        known = health._migrations()
        patch.setattr(health, "_migrations", lambda: [*known, ("leads", "9999_to_come")])
        assert ready() == ALL_WELL | {"migrations": "missing"}
    with monkeypatch.context() as patch:
        patch.setattr(health, "FREE_LEAST", 2**62)
        assert ready() == ALL_WELL | {"disk": "full"}
    with monkeypatch.context() as patch:
        real = time.time
        patch.setattr(health.time, "time", lambda: real() + 3600)
        assert ready() == ALL_WELL | {"clock": "off"}
    ours = settings.INDEX_KEYS
    settings.INDEX_KEYS = ("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",)
    assert ready() == ALL_WELL | {"keys": "wrong"}
    settings.INDEX_KEYS, settings.PHONE_KEYS = ours, settings.INDEX_KEYS
    assert ready() == ALL_WELL | {"keys": "wrong"}
    Phone.objects.all().delete()
    assert ready() == ALL_WELL, "nothing is there that would not fit"


def test_a_silent_worker_counts_once_work_waits_a_minute(committed):
    now, late = clock.now(), timedelta(seconds=61)
    seal_history.enqueue()
    assert ready() == ALL_WELL, "it was given just now"
    DBTaskResult.objects.update(enqueued_at=now - late)
    assert ready() == ALL_WELL | {"worker": "silent"}
    sign = WorkerSign.objects.create(id="w", host="h", started_at=now - late, seen_at=now)
    assert ready() == ALL_WELL, "a worker is at it"
    sign.delete()
    DBTaskResult.objects.all().delete()
    Periodic.objects.create(name="seal_history", next_at=now - late)
    assert ready() == ALL_WELL | {"worker": "silent"}


def test_however_many_ask_the_database_is_asked_once(monkeypatch):
    asked = []
    monkeypatch.setattr(health, "KEPT", 60.0)
    monkeypatch.setattr(health, "_database", lambda: asked.append(1) or {"database": "ok"})
    for _ in range(5):
        health.READINESS.checks()
    assert asked == [1]
