"""Web and worker are killed in a burst of registrations: every notice is in the inbox once, and in the mailbox at least once."""

import http.client
import os
import random
import re
import signal
import threading
import time
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import Client

from leads.models import Registration
from people.events import NOT_MAILED
from people.models import NoticeSettings
from tests import make
from tests.mailbox import connected, free_port, mail_server
from tests.servers import answer, spawn
from tests.test_races import TOKEN
from tests.trail.test_workers import worker
from trail import clock
from trail.models import Delivery, Message

PAIRS, KILLS = 3, 10
LINK = re.compile(r"/inbox/(\d+)")


def person(store, username):
    """Somebody with a mailbox who wants everything at once, also at night."""
    here = make.person(username, "同事", "salesperson", store.project)
    here.user.email = f"{username}@example.com"
    here.user.save()
    NoticeSettings.objects.create(user=here.user, quiet_from=None, quiet_until=None)
    return here


def headers_of(here):
    client = Client()
    client.force_login(here.user)
    return {
        "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip


class Burst:
    """Pairs who register the same customers, one after the other, until told to stop; what was not answered is sent again."""

    def __init__(self, port, pairs):
        self.port, self.over = port, threading.Event()
        self.contested = [0] * len(pairs)  # acknowledged, for each owner
        self.threads = [threading.Thread(target=self._register, args=(i, *pair)) for i, pair in enumerate(pairs)]
        for thread in self.threads:
            thread.start()

    def _register(self, i, owner, other):
        for n in range(10_000):
            if self.over.is_set():
                return
            number = f"137{i:04d}{n:04d}"
            for headers in (owner, other):
                self._until_acknowledged(headers, urlencode({"text": f"张建国先生 {number}", "key": uuid4()}))
            self.contested[i] += 1

    def _until_acknowledged(self, headers, body):
        while True:
            try:
                if answer(self.port, "POST", "/register", body, headers).status == 302:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Victim:
    """A process that is killed and started anew. `done()` counts what it has done since the beginning of time."""

    def __init__(self, spawn, done):
        self.spawn, self.done = spawn, done
        self.start()

    def start(self):
        self.before, self.process = self.done(), self.spawn()

    def has_worked(self):
        until(lambda: self.done() > self.before, "it works")

    def kill(self):
        leads = os.getpgid(self.process.pid) == self.process.pid
        os.killpg(self.process.pid, signal.SIGKILL) if leads else self.process.kill()
        self.process.wait()


def until(true, what):
    for _ in range(1200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: it did not happen")


def waiting():
    return Delivery.objects.filter(state=Delivery.State.WAITING).count()


def empty_the_outbox():
    """On a machine that is busy the burst writes more of them, so what counts is that they go out, one after the other."""
    while left := waiting():
        until(lambda: waiting() < left, f"{left} messages wait, and the next is sent")


def test_ten_kills_in_a_burst_lose_no_notice_and_double_none(committed):
    store, chance = make.store(), random.Random(4)
    pairs = [(person(store, f"owner{i}"), person(store, f"other{i}")) for i in range(PAIRS)]
    with mail_server() as box:
        connected(box, clock.now())
        box.thinks = 0.05  # most kills of the worker then come between sending and noting
        port = free_port()
        burst = Burst(port, [(headers_of(owner), headers_of(other)) for owner, other in pairs])
        web = Victim(lambda: spawn(port, workers=1), lambda: sum(burst.contested))
        post = Victim(worker, lambda: len(box.mails))
        try:
            for n in range(KILLS):
                victim = (web, post)[n % 2]
                victim.has_worked()
                time.sleep(chance.random() * 0.3)  # another point of the work each time
                victim.kill()
                victim.start()
            burst.stop()
            empty_the_outbox()
        finally:
            burst.over.set()
            web.kill()
            post.kill()
    check(burst, pairs, box)


def check(burst, pairs, box):
    """Who was asked, what was answered, what stands in the inboxes and what arrived must be one story."""
    owners, everybody = [owner for owner, _other in pairs], [str(one.user.pk) for pair in pairs for one in pair]
    asked = [Message.objects.filter(to=str(owner.user.pk), kind="lead.contested") for owner in owners]
    assert [told.count() for told in asked] == burst.contested
    assert [told.values("link").distinct().count() for told in asked] == burst.contested
    assert Registration.objects.count() == 2 * sum(burst.contested)
    kept = [(m.to, m.kind, m.link) for m in Message.objects.filter(to__in=everybody)]
    assert len(kept) == len(set(kept))
    sent = Delivery.objects.filter(to__in=everybody, channel="email")
    mailed = Message.objects.filter(to__in=everybody).exclude(kind__in=NOT_MAILED)
    assert set(sent.values_list("state", flat=True)) == {"sent"}
    assert sent.count() == mailed.count()
    for to in {to for to, _kind, _link in kept}:
        arrived = [
            int(pk) for i, mail in enumerate(box.mails) if mail["To"] == address(to) for pk in LINK.findall(box.text(i))
        ]
        assert list(dict.fromkeys(arrived)) == list(mailed.filter(to=to).order_by("pk").values_list("pk", flat=True))
    connection.close()


def address(to):
    from people.models import User

    return User.objects.get(pk=to).email
