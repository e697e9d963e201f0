"""Programs of several salespeople that report the same customers at the same time, and bring files, through the front door; they send
again what failed.
"""

import http.client
import json
import ssl
import threading
import time
from collections import Counter
from contextlib import closing
from typing import NamedTuple
from uuid import uuid4

from tests.deploy.machines import HOST

UNSAID = {None, 502, 504}  # the answer was lost, or nginx had none to pass on
SAID = {409, 429, 503}  # each of these says how long to wait
JSON, FILE = "application/json", "application/octet-stream"
ROWS = 20  # of a file


class Receipt(NamedTuple):
    """A registration that was acknowledged: when, by whom, for whom, under which number; and how often it had been sent."""

    at: float
    person: int
    number: str
    no: str
    sent: int


class Door:
    """The front door, to which everything is sent again that was lost or put off; what else went wrong is kept."""

    def __init__(self, port):
        self.port, self.over, self.wrong, self.answers = port, threading.Event(), [], Counter()
        self.trust = ssl._create_unverified_context()  # a certificate of the test's own
        self.threads = []

    def begin(self, work, *given):
        """Do this beside everything else."""
        self.threads.append(threading.Thread(target=work, args=given, daemon=True))
        self.threads[-1].start()

    def goes_on(self):
        """Whether whoever works is to begin something new."""
        return not (self.over.is_set() or self.wrong)

    def until_done(self, token, method, path, body=b"", kind=JSON):
        """What came back, and how often it was sent: under one key, so that it is not done twice. None where it went wrong."""
        key = str(uuid4())
        for sent in range(1, 1000):
            said, told, wait = self._send(token, method, path, body, kind, key)
            self.answers[said] += 1
            if said in (200, 201):
                return told, sent
            if not (said in UNSAID or (said in SAID and wait)):
                break
            time.sleep(min(wait or 0.2, 1.0))
        self.wrong.append((said, told, path))
        return None

    def _send(self, token, method, path, body, kind, key):
        """Status, body and how long to wait; no status where the answer was lost."""
        headers = {"Host": HOST, "Authorization": f"Bearer {token}", "Content-Type": kind, "Idempotency-Key": key}
        with closing(http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.trust)) as wire:
            try:
                wire.request(method, f"/api/v1/{path}", body, headers)
                answer = wire.getresponse()
                text, wait = answer.read(), float(answer.getheader("Retry-After") or 0)
            except (OSError, http.client.HTTPException):
                return None, None, 0.0
        return answer.status, _read(text), wait

    def stop(self):
        """Let each finish what it has under way: everything that was begun is acknowledged."""
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in self.threads)


class Load(Door):
    """A thread for each person. The two of a pair report the same numbers in the same order, so each is contested."""

    def __init__(self, port, tokens):
        super().__init__(port)
        self.receipts = []
        for i, token in enumerate(tokens):
            self.begin(self._report, i, token)

    def _report(self, person, token):
        for n in range(10_000):
            if not self.goes_on():
                return
            number = f"137{person // 2:04d}{n:04d}"
            report = json.dumps({"number": number, "name": "张建国"}).encode()
            if done := self.until_done(token, "POST", "registrations", report):
                told, sent = done
                self.receipts.append(Receipt(time.monotonic(), person, number, told["no"], sent))


class Files(Door):
    """Somebody who brings one small file after the other; a worker tries each, and imports it once it was told to."""

    def __init__(self, port, token):
        super().__init__(port)
        self.begun = {}  # the numbers of each run
        self.begin(self._bring, token)

    def _bring(self, token):
        for n in range(10_000):
            if not self.goes_on():
                return
            numbers = [f"136{n:04d}{i:04d}" for i in range(ROWS)]
            file = "姓名,手机号\n" + "".join(f"张建国,{number}\n" for number in numbers)
            if done := self.until_done(token, "POST", f"imports?kind=leads&name={n}.csv", file.encode(), FILE):
                self._begin(token, done[0]["no"], numbers)

    def _begin(self, token, no, numbers):
        """Once a worker has tried it: in the queue again, whatever happens to database and workers meanwhile."""
        while (done := self.until_done(token, "GET", f"imports/{no}")) and done[0]["state"] == "trying":
            time.sleep(1)
        if done and self.until_done(token, "POST", f"imports/{no}/begin"):
            self.begun[no] = numbers


def _read(text):
    try:
        return json.loads(text)
    except ValueError:
        return text[:200]
