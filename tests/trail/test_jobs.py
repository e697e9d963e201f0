"""Background work: in the queue with the act that wants it, tried again, and at set times once."""

from datetime import UTC, datetime, time, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import schedule
from tests import make, racing
from tests.racing import mistakes
from tests.trail import work
from tests.trail.work import did
from trail import clock, jobs
from trail.models import Allowance, Entry, Once, Periodic, WorkerSign
from trail.refusals import Refusal
from trail.worker import Worker

READY, FAILED, SUCCESSFUL = TaskResultStatus.READY, TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL


@pytest.fixture
def only_ticks(monkeypatch):
    """One periodic job, daily at 03:10, and nothing else."""
    monkeypatch.setattr(jobs, "SCHEDULE", {})
    jobs.periodic("tick", work.tick, daily=time(3, 10))
    jobs.declare_schedule(at=make.MOMENT)


@pytest.fixture
def nothing_periodic(monkeypatch):
    """No job at set times: the queue holds what a test puts into it."""
    monkeypatch.setattr(jobs, "SCHEDULE", {})


def no_wait():
    DBTaskResult.objects.filter(status=READY).update(run_after=datetime(2020, 1, 1, tzinfo=UTC))


# the queue


@pytest.mark.django_db
def test_a_job_is_in_the_queue_only_if_its_act_is_committed(nothing_periodic, do_jobs):
    with transaction.atomic():
        work.write.enqueue("lost")
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()
    with transaction.atomic():
        work.write.enqueue("kept")
    do_jobs()
    assert did("kept") == 1
    assert DBTaskResult.objects.get().status == SUCCESSFUL


@pytest.mark.django_db
def test_what_fails_is_tried_again_later_each_time_and_then_given_up(nothing_periodic, do_jobs):
    work.fail.enqueue("王先生 13912345678")
    waits = []
    for _ in range(3):
        no_wait()
        before = clock.now()
        do_jobs()
        row = DBTaskResult.objects.get()
        waits.append((row.run_after - before).total_seconds())
    assert did("fail") == 3
    assert 10 <= waits[0] < 15
    assert 40 <= waits[1] < 45
    assert row.status == FAILED
    assert row.exception_class_path == "builtins.ValueError"
    assert row.traceback.splitlines()[-1].startswith("tests/trail/work.py:")
    assert "13912345678 cannot" not in row.traceback, "what an exception says may name somebody"
    do_jobs()
    assert did("fail") == 3


@pytest.mark.django_db
def test_no_wait_is_longer_than_an_hour(monkeypatch):
    monkeypatch.setattr(jobs, "TRIES", 100)
    work.write.enqueue("x")
    DBTaskResult.objects.update(task_path="trail.gone.job")
    waits = []
    for tried in (4, 6, 99):
        DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["w"] * tried)
        jobs.failed(DBTaskResult.objects.get(), ValueError(), at=make.MOMENT)
        waits.append((DBTaskResult.objects.get().run_after - make.MOMENT).total_seconds())
    assert waits == [640, 3600, 3600]


@pytest.mark.django_db
def test_a_task_whose_job_the_program_no_longer_has_fails_and_the_others_go_on(do_jobs):
    work.write.enqueue("next")
    gone = DBTaskResult.objects.get()
    gone.pk, gone.task_path = uuid4(), "trail.gone.job"
    gone.save(force_insert=True)
    for _ in range(jobs.TRIES):
        no_wait()
        do_jobs()
    gone.refresh_from_db()
    assert gone.status == FAILED
    assert gone.exception_class_path == "builtins.ModuleNotFoundError"
    assert did("next") == 1


@pytest.mark.django_db
def test_an_administrator_tries_again_with_all_tries_or_lets_it_be():
    work.fail.enqueue("x")
    row = DBTaskResult.objects.get()
    DBTaskResult.objects.update(status=FAILED, worker_ids=["a", "b", "c"], finished_at=make.MOMENT)
    jobs.try_again(id_=row.pk, by=7, at=make.MOMENT, project="store")
    row.refresh_from_db()
    assert (row.status, row.worker_ids, row.finished_at) == (READY, [], None)
    with pytest.raises(Refusal):
        jobs.try_again(id_=row.pk, by=7, at=make.MOMENT)
    with pytest.raises(Refusal):
        jobs.drop(id_=row.pk, by=7, at=make.MOMENT)
    DBTaskResult.objects.update(status=FAILED)
    jobs.drop(id_=row.pk, by=7, at=make.MOMENT, project="store")
    assert not DBTaskResult.objects.exists()
    assert list(Entry.objects.filter(actor="7").values_list("action", flat=True)) == ["job.retry", "job.drop"]


# at set times


def test_daily_is_a_local_time_and_the_next_is_later():
    nightly = jobs.Recurring("x", work.tick, None, time(3, 10))
    assert nightly.after(make.at("2025-04-28 03:09")) == make.at("2025-04-28 03:10")
    assert nightly.after(make.at("2025-04-28 03:10")) == make.at("2025-04-29 03:10")
    assert nightly.after(make.at("2025-12-31 23:59")) == make.at("2026-01-01 03:10")


def test_a_job_runs_every_so_often_or_daily_not_both_and_not_neither():
    for times in ({}, {"every": timedelta(hours=1), "daily": time(3)}):
        with pytest.raises(ValueError):
            jobs.periodic("wrong", work.tick, **times)
    assert "wrong" not in jobs.SCHEDULE


@pytest.mark.django_db
def test_what_was_missed_for_three_days_runs_once(only_ticks, do_jobs):
    back = make.at("2025-05-02 09:00")
    with clock.standing_at(back):
        do_jobs()
        do_jobs()
    assert did("tick") == 1
    row = Periodic.objects.get()
    assert (row.last_at, row.next_at) == (back, make.at("2025-05-03 03:10"))


@pytest.mark.django_db
def test_a_job_that_still_waits_from_last_time_is_not_queued_twice(only_ticks):
    jobs.enqueue_due(at=make.at("2025-04-29 03:10"))
    jobs.enqueue_due(at=make.at("2025-04-30 03:10"))
    assert DBTaskResult.objects.count() == 1
    assert Periodic.objects.get().next_at == make.at("2025-05-01 03:10")


@pytest.mark.django_db
def test_the_schedule_follows_the_program(only_ticks, monkeypatch):
    monkeypatch.setattr(jobs, "SCHEDULE", {})
    jobs.periodic("hourly", work.tick, every=timedelta(hours=1))
    jobs.declare_schedule(at=make.MOMENT)
    assert Periodic.objects.get().name == "hourly"
    assert Periodic.objects.get().next_at == make.MOMENT + timedelta(hours=1)
    monkeypatch.setattr(jobs, "SCHEDULE", {})
    jobs.periodic("hourly", work.tick, every=timedelta(minutes=10))  # from now on more often
    jobs.declare_schedule(at=make.MOMENT)
    assert Periodic.objects.get().next_at == make.MOMENT + timedelta(minutes=10)


def at_once(count, do):
    """Do it in so many threads at the same instant."""
    assert mistakes(racing.at_once(*[do] * count)) == []


def test_workers_at_the_same_instant_queue_a_periodic_job_once(committed, only_ticks, monkeypatch):
    due = Periodic.objects.filter  # the look before the claim: all see it due, and only the claim itself can decide
    monkeypatch.setattr(DBTaskResult.objects, "filter", lambda **kw: DBTaskResult.objects.none())
    for day in range(1, 11):
        at = make.at(f"2025-05-{day:02d} 04:00")
        assert due(next_at__lte=at).count() == 1
        at_once(4, lambda at=at: jobs.enqueue_due(at=at))
        assert DBTaskResult.objects.count() == day


def test_workers_at_the_same_instant_do_each_task_once(committed):
    for i in range(40):
        work.write.enqueue(f"n{i}")
    at_once(4, lambda: Worker().run_once())
    assert [did(f"n{i}") for i in range(40)] == [1] * 40


# what there is to do by itself


@pytest.mark.django_db
def test_upkeep_forgets_what_is_over_and_keeps_the_rest(settings):
    now = clock.now()
    for age in (1, 8):
        Once.objects.create(key=uuid4(), actor="1", act="x", at=now - timedelta(days=age))
    for age in (1, 41):
        Allowance.objects.create(key=f"k{age}", since=now - timedelta(days=age), used=1)
    for age, status in ((6, SUCCESSFUL), (8, SUCCESSFUL), (8, FAILED), (91, FAILED)):
        work.write.enqueue(f"{age}{status}")
        DBTaskResult.objects.filter(finished_at=None).update(status=status, finished_at=now - timedelta(days=age))
    from trail.upkeep import clear_sessions, forget_old

    forget_old.call()
    clear_sessions.call()
    assert Once.objects.count() == 1
    assert Allowance.objects.get().key == "k1"
    assert sorted(row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()) == ["6SUCCESSFUL", "8FAILED"]


@pytest.mark.django_db
def test_the_command_does_all_that_is_due_and_stops(do_jobs):
    work.write.enqueue("due")
    call_command("worker", "--once", stdout=StringIO())
    assert did("due") == 1
    assert set(Periodic.objects.values_list("name", flat=True)) == set(jobs.SCHEDULE)
    assert not WorkerSign.objects.exists()


def test_every_periodic_job_has_a_name_in_words():
    schedule.declare()
    assert jobs.SCHEDULE
    assert all(str(rule.job.title) != rule.job.name for rule in jobs.SCHEDULE.values())
