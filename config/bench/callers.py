"""Programs and browsers that ask over HTTP: one after another, or many at once."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

CLIENTS = 8
IDLE = 1.0  # seconds after which a connection is opened anew: the server lets go of it after two
NONE: Mapping[str, str] = {}
SECRET = "b" * 32  # of the form: a browser sends it as a cookie and beside it
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": SECRET}


class Caller:
    """One client with a connection that it keeps; `seconds` of each of its requests."""

    def __init__(self, port: int) -> None:
        self._wire = HTTPConnection("127.0.0.1", port, timeout=120)
        self._last = 0.0
        self.seconds: list[float] = []

    def __del__(self) -> None:
        self._wire.close()

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str], status: int) -> bytes:
        """The answer. Raises RuntimeError where it is not the one that was to come: nothing of such a run counts."""
        start = time.perf_counter()
        if start - self._last > IDLE:
            self._wire.close()  # it opens again with the next request
        self._wire.request(method, path, body and body.encode(), headers)
        response = self._wire.getresponse()
        content = response.read()
        self._last = time.perf_counter()
        self.seconds.append(self._last - start)
        self.answered(f"{method} {path}", response.status, status, content)
        return content

    def answered(self, asked: str, status: int, expected: int, content: bytes) -> None:
        """What becomes of an answer that was not to come."""
        if status != expected:
            said = content[:300].decode(errors="replace")
            raise RuntimeError(f"{asked}: {status} instead of {expected}: {said}")


class Program(Caller):
    """One that sends JSON, by a token of one person after another's."""

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        super().__init__(port)
        self._tokens, self._next = tokens, 0

    def post(self, path: str, given: Any, status: int) -> Any:
        """A POST under a key of its own."""
        token = self._tokens[self._next % len(self._tokens)]
        self._next += 1
        headers = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4()),
        }  # fmt: skip
        return json.loads(self.ask("POST", f"/api/v1/{path}", json.dumps(given), headers, status))


class Browser(Caller):
    """One that shows pages, in a session."""

    def __init__(self, port: int, session: str) -> None:
        super().__init__(port)
        self._cookies = {"Cookie": f"sessionid={session}; csrftoken={SECRET}"}

    def get(self, path: str, status: int = 200, headers: Mapping[str, str] = NONE) -> bytes:
        """A page."""
        return self.ask("GET", path, None, self._cookies | dict(headers), status)

    def post(self, path: str, given: Mapping[str, str], status: int = 200, headers: Mapping[str, str] = NONE) -> bytes:
        """A form that is sent."""
        return self.ask("POST", path, urlencode(given), self._cookies | FORM | dict(headers), status)


def at_once(acts: Sequence[Callable[[], Any]]) -> float:
    """Do all of these in threads that begin together; gives the seconds until the last is done. Raises what one of them raised."""
    trouble: list[BaseException] = []
    barrier = Barrier(len(acts) + 1)

    def one(act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            act()
        except BaseException as wrong:
            trouble.append(wrong)

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    return time.perf_counter() - start


def dealt(things: Sequence[Any], hands: int) -> Iterator[Sequence[Any]]:
    """The things, shared among so many."""
    return (things[i::hands] for i in range(hands))
