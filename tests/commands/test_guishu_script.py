"""The two commands: what they say when something is in the way. Running them whole is what CI does."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

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
    assert "./guishu demo" in said.stdout


def test_a_taken_port_is_a_sentence_that_names_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = guishu("demo", PORT=port)
    assert said.returncode == 1
    assert f"port {port} is taken" in said.stderr
    assert "PORT=8010 ./guishu demo" in said.stderr


def test_it_runs_from_anywhere():
    said = subprocess.run([str(BASE / "guishu")], cwd="/", capture_output=True, text=True, check=False)
    assert said.returncode == 2


def test_ctrl_c_in_the_middle_of_a_command_is_no_fault():
    interrupt = "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", interrupt]
    said = subprocess.run(command, cwd=BASE, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stderr) == (130, "")


def test_ci_runs_the_test_command_and_nothing_else():
    run = BASE / ".ci" / "run"
    assert run.read_text().split() == ["#!/bin/sh", "exec", "./guishu", "test"]
    assert run.stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_files_are_hashed_and_name_no_host(name):
    text = (BASE / name).read_text()
    assert "http" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
