"""Programs of several salespeople that report the same customers at the same time through the front door, and send again what failed."""

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


class Receipt(NamedTuple):
    """A registration that was acknowledged: when, by whom, for whom, under which number; and how often it had been sent."""

    at: float
    person: int
    number: str
    no: str
    sent: int


class Load:
    """A thread for each person. The two of a pair report the same numbers in the same order, so each is contested."""

    def __init__(self, port, tokens):
        self.port, self.over = port, threading.Event()
        self.receipts, self.wrong, self.answers = [], [], Counter()
        self.trust = ssl._create_unverified_context()  # a certificate of the test's own
        self.threads = [
            threading.Thread(target=self._report, args=(i, token), daemon=True) for i, token in enumerate(tokens)
        ]
        for thread in self.threads:
            thread.start()

    def _report(self, person, token):
        for n in range(10_000):
            if self.over.is_set() or self.wrong:
                return
            self._until_acknowledged(person, token, f"137{person // 2:04d}{n:04d}")

    def _until_acknowledged(self, person, token, number):
        """Under one key, so that what was done though its answer was lost is not done twice."""
        key = str(uuid4())
        for sent in range(1, 1000):
            said, body, wait = self._send(token, number, key)
            self.answers[said] += 1
            if said == 201:
                self.receipts.append(Receipt(time.monotonic(), person, number, body["no"], sent))
                return
            if not (said in UNSAID or (said in SAID and wait)):
                self.wrong.append((said, body))
                return
            time.sleep(min(wait or 0.2, 1.0))

    def _send(self, token, number, key):
        """Status, body and how long to wait; no status where the answer was lost."""
        headers = {
            "Host": HOST, "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key,
        }  # fmt: skip
        with closing(http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.trust)) as wire:
            try:
                wire.request("POST", "/api/v1/registrations", json.dumps({"number": number, "name": "张建国"}), headers)
                answer = wire.getresponse()
                text, wait = answer.read(), float(answer.getheader("Retry-After") or 0)
            except (OSError, http.client.HTTPException):
                return None, None, 0.0
        return answer.status, _read(text), wait

    def stop(self):
        """Let each finish what it has under way: everything that was begun is acknowledged."""
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in self.threads)


def _read(text):
    try:
        return json.loads(text)
    except ValueError:
        return text[:200]
