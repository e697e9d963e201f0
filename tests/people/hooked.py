"""A program of the store's that listens, and what it can tell from what it is sent."""

import base64
import hashlib
import hmac
from typing import Any
from uuid import uuid4

from people.hook_sending import MARK
from people.hooks import EVENTS
from people.models import Hook
from people.services.hooks import make_hook
from tests import make
from tests.listening import Got, Listener
from trail.vault import seal


def hooked(here: Any, heard: Listener, *events: str, name: str = "ERP", when: Any = make.MOMENT) -> tuple[Hook, str]:
    """A webhook to this listener, of these events or of all."""
    address = f"http://{heard.place}/guishu"
    return make_hook(here=here, name=name, address=address, events=events or list(EVENTS), at=when)


def true(got: Got, secret: str) -> bool:
    """Whether this was signed with this secret: computed here anew, by what Standard Webhooks says."""
    given = got.headers
    key = base64.b64decode(secret[len(MARK) :])
    signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + got.body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in given["webhook-signature"].split(" ")


def hook_of(store: Any) -> dict[str, str]:
    """A webhook that never gets out, because its address leads inside, and something that it was sent."""
    given = {
        "name": "ERP",
        "address": "https://127.0.0.1/",
        "events": ["visit.left"],
        "sealed_secret": seal(f"{MARK}AAAA"),
    }
    row = Hook.objects.create(project=store.project, made_by=store.admin.user, made_at=make.MOMENT, **given)
    told = {"kind": "visit.left", "body": {}, "at": make.MOMENT, "due_at": make.MOMENT}
    return {"hook": str(row.pk), "delivery": str(row.deliveries.create(event=uuid4(), **told).pk)}
