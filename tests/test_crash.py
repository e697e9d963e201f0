"""The program is killed in the middle of its work: what it had acknowledged is there, whole; nothing is there by half."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.test import Client

from leads.models import NotebookEntry, Ownership, Registration
from tests import make
from tests.mailbox import free_port
from tests.test_races import TOKEN
from trail.history import mistakes as rewritten
from trail.models import Entry

BASE = Path(__file__).parent.parent
SENDERS = 4


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
    url = urlsplit(os.environ["DATABASE_URL"])
    name = quote(settings.DATABASES["default"]["NAME"])
    env = {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "GUISHU_SECRET_KEY": settings.SECRET_KEY,
    }
    env |= {"GUISHU_TEST_SERVER": "1"}
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
    command += ["--no-control-socket", "--log-level", "critical"]
    return subprocess.Popen(command, cwd=BASE, env=env, start_new_session=True, stderr=subprocess.DEVNULL)


def answer(port, method, path, body=None, headers=None):
    """One request on a connection of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        wire.request(method, path, body, headers or {})
        return wire.getresponse()
    finally:
        wire.close()


def send(port, cookie, first, acknowledged):
    """Register one customer after another until the server is gone."""
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    for i in range(10_000):
        number = f"{first}{i:05d}"
        try:
            if answer(port, "POST", "/register", urlencode({"text": f"张建国先生 {number}"}), headers).status == 302:
                acknowledged.append(number)
        except (OSError, http.client.HTTPException):
            return


def test_after_a_kill_everything_acknowledged_is_there_and_nothing_by_half(committed, long):
    store = make.store()
    client = Client()
    client.force_login(store.li.user)
    cookie = client.cookies["sessionid"].value
    for run in range(20 if long else 2):
        server, port = start()
        acknowledged: list[str] = []
        senders = [
            threading.Thread(target=send, args=(port, cookie, f"13{run % 10}{i}00", acknowledged))
            for i in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        for _ in range(600):
            if acknowledged:
                break
            time.sleep(0.05)
        time.sleep(0.5 + run * 0.037)  # another point of the work each time
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        for sender in senders:
            sender.join()
        assert acknowledged, "nothing was acknowledged: the run proves nothing"
        check(acknowledged)


def check(acknowledged):
    for number in acknowledged:
        make.customer(number)
    reports = Registration.objects.count()
    assert reports >= len(acknowledged)
    assert Ownership.objects.count() == reports
    assert NotebookEntry.objects.count() == reports
    assert Entry.objects.filter(action="lead.register").count() == reports
    assert list(rewritten()) == []
