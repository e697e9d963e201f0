"""Programs that call the API for somebody of the cast: by a token of theirs, in the test's own process or over a socket."""

import http.client
import json
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.test import Client

from people.services.tokens import make_token
from tests import make, racing
from tests.racing import refused_or


def token(here: Any, *scopes: str, days: int | None = 90, at: Any = make.MOMENT) -> str:
    """A token of this person, with all of their rights unless some are named."""
    return make_token(here=here, name="CRM", scopes=scopes or here.rights, days=days, at=at)[1]


class Program:
    """A client that sends JSON with a token."""

    def __init__(self, secret: str, **headers: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}", **headers})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any, key: str | None = None) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def program(here: Any, *scopes: str, **headers: str) -> Program:
    """A program of this person's."""
    return Program(token(here, *scopes), **headers)


class Answer(NamedTuple):
    """What came back over a socket."""

    status: int
    body: Any
    headers: dict[str, str]


def send(site: str, secret: str, path: str, body: Any, **headers: str) -> Answer:
    """One POST over HTTP, on a connection of its own."""
    place = urlsplit(site)
    wire = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    given = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", **headers}
    try:
        wire.request("POST", f"/api/v1/{path}", json.dumps(body), given)
        response = wire.getresponse()
        return Answer(response.status, json.loads(response.read()), dict(response.getheaders()))
    finally:
        wire.close()


def at_once(count: int, do: Any) -> list[Any]:
    """`do(i)` in so many threads at the same instant; what each gave."""
    return refused_or(racing.at_once(*(partial(do, i) for i in range(count))))
