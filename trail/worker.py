"""The worker: runs tasks one after the other, puts periodic jobs into the queue, and lives visibly.

It drives the loop of django-tasks-db and adds what that lacks: retries, set times, steady work, and that what a killed
worker had in hand is begun anew by another. Any number of workers may run at once, on any number of machines.
"""

import gc
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from trail import clock, jobs
from trail.models import WorkerSign
from trail.steady import REST_AT_MOST, Steady

log = logging.getLogger("guishu.worker")
YOUNG = 20_000  # objects made before the youngest are looked through: a batch of an import keeps its thousands until its end


def settle() -> None:
    """Leave what is loaded out of the search for garbage, and search seldom: it took a third of the time of an import."""
    gc.freeze()
    gc.set_threshold(YOUNG)


class Worker(db_worker.Worker):
    """One worker, in one process. Told to stop (SIGTERM, SIGINT), it finishes what it has in hand; told twice, it stops at once."""

    def __init__(self, *, steady: Iterable[Steady] = (), interval: float = 1.0) -> None:
        host = socket.gethostname()[:40]
        super().__init__(
            queue_names=["*"], excluded_queue_names=[], backend_name=DEFAULT_TASK_BACKEND_ALIAS, interval=interval,
            batch=True, max_tasks=1, startup_delay=False, worker_id=f"{host}-{os.getpid()}-{get_random_string(8)}",
        )  # fmt: skip
        self.steady, self.steady_took = list(steady), 0.0  # seconds
        self.running_task = True  # the library stops at once while this is False: only at rest

    def run(self) -> None:
        """Work until told to stop."""
        with signs_of_life(self.worker_id):
            jobs.declare_schedule(at=clock.now())
            troubles = 0
            while self.running:
                try:
                    rest = 0.0 if self.round() else self.interval
                    troubles = 0
                except (DatabaseError, InterfaceError):  # the server restarts, say: it will come back
                    log.exception("no answer from the database")
                    connection.close()
                    troubles += 1
                    rest = min(2.0**troubles, REST_AT_MOST)
                self._rest(rest)
            self._wait()

    def run_once(self) -> None:
        """Do all that is due, and what comes of it, then stop."""
        with signs_of_life(self.worker_id):
            jobs.declare_schedule(at=clock.now())
            while self.running and (self.round() or self._wait()):
                pass
            self._wait()

    def round(self) -> int:
        """What is due now; gives how much was done.

        One task, and more only for as long as the steady work took last time: neither waits for a long queue of the other.
        """
        jobs.put_back_orphans(at=clock.now(), me=self.worker_id)
        done = jobs.enqueue_due(at=clock.now()) + self._do_tasks()
        began = time.monotonic()
        done += sum(steady.do() for steady in self.steady if self.running)
        self.steady_took = time.monotonic() - began
        return done

    def _do_tasks(self) -> int:
        self._run_tasks, before, until = 0, -1, time.monotonic() + self.steady_took
        while self.running and before < self._run_tasks and (not self._run_tasks or time.monotonic() < until):
            before = self._run_tasks
            super().run()
        return self._run_tasks

    def run_task(self, row: DBTaskResult) -> None:
        """Run one task and write down how it ended."""
        self._run_tasks += 1
        given = row.args_kwargs
        try:
            row.task.call(*given["args"], **given["kwargs"])
        except Exception as trouble:
            log.exception("a task failed: %s, try %s", row.task_path, len(row.worker_ids))
            close_old_connections()
            jobs.failed(row, trouble, at=clock.now())
        except BaseException:  # told twice to stop
            jobs.put_back(row, at=clock.now())
            raise
        else:
            close_old_connections()
            jobs.succeeded(row, at=clock.now())

    def _wait(self) -> int:
        """Until what runs beside the rounds has ended; gives how much came of it."""
        return sum(steady.wait() for steady in self.steady)

    def _rest(self, seconds: float) -> None:
        if seconds and self.running:
            self.running_task = False
            time.sleep(seconds)
            self.running_task = True


@contextmanager
def signs_of_life(worker_id: str) -> Iterator[None]:
    """Sign now and every few seconds, from a thread with a connection of its own; take the sign down at the end."""
    started_at, over = clock.now(), threading.Event()

    def sign() -> None:
        sign = WorkerSign(id=worker_id, host=socket.gethostname()[:80], started_at=started_at, seen_at=clock.now())
        WorkerSign.objects.bulk_create([sign], update_conflicts=True, unique_fields=["id"], update_fields=["seen_at"])

    sign()
    thread = threading.Thread(target=_keep_signing, args=(sign, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)
        try:
            WorkerSign.objects.filter(id=worker_id).delete()
        except (DatabaseError, InterfaceError):
            log.warning("the sign of life stays behind: no answer from the database")


def _keep_signing(sign: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(settings.WORKER_SIGNS_EVERY):
        close_old_connections()
        try:
            sign()
        except (DatabaseError, InterfaceError):
            log.warning("no sign of life: no answer from the database")
            connection.close()
    connection.close()
