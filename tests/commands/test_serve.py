"""`serve`: web server and worker live and end together."""

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mailbox import free_port
from tests.servers import BASE, answer, of_test
from tests.test_crash_notices import until
from trail.models import WorkerSign


@pytest.fixture
def program(committed, tmp_path):
    """It, up and answering; its port, and what it says."""
    port, said = free_port(), tmp_path / "said"
    command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"]
    with said.open("wb") as out:
        running = subprocess.Popen(command, cwd=BASE, env=of_test(), start_new_session=True, stderr=out)
    try:
        until(lambda: _answers(port) and WorkerSign.objects.exists(), "it answers, and its worker signed")
        yield running, port, said
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _answers(port):
    try:
        return answer(port, "GET", "/healthz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def _children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _family(pid):
    return [one for child in _children(pid) for one in (child, *_children(child))]


def _gone(pids):
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_told_to_stop_it_stops_both_and_says_nothing(program):
    running, port, said = program
    until(lambda: len(_family(running.pid)) == 4, "web server with two processes of its own, and worker")
    family = _family(running.pid)
    running.terminate()
    assert running.wait(60) == 0
    assert _gone(family)
    assert not _answers(port)
    assert not WorkerSign.objects.exists()
    assert said.read_text() == ""


@pytest.mark.parametrize(("which", "name"), [(0, "web server"), (1, "worker")])
def test_where_one_is_killed_the_other_stops_too_and_it_says_which_it_was(program, which, name):
    running, port, said = program
    family = _children(running.pid)
    os.kill(family[which], signal.SIGKILL)
    assert running.wait(60) == 1
    assert _gone(family)
    assert f"the {name} ended by itself" in said.read_text()
    until(lambda: not _answers(port), "nobody answers any more")
