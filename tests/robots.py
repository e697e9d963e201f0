"""Chat groups for tests: a real server on loopback that keeps what robots posted, and can be told to misbehave.

It answers as the three products do; whether a signature is right is worked out here anew, from what the products publish.
"""

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from people.events import POSTED
from people.models import Robot
from tests import make
from trail.vault import seal

OK = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success"},
}
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=k",
    "dingtalk": "/robot/send?access_token=t",
    "feishu": "/open-apis/bot/v2/hook/h",
}
KINDS = {urlsplit(path).path: kind for kind, path in PATHS.items()}
SECRET = "SEC-of-the-group"
CUT = "cut"  # an answer: take it, then hang up without a word


class Groups:
    """What arrived, in order: (kind, query, body). `answers` are given to the next posts: a body, (status, body), bytes, or CUT."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answers: list[Any] = []
        self.asked = 0
        self.slow = threading.Event()  # set: nothing is held up
        self.slow.set()
        self.meet: threading.Barrier | None = None  # so many that ask at once are answered at once
        self.port = 0

    def texts(self) -> list[str]:
        """What the groups read."""
        return [
            body["content"]["text"] if kind == "feishu" else body["text"]["content"]
            for kind, _query, body in self.posts
        ]

    def answer(self, kind: str, query: dict[str, str], body: dict[str, Any]) -> Any:
        """What is said to this post; what the product would refuse is refused as it does."""
        self.asked += 1
        self.slow.wait(20)
        if self.meet:
            with suppress(threading.BrokenBarrierError):
                self.meet.wait(1)
        if self.answers and (said := self.answers.pop(0)) is not None:
            if said == CUT:
                self.posts.append((kind, query, body))
            return said
        if refusal := refused(kind, query, body):
            return refusal
        self.posts.append((kind, query, body))
        return OK[kind]


def refused(kind: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
    """The signature as each product publishes it, worked out from the secret that it gave."""
    if kind == "dingtalk" and "sign" in query:
        stamp = query["timestamp"]
        right = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
        if len(stamp) != 13 or query["sign"] != b64encode(right).decode():
            return {"errcode": 310000, "errmsg": "sign not match"}
    if kind == "feishu" and "sign" in body:
        stamp = body["timestamp"]
        right = hmac.new(f"{stamp}\n{SECRET}".encode(), digestmod=hashlib.sha256).digest()
        if len(stamp) != 10 or body["sign"] != b64encode(right).decode():
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    text = body["content"]["text"] if kind == "feishu" else body["text"]["content"]
    if kind != "wecom" and "sign" not in {**query, **body} and "报备" not in text:
        return (
            {"errcode": 310000, "errmsg": "keywords not in content"}
            if kind == "dingtalk"
            else {"code": 19024, "msg": "Key Words Not Found"}
        )
    return {"errcode": 40058, "errmsg": "too long"} if kind == "wecom" and len(text.encode()) > 2048 else None


class _Answers(BaseHTTPRequestHandler):
    groups: Groups

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = self.groups.answer(KINDS[parts.path], {k: v[0] for k, v in parse_qs(parts.query).items()}, body)
        if said == CUT:
            self.close_connection = True
            return
        status, said = said if isinstance(said, tuple) else (200, said)
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_said: Any) -> None:
        """Nothing: the tests say what matters."""


@contextmanager
def groups() -> Iterator[Groups]:
    """A server until the block ends; meanwhile it is one that stands in the house."""
    found = Groups()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"groups": found}))
    found.port = server.server_address[1]
    held, settings.GUISHU_HOOKS_INSIDE = settings.GUISHU_HOOKS_INSIDE, frozenset({f"127.0.0.1:{found.port}"})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.slow.set()
        settings.GUISHU_HOOKS_INSIDE = held
        server.shutdown()
        server.server_close()
        thread.join()


def address(found: Groups, kind: str) -> str:
    """Where a robot of this kind posts on that server."""
    return f"http://127.0.0.1:{found.port}{PATHS[kind]}"


def robot(found: Groups, kind: str = "wecom", *, project: Any, secret: str = "", **more: Any) -> Robot:
    """A robot that posts there, whatever robots post unless `wants` says."""
    given = {
        "name": f"{kind}群", "wants": sorted({one for event in POSTED.values() for one in event.for_robots}),
        "changed_at": make.MOMENT, "sealed_address": seal(address(found, kind)),
        "sealed_secret": seal(secret) if secret else None, **more,
    }  # fmt: skip
    return Robot.objects.create(project=project, kind=kind, **given)
