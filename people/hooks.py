"""Webhooks: what a customer's own programs may hear of, and how it is put to them.

An event is made of a line of the audit log, in the transaction of the act: so it holds what such a line may hold (ids, codes,
times), never a name or a number. Whoever wants to know more asks the API, which answers what they may know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Hook, HookDelivery
from people.outgoing import WORDS
from trail.models import Entry

TRIAL = "webhook.test"


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event. `names`: what the subject of the line is called in what is sent; `page`, `resource`: where it is seen.

    `facts`: what else is told, as name → name in the detail of the line. `when`: it happened only where this detail is there.
    """

    label: Any
    of: tuple[str, ...]
    names: str
    page: str
    resource: str
    facts: Mapping[str, str] = field(default_factory=dict)
    when: str = ""


CASE: dict[str, Any] = {"names": "collision", "page": "/cases/{}", "resource": "/api/v1/collisions/{}"}
VISIT: dict[str, Any] = {"names": "visit", "page": "/visits/{}", "resource": "/api/v1/visits/{}"}
MONTH: dict[str, Any] = {"names": "period", "page": "/period/{}", "resource": "/api/v1/periods/{}"}
EVENTS: dict[str, Event] = {
    "collision.opened": Event(pgettext_lazy("webhook", "撞单立案"), ("collision.open",), **CASE),
    "collision.ruled": Event(_("撞单裁定"), ("collision.rule",), **CASE, facts={"ruling": "ruling", "decision": "kind"}),
    "ruling.superseded": Event(
        _("裁定被新的裁定代替"), ("collision.rule",), **CASE, facts={"ruling": "supersedes", "by": "ruling"}, when="supersedes"
    ),
    "ruling.appealed": Event(
        _("裁定有人申诉"), ("appeal.open",), **CASE, facts={"ruling": "ruling", "appeal": "appeal"}
    ),
    "visit.registered": Event(pgettext_lazy("webhook", "登记了到访"), ("visit.check_in", "visit.enter_whole"), **VISIT),
    "visit.left": Event(_("到访的客户离开"), ("visit.leave", "visit.sweep"), **VISIT),
    "period.closed": Event(pgettext_lazy("webhook", "关账"), ("period.close",), **MONTH),
    "period.reopened": Event(pgettext_lazy("webhook", "重新打开已关的账"), ("period.reopen",), **MONTH),
}  # fmt: skip


def label(kind: str) -> str:
    """What people call it."""
    return str(_("试发") if kind == TRIAL else EVENTS[kind].label)


WHY: dict[str, Any] = {
    "answered": _("对方没有收下：答的不是 2xx"), "off": _("停用了，没有发"), "key": _("存着的密钥解不开：系统的密钥换过。新做一个"),
}  # fmt: skip


def why(code: str) -> str:
    """Why a delivery did not arrive, in words."""
    return str(WHY.get(code) or WORDS.get(code, code))


def announce(*, entry: Entry) -> None:
    """What this line of the audit log means to somebody's program is on its way to it: written in the transaction of the act."""
    kinds = list(_kinds(entry))
    hooks = Hook.objects.filter(project__code=entry.project, on=True, events__overlap=kinds) if kinds else ()
    rows = []
    for kind in kinds if hooks else ():
        event, body = uuid4(), body_of(kind, entry)
        told = [hook for hook in hooks if kind in hook.events]
        rows += [
            HookDelivery(hook=one, event=event, kind=kind, body=body, at=entry.at, due_at=entry.at) for one in told
        ]
    HookDelivery.objects.bulk_create(rows)


def _kinds(entry: Entry) -> Iterator[str]:
    for kind, event in EVENTS.items():
        if entry.action in event.of and (not event.when or entry.detail.get(event.when)):
            yield kind


def body_of(kind: str, entry: Entry) -> dict[str, Any]:
    """An event as it is sent: kind, time, and what it is about."""
    event, number = EVENTS[kind], entry.subject.partition(":")[2]
    data = {
        "project": entry.project, event.names: number, "link": settings.GUISHU_URL + event.page.format(number),
        "resource": settings.GUISHU_URL + event.resource.format(number),
    }  # fmt: skip
    return sent(kind, entry.at, data | {name: entry.detail[key] for name, key in event.facts.items()})


def sent(kind: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope, as Standard Webhooks has it."""
    return {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": dict(data)}
