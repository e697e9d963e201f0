"""钉钉: 加签 stands in the query; whom to call stands in the text and beside it, by their userid.

The signature is HMAC-SHA256 with the secret as key over `milliseconds \\n secret`.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from people.channels.robots.speech import Called, Dialect


def _write(text: str, called: Sequence[Called], secret: str, at: datetime) -> tuple[dict[str, str], dict[str, Any]]:
    body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    if ids := [one.id for one in called if one.id]:
        body["at"] = {"atUserIds": ids, "isAtAll": False}
    if not secret:
        return {}, body
    stamp = str(int(at.timestamp() * 1000))
    sign = b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")).decode()
    return {"timestamp": stamp, "sign": quote(sign, safe="")}, body


def _prefix(one: Called) -> str:
    return f"@{one.id}" if one.id else one.name


DINGTALK = Dialect(
    host="oapi.dingtalk.com", example="https://oapi.dingtalk.com/robot/send?access_token=…", most=15_000,
    write=_write, prefix=_prefix, code_at="errcode", too_fast=frozenset({"130101", "410100", "90030"}),
    rest=timedelta(minutes=10),
)  # fmt: skip
