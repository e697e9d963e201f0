"""The two commands: what they say when something is in the way. Running them whole is what CI does."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.local_postgres import Cluster

BASE = Path(__file__).parent.parent.parent


def guishu(*args, **env):
    return subprocess.run(
        ["./guishu", *args],
        cwd=BASE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **env},
    )


def test_an_unknown_word_gets_the_usage_and_exit_2():
    said = guishu("dance")
    assert said.returncode == 2
    for command in (
        "demo",
        "start",
        "worker [--demo]",
        "manage [--demo] COMMAND",
        "backup",
        "restore",
        "test [ARGS]",
        "stop",
    ):
        assert f"./guishu {command}" in said.stdout


def test_no_word_gets_the_usage_too():
    assert guishu().stdout == guishu("dance").stdout


@pytest.mark.parametrize("port", ["abc", "80 80", "-1", "123456", "8000;ls"])
def test_a_port_that_is_no_number_is_a_sentence(port):
    said = guishu("start", PORT=port)
    assert said.returncode == 1
    assert said.stderr.startswith("guishu: PORT is a number")


@pytest.mark.parametrize("command", ["worker", "manage"])
def test_the_demos_own_database_and_another_cannot_both_be_meant(command):
    said = guishu(command, "--demo", "check")
    assert said.returncode == 1
    assert "DATABASE_URL names another" in said.stderr


def test_a_server_that_does_not_answer_is_a_sentence():
    said = guishu("worker", "--once", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert said.returncode == 1
    assert "no answer from the database" in said.stderr


@pytest.fixture
def own_clusters(tmp_path):
    """A checkout of its own, so that its servers are nobody else's. The script goes to its own folder, so it is copied."""
    for name in ("config", ".venv"):
        (tmp_path / name).symlink_to(BASE / name)
    shutil.copy(BASE / "guishu", tmp_path / "guishu")
    return tmp_path


def test_stop_stops_the_servers_of_start_and_of_demo(own_clusters):
    clusters = [Cluster(own_clusters / ".local" / name, fast=True) for name in ("postgres", "demo")]
    try:
        for cluster in clusters:
            cluster.start()
        assert subprocess.run(["./guishu", "stop"], cwd=own_clusters, check=False).returncode == 0
        assert [cluster.answers() for cluster in clusters] == [False, False]
    finally:
        for cluster in clusters:
            cluster.stop()
            shutil.rmtree(cluster.root)


@pytest.fixture
def cluster_in_memory(own_clusters):
    """The cluster of `./guishu test` in that checkout, up, in memory."""
    where = 'echo "/dev/shm/guishu-test-$(id -u)-$(pwd | cksum | cut -d " " -f 1)"'
    place = subprocess.run(
        ["sh", "-c", where], cwd=own_clusters, capture_output=True, text=True, check=True
    ).stdout.strip()
    cluster = Cluster(Path(place), fast=True)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.root, ignore_errors=True)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="memory is no folder here")
def test_stop_finds_the_cluster_in_memory_when_memory_has_run_short(own_clusters, cluster_in_memory):
    full = own_clusters / "full" / "df"
    full.parent.mkdir()
    full.write_text("#!/bin/sh\necho head\necho tmpfs 100 99 1 99% /dev/shm\n")
    full.chmod(0o755)
    path = f"{full.parent}:{os.environ['PATH']}"
    said = subprocess.run(["./guishu", "stop"], cwd=own_clusters, env={**os.environ, "PATH": path}, check=False)
    assert said.returncode == 0
    assert not cluster_in_memory.answers()
    assert not cluster_in_memory.root.exists()


def test_stop_where_nothing_was_started_leaves_nothing_behind(own_clusters):
    said = subprocess.run(["./guishu", "stop"], cwd=own_clusters, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert not (own_clusters / ".local").exists()


@pytest.mark.parametrize("command", ["demo", "start"])
def test_a_taken_port_is_a_sentence_that_names_the_way_out(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = guishu(command, PORT=port)
    assert said.returncode == 1
    assert f"port {port} is taken" in said.stderr
    assert f"PORT=8010 ./guishu {command}" in said.stderr


def test_it_runs_from_anywhere():
    said = subprocess.run([str(BASE / "guishu")], cwd="/", capture_output=True, text=True, check=False)
    assert said.returncode == 2


def test_ctrl_c_in_the_middle_of_a_command_is_no_fault():
    as_at_a_terminal = "import os, signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); "
    interrupt = as_at_a_terminal + "os.kill(os.getpid(), signal.SIGINT); time.sleep(5)"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", interrupt]
    said = subprocess.run(command, cwd=BASE, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stderr) == (130, "")


def test_django_has_nothing_to_say_against_production():
    """G25: `check --deploy`, every warning a failure."""
    env = {**os.environ, "GUISHU_ENV": "production", "DJANGO_SETTINGS_MODULE": "config.settings"}
    env |= {"GUISHU_SECRET_KEY": "".join(chr(33 + n) for n in range(60))}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # of the tests
    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    said = subprocess.run(check, cwd=BASE, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


def test_ci_runs_the_test_command_and_nothing_else():
    run = BASE / ".ci" / "run"
    assert run.read_text().split() == ["#!/bin/sh", "exec", "./guishu", "test"]
    assert run.stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-audit.txt"])
def test_the_lock_files_are_hashed_and_name_no_host(name):
    text = (BASE / name).read_text()
    assert "http" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
