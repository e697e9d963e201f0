"""Robots of chat groups (群机器人): each product is spoken to and signs its own way. `people/robots/` says what, when and to which.

An answer with HTTP 200 is no success yet: all three say in the body what came of it.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag

from people import outgoing
from people.channels.robots.dingtalk import DINGTALK
from people.channels.robots.feishu import FEISHU
from people.channels.robots.speech import Called, Dialect, Line
from people.channels.robots.wecom import WECOM
from people.models import Robot
from trail.vault import unseal

__all__ = ["Called", "Line", "NotPosted", "dialect", "post"]
DIALECTS = {Robot.Kind.WECOM: WECOM, Robot.Kind.DINGTALK: DINGTALK, Robot.Kind.FEISHU: FEISHU}
KEYWORDS = (
    "归属：报备 · 撞单"  # under what a robot without a secret says: its group lets in only what holds its keyword
)
TOO_FAST = 429


class NotPosted(Exception):
    """The group did not get it. `code` says why: the product's own number, or one of `people.outgoing.NotReached`.

    `wait`: the group said too fast, and wants to be left alone for so long.
    """

    def __init__(self, code: str, *, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


def dialect(kind: str) -> Dialect:
    """How robots of this kind are spoken to."""
    return DIALECTS[Robot.Kind(kind)]


def post(robot: Robot, line: Line, *, at: datetime) -> None:
    """Let a robot say this. Raises NotPosted. `at` goes into the signature: products take it for an hour."""
    speech, (to, secret) = dialect(robot.kind), _secrets(robot)
    query, body = speech.write(text(speech, line, keywords=not secret), line.called, secret, at)
    try:
        answer = outgoing.post(
            _with(to, query), body=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"}, only=[speech.host],
        )  # fmt: skip
    except outgoing.NotReached as trouble:
        raise NotPosted(trouble.code) from trouble
    _judge(speech, answer)


def _secrets(robot: Robot) -> tuple[str, str]:
    try:
        return unseal(robot.sealed_address), unseal(robot.sealed_secret) if robot.sealed_secret else ""
    except InvalidTag as wrong:
        raise NotPosted("key") from wrong


def text(speech: Dialect, line: Line, *, keywords: bool) -> str:
    """The sentence with those it concerns before it and the link behind it; cut where it is too long for the product."""
    before = "".join(f"{said} " for said in map(speech.prefix, line.called) if said)
    behind = "\n".join(["", line.link, *([KEYWORDS] if keywords else [])])
    room = speech.most - len((before + behind).encode())
    sentence = plain(line.sentence).encode()
    if len(sentence) > room:
        sentence = sentence[: max(room - 3, 0)].decode(errors="ignore").encode() + "…".encode()
    return before + sentence.decode() + behind


def plain(said: str) -> str:
    """Without what a product would take for a command, such as calling everybody: it may have come from a title."""
    return " ".join(said.split()).translate(str.maketrans("<>@", "＜＞＠"))


def _with(address: str, query: dict[str, str]) -> str:
    """The address with more in its query; the values are encoded already."""
    if not query:
        return address
    more = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{address}{'&' if urlsplit(address).query else '?'}{more}"


def _judge(speech: Dialect, answer: outgoing.Answer) -> None:
    if answer.status == TOO_FAST:
        raise NotPosted("too_fast", wait=speech.rest)
    said = _read(answer.body)
    code = str(said.get(speech.code_at, "")) if said else ""
    if code in speech.too_fast or (code and "too many" in str(said.get("msg", "")).lower()):
        raise NotPosted(code, wait=speech.rest)
    if not answer.taken:
        raise NotPosted(code if code not in ("", "0") else f"http_{answer.status}")
    if code != "0":
        raise NotPosted(code or "answer")


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:  # no JSON, or no text
        return {}
    return said if isinstance(said, dict) else {}
