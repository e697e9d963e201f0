"""企业微信: the key in the address is all there is; whom to call stands beside the text, by their userid."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from people.channels.robots.speech import Called, Dialect


def _write(text: str, called: Sequence[Called], _secret: str, _at: datetime) -> tuple[dict[str, str], dict[str, Any]]:
    said: dict[str, Any] = {"content": text}
    if ids := [one.id for one in called if one.id]:
        said["mentioned_list"] = ids
    return {}, {"msgtype": "text", "text": said}


def _prefix(one: Called) -> str:
    return "" if one.id else one.name  # the product writes whom it calls behind the text


WECOM = Dialect(
    host="qyapi.weixin.qq.com", example="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…", most=2048,
    write=_write, prefix=_prefix, code_at="errcode", too_fast=frozenset({"45009"}), rest=timedelta(minutes=1),
)  # fmt: skip
