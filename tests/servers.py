"""The real programs in processes of their own, on the test's database: to be killed."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings

from tests.mailbox import free_port

BASE = Path(__file__).parent.parent


def start():
    """The real server on the test's database, up and answering; gives the process and its port."""
    port = free_port()
    server = spawn(port)
    for _ in range(200):
        try:
            if answer(port, "GET", "/login").status == 200:
                return server, port
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def spawn(port, workers=2):
    """The real server, in a process group of its own, perhaps not up yet."""
    env = of_test()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        str(workers),
        "--threads",
        "4",
    ]
    command += ["--preload", "--no-control-socket", "--log-level", "critical"]
    return subprocess.Popen(command, cwd=BASE, env=env, start_new_session=True, stderr=subprocess.DEVNULL)


def of_test():
    """The surroundings of a program that works on the test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = quote(settings.DATABASES["default"]["NAME"])
    more = {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "GUISHU_SECRET_KEY": settings.SECRET_KEY,
        "GUISHU_TEST_SERVER": "1",
    }
    return {**os.environ, **more}


def answer(port, method, path, body=None, headers=None):
    """One request on a connection of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        wire.request(method, path, body, headers or {})
        return wire.getresponse()
    finally:
        wire.close()
