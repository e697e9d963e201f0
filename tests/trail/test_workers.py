"""Workers: what one that dies had in hand is begun anew, steady work that fails stops nobody, and it outlives trouble."""

import signal
import subprocess
import sys
import time as clockwork
from datetime import timedelta

import pytest
from django.db import OperationalError
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.servers import BASE, of_test
from tests.trail import work
from tests.trail.work import did
from trail import clock, jobs
from trail.models import WorkerSign
from trail.steady import Steady
from trail.worker import Worker

READY, FAILED, SUCCESSFUL = TaskResultStatus.READY, TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL


def worker(*args):
    """A real worker, in a process of its own, on the test's database."""
    env = of_test() | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", *args], cwd=BASE, env=env, stderr=subprocess.DEVNULL
    )


def until(true):
    for _ in range(400):
        if true():
            return
        clockwork.sleep(0.05)
    raise AssertionError("it did not happen")


def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(committed, settings):
    work.slow.enqueue(60)
    killed = worker()
    until(lambda: did("begin") == 1)
    killed.kill()
    killed.wait()
    DBTaskResult.objects.update(args_kwargs={"args": [0], "kwargs": {}})
    Worker().run_once()
    assert did("end") == 0, "its sign is fresh: it may live"
    settings.WORKER_SILENT_AFTER = 1
    until(lambda: WorkerSign.objects.filter(seen_at__lte=clock.now() - timedelta(seconds=1)).exists())
    Worker().run_once()
    assert did("end") == 1
    row = DBTaskResult.objects.get()
    assert row.status == SUCCESSFUL
    assert len(row.worker_ids) == 2


def test_told_to_stop_it_finishes_what_it_has_in_hand_and_takes_its_sign_down(committed):
    work.slow.enqueue(1.5)
    work.write.enqueue("next")
    running = worker()
    until(lambda: did("begin") == 1)
    assert WorkerSign.objects.count() == 1
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=20) == 0
    assert (did("end"), did("next")) == (1, 0)
    assert not WorkerSign.objects.exists()


def test_told_twice_it_stops_at_once_and_the_task_waits_for_the_next(committed):
    work.slow.enqueue(60)
    running = worker()
    until(lambda: did("begin") == 1)
    running.send_signal(signal.SIGTERM)
    clockwork.sleep(0.3)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=20) == 1
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == (READY, jobs.LOST)
    assert not WorkerSign.objects.exists()


@pytest.mark.django_db
def test_a_task_that_kills_every_worker_is_given_up():
    work.write.enqueue("x")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["gone"] * jobs.TRIES)
    jobs.put_back_orphans(at=clock.now())
    assert DBTaskResult.objects.get().status == FAILED


@pytest.mark.django_db
def test_who_was_thought_dead_does_not_write_over_who_took_over():
    work.write.enqueue("x")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["first"])
    firsts = DBTaskResult.objects.get()
    DBTaskResult.objects.update(worker_ids=["first", "second"])
    jobs.failed(firsts, ValueError(), at=clock.now())
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


@pytest.mark.django_db
def test_a_worker_takes_up_again_what_it_could_not_settle(do_jobs):
    """The database was away just when the task ended: the worker lives, so nobody else would put it back."""
    work.write.enqueue("x")
    mine = Worker()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=[mine.worker_id])
    mine.run_once()
    assert did("x") == 1


# steady work


@pytest.mark.django_db
def test_steady_work_that_fails_rests_and_stops_nobody(do_jobs):
    did_well, tried = [], []

    def well(*, at):
        did_well.append(at)
        return 1 if len(did_well) < 3 else 0

    def badly(*, at):
        tried.append(at)
        raise ValueError

    Worker(steady=[Steady(badly), Steady(well)]).run_once()
    assert len(did_well) == 3
    assert len(tried) == 1, "it rests for two seconds first"


def test_steady_work_that_takes_long_keeps_no_queue_waiting(do_jobs, db):
    worker_ = Worker()
    for n in range(4):
        work.write.enqueue(str(n))
    worker_.round()
    assert sum(map(did, range(4))) == 1, "steady work comes next"
    worker_.steady_took = 60.0
    worker_.round()
    assert sum(map(did, range(4))) == 4


def test_a_rest_grows_to_a_minute_and_ends_with_success(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("trail.steady.time.monotonic", lambda: now[0])
    bad = [True]

    def work_(*, at):
        if bad[0]:
            raise ValueError
        return 1

    steady, rests = Steady(work_), []
    for _ in range(8):
        steady.do()
        rests.append(steady.not_before - now[0])
        now[0] = steady.not_before
    assert rests == [2, 4, 8, 16, 32, 60, 60, 60]
    bad[0] = False
    assert steady.do() == 1
    assert steady.troubles == 0


@pytest.mark.django_db
def test_a_worker_outlives_a_database_that_goes_away(monkeypatch):
    rounds, tired = [], Worker(interval=0)

    def round_():
        rounds.append(1)
        if len(rounds) == 1:
            raise OperationalError("server closed the connection")
        tired.running = False
        return 1

    monkeypatch.setattr(tired, "round", round_)
    monkeypatch.setattr("trail.worker.connection.close", lambda: None)
    monkeypatch.setattr("trail.worker.time.sleep", lambda seconds: rounds.append(seconds))
    tired.run()
    assert rounds == [1, 2.0, 1]
