"""Web server and worker as `./guishu start` runs them, on the database of this process, in processes of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.db import connection

from config.backups.programs import on
from config.bench.scene import Say
from config.management.commands.serve import GUNICORN

PATIENCE = 120  # seconds until it answers, and until it has stopped


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@contextmanager
def web(say: Say) -> Iterator[int]:
    """The web server alone, answering; gives its port. Raises RuntimeError with what it said."""
    say("starting the web server")
    with _answering("gunicorn", *GUNICORN, "--bind") as (port, _first):
        yield port


@contextmanager
def program(say: Say) -> Iterator[tuple[int, int]]:
    """The same with its worker, as `./guishu start` runs them; gives the id of its first process, too."""
    say("starting web server and worker")
    with _answering("manage", "serve", "--bind") as found:
        yield found


@contextmanager
def _answering(*started: str) -> Iterator[tuple[int, int]]:
    _collect()
    port = free_port()
    with running(*started, f"127.0.0.1:{port}") as (process, said):
        _wait(process, said, port)
        yield port, process.pid


@cache
def _collect() -> None:
    """Styles and scripts, once in a run, with the settings of the server."""
    with running("manage", "collectstatic", "--noinput", "-v0") as (process, _said):
        process.wait(PATIENCE)


@contextmanager
def running(module: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """A program of Python's until the end of the block; then it is told to stop, and waited for."""
    url = on(settings.APP_URL, connection.settings_dict["NAME"])
    env = os.environ | {"DATABASE_URL": url, "GUISHU_ENV": "development"}  # plain http, on loopback
    with TemporaryFile() as said:
        command = [sys.executable, "-m", module, *arguments]
        process = subprocess.Popen(  # noqa: S603
            command, cwd=settings.BASE_DIR, env=env, stderr=said, stdout=said, start_new_session=True
        )
        try:
            yield process, said
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: "subprocess.Popen[bytes]", said: IO[bytes], port: int) -> None:
    last = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < last:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as wire:
                wire.request("GET", "/healthz")
                if wire.getresponse().status == 200:
                    return
        except (OSError, HTTPException):
            time.sleep(0.1)
    said.seek(0)
    raise RuntimeError(f"the web server did not come up: {said.read()[-2000:].decode(errors='replace')}")
