"""Numbers for Prometheus: what waits and who works on it, for whoever knows the token and nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from arbitration.models import Collision
from people.upkeep import seal_history
from tests import make
from tests.outages import away
from trail import clock
from trail.models import Delivery, WorkerSign

TOKEN = "of-the-metrics"


@pytest.fixture(autouse=True)
def installed(settings):
    settings.GUISHU_METRICS_TOKEN = TOKEN


def numbers():
    """Each number by its name with labels, as Prometheus reads them."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", "host": "10.0.0.7:8001"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    described = {line.split(" ")[2] for line in lines if line.startswith("# TYPE")}
    assert {name.partition("{")[0] for name in values} == described
    return {name: float(value) for name, value in values.items()}


@pytest.mark.parametrize("said", ["", TOKEN, "Bearer ", "Bearer other"])
def test_without_the_token_there_is_no_such_page(said):
    """No `django_db`: nobody without it makes the database be asked."""
    assert Client().get("/metrics", headers={"Authorization": said}).status_code == 404


def test_no_token_set_lets_nobody_in(settings):
    settings.GUISHU_METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_an_empty_program_has_nothing_waiting():
    said = numbers()
    assert said.pop("guishu_database_up") == 1
    assert set(said.values()) == {0}


@pytest.mark.django_db
def test_what_waits_is_counted_with_the_age_of_the_oldest(store):
    now = clock.now()
    seal_history.enqueue()
    DBTaskResult.objects.update(enqueued_at=now - timedelta(seconds=90))
    WorkerSign.objects.create(id="alive", host="h", started_at=now, seen_at=now)
    WorkerSign.objects.create(id="silent", host="h", started_at=now, seen_at=now - timedelta(minutes=1))
    make.registered(store.li, now - timedelta(hours=2))
    make.registered(store.wang, now - timedelta(hours=1))
    due = Delivery.objects.filter(due_at__lte=now, state="waiting")
    said = numbers()
    assert said["guishu_jobs_waiting"] == DBTaskResult.objects.ready().count() >= 1
    assert 90 <= said["guishu_jobs_oldest_seconds"] < 120
    assert said["guishu_workers"] == 1
    assert said["guishu_outbox_waiting" + '{way="letters"}'] == due.count() >= 1
    assert 3600 <= said['guishu_outbox_oldest_seconds{way="letters"}'] < 7300
    assert said["guishu_cases_open"] == Collision.objects.unruled().count()


def test_while_the_database_is_away_it_says_so_and_nothing_else(committed):
    with away():
        assert numbers() == {"guishu_database_up": 0}
    assert numbers()["guishu_database_up"] == 1
