"""飞书: timestamp and signature stand in the body; whom to call stands in the text as a tag, by their open id or user id.

The signature is HMAC-SHA256 over nothing, with `seconds \\n secret` as key: not as 钉钉 does it.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from people.channels.robots.speech import Called, Dialect


def _write(text: str, _called: Sequence[Called], secret: str, at: datetime) -> tuple[dict[str, str], dict[str, Any]]:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(at.timestamp()))
        sign = hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")
        body = {"timestamp": stamp, "sign": b64encode(sign).decode(), **body}
    return {}, body


def _prefix(one: Called) -> str:
    return f'<at user_id="{one.id}">{one.name}</at>' if one.id else one.name


FEISHU = Dialect(
    host="open.feishu.cn", example="https://open.feishu.cn/open-apis/bot/v2/hook/…", most=15_000,
    write=_write, prefix=_prefix, code_at="code", too_fast=frozenset({"11232"}), rest=timedelta(minutes=1),
)  # fmt: skip
