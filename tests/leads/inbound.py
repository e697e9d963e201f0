"""Short ways for tests of what comes in: a gateway, a signed post, a mailbox that is read."""

import json
from typing import Any

from django.test import Client

from leads.inbound import sources
from leads.inbound.signing import HEADER, signature
from leads.models import InboundSource
from people.workplace import Workplace
from tests import make
from tests.mailbox_server import PASSWORD, USER

TEXT = "安居公司，王先生，139****3333"


def gateway(here: Workplace, kind: str = "email_hook", name: str = "邮件网关") -> tuple[InboundSource, str]:
    """A gateway of this project, and its secret."""
    return sources.open_gateway(here=here, kind=kind, name=name, at=make.MOMENT)


def mail(**more: Any) -> dict[str, Any]:
    """What a gateway says of a mail."""
    return {"id": "m-1", "from": "gao@anju.example", "text": TEXT, "sent_at": "2025-04-28T13:59:00+08:00", **more}


def post(
    source: InboundSource, secret: str, said: Any, *, seconds: int | None = None, header: str | None = None
) -> Any:
    """The answer to a post, signed now unless told otherwise. `said` as bytes goes as it is."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signed = signature(secret, body, int(make.MOMENT.timestamp()) if seconds is None else seconds)
    kind = "sms" if source.kind == InboundSource.Kind.SMS_HOOK else "email"
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{kind}/{source.pk}",
        body,
        content_type="application/json",
        headers={HEADER: signed if header is None else header},
    )


def mailbox(here: Workplace, port: int, **more: Any) -> InboundSource:
    """A mailbox of this project."""
    given = {"name": "报备邮箱", "host": "127.0.0.1", "tls": False, "username": USER, "password": PASSWORD, **more}
    return sources.open_mailbox(here=here, given=sources.Mailbox(port=port, **given), at=make.MOMENT)
