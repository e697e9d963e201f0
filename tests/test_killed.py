"""Web, worker and PostgreSQL are killed (−9) at random moments under load: what was acknowledged is there, whole, and nothing by half."""

import http.client
import random
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing
from subprocess import PIPE
from uuid import uuid4

import dj_database_url
import pytest
from django.conf import settings
from django.db import connection, connections
from django_tasks_db.models import DBTaskResult

from config.backups import programs as postgres
from config.local_postgres import Cluster
from leads.models import Ownership, Phone, Registration
from tests import database, make, programs
from tests.mailbox import free_port
from tests.servers import answer, spawn
from tests.test_crash_notices import Victim, until
from tests.trail import work
from tests.trail.test_workers import worker
from trail import clock, seals
from trail.history import mistakes as rewritten
from trail.jobs import TRIES, try_again
from trail.models import Delivery, Entry, Message, Once, WorkerSign

SENDERS = 3


@pytest.fixture
def own_server(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    """A PostgreSQL of the test's own, which commits as in earnest; the program works on it meanwhile."""
    cluster = Cluster(tmp_path / "pg")
    cluster.start()
    fill(cluster)
    given = dict(connection.settings_dict)
    monkeypatch.setenv("DATABASE_URL", as_role(cluster, settings.APP_ROLE))
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict.update(dj_database_url.parse(as_role(cluster, settings.APP_ROLE)))
        yield cluster
        connections.close_all()
    connection.settings_dict.update(given)
    cluster.stop()
    shutil.rmtree(cluster.root)


def as_role(cluster, role):
    return cluster.url(role, "guishu")


def fill(cluster):
    """The template of the tests, with its owner and the application's role."""
    template, admin = database._owner_url(database.template()), as_role(cluster, "postgres")
    with closing(postgres.connect(admin)) as server, server, server.cursor() as cursor:
        for role in {settings.APP_ROLE, postgres.user_of(template)}:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {role} LOGIN")
    dump = postgres.start(cluster.bin / "pg_dump", template, "--format=custom", stdout=PIPE)
    with dump.stdout:
        postgres.start(cluster.bin / "pg_restore", admin, "--exit-on-error", stdin=dump.stdout).wait()
    assert dump.wait() == 0


class Load:
    """Programs of two salespeople who report the same customers, one after the other; what was not answered is sent again."""

    def __init__(self, port, tokens):
        self.site, self.over, self.acknowledged, self.wrong = f"http://127.0.0.1:{port}", threading.Event(), [], []
        self.threads = [threading.Thread(target=self._report, args=(i, tokens)) for i in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def _report(self, i, tokens):
        for n in range(10_000):
            if self.over.is_set():
                return
            number = f"137{i:04d}{n:04d}"
            for token in tokens:
                self._until_acknowledged(token, {"number": number, "name": "张建国"}, str(uuid4()))
                self.acknowledged.append(number)

    def _until_acknowledged(self, token, report, key):
        """Under one key, so that what was done though its answer was lost is not done twice."""
        while True:
            try:
                said = programs.send(self.site, token, "registrations", report, **{"Idempotency-Key": key})
            except (OSError, http.client.HTTPException, ValueError):
                said = None
            if said and said.status == 201:
                return
            if said and said.status not in (503, 409, 429):
                self.wrong.append(said)
                return
            time.sleep(0.05)

    def goes_on(self):
        seen = len(self.acknowledged)
        until(lambda: len(self.acknowledged) > seen, "something is acknowledged")

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Server:
    """PostgreSQL as something to kill: the postmaster and every process of it."""

    def __init__(self, cluster):
        self.cluster = cluster

    def kill(self):
        for pid in self.cluster.processes():
            subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(pid)], check=False, stderr=subprocess.DEVNULL)
        connections.close_all()

    def start(self):
        self.cluster.start()


def test_kills_at_random_lose_nothing_that_was_acknowledged_and_leave_nothing_by_half(own_server, long):
    chance, port, kills = random.Random(7), free_port(), 100 if long else 10
    store = make.store()
    load = Load(port, [programs.token(here, at=clock.now()) for here in (store.li, store.wang)])
    web = Victim(lambda: spawn(port, workers=1), lambda: 0)
    jobs = Victim(worker, lambda: 0)
    try:
        for n in range(kills):
            load.goes_on()
            work.write.enqueue(str(n))
            kept = seals.seal(at=clock.now())
            time.sleep(chance.random() * 0.3)
            victim = (web, Server(own_server), jobs)[n % 3]
            victim.kill()
            if isinstance(victim, Server):
                not_ready_within_seconds(port)
            victim.start()
        load.goes_on()
        load.stop()
        WorkerSign.objects.exclude(id__contains=f"-{jobs.process.pid}-").delete()  # of those that were killed
        left = DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list(
            "task_path", "status", "run_after", "worker_ids"
        )
        until(lambda: tried_again() and not left.exists(), left)  # read only where it is told which are not done
    finally:
        load.over.set()
        web.kill()
        jobs.kill()
    assert load.wrong == []
    check(load.acknowledged)
    assert {row.action for row in Entry.objects.filter(action__startswith="work.")} == {
        f"work.{n}" for n in range(kills)
    }
    assert not seals.missing(seals.name(kept))


def tried_again():
    """What was killed in the middle is tried again: how long it waits for that, up to an hour, is not waited for here. One that was killed
    in each of its five tries waits for a person, who presses 「再试」.
    """
    DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
    for row in DBTaskResult.objects.failed():
        assert len(row.worker_ids) >= TRIES
        try_again(id_=row.pk, by="tests", at=clock.now())
    return True


def not_ready_within_seconds(port):
    """Whatever watches over it learns within five seconds that the database is gone (G34)."""
    began = time.monotonic()
    while answer(port, "GET", "/readyz").status != 503:
        assert time.monotonic() - began < 5
        time.sleep(0.1)
    assert answer(port, "GET", "/healthz").status == 200


def check(acknowledged):
    """One report for each that was acknowledged, each with all that belongs to it; who was first hears of who was second."""
    numbers, reports = set(acknowledged), Registration.objects.count()
    assert reports == len(acknowledged) == 2 * len(numbers)
    assert {phone.national for phone in Phone.objects.all()} == numbers
    assert Ownership.objects.count() == len(numbers)
    assert Once.objects.filter(status=201).count() == reports
    assert Entry.objects.filter(action="lead.register").count() == reports
    contested = Message.objects.filter(kind="lead.contested")
    assert contested.count() == len(numbers)
    assert {m.pk for m in contested} == set(
        Delivery.objects.filter(message__in=contested).values_list("message", flat=True)
    )
    assert list(rewritten()) == []
