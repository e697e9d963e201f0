"""The signature of a post: `X-Guishu-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" under the secret>`."""

import hashlib
import hmac
import re
from datetime import datetime

from django.utils.translation import gettext as _

from trail.refusals import Refusal

HEADER = "X-Guishu-Signature"
FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
CLOCKS_DIFFER = 300  # seconds, either way


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The header's value for a body sent at this time."""
    return f"t={seconds},v1={_digest(secret, str(seconds), body)}"


def verify(header: str, body: bytes, secret: str, at: datetime) -> None:
    """Raises Refusal (401): unsigned, signature_wrong, or signature_late for what was signed more than five minutes away."""
    found = FORM.fullmatch(header.strip())
    if not found:
        raise Refusal("unsigned", _("没有签名，或写法不对：X-Guishu-Signature: t=…,v1=…"), status=401)
    seconds, given = found.groups()
    if not hmac.compare_digest(_digest(secret, seconds, body), given):
        raise Refusal("signature_wrong", _("签名对不上。核对密钥，按原样的正文算"), status=401)
    if abs(at.timestamp() - int(seconds)) > CLOCKS_DIFFER:
        raise Refusal("signature_late", _("签名的时间和这里差了 5 分钟以上。对一下时钟再发"), status=401)


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
