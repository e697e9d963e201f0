"""Where gateways post what they received (D07-7.2). Nobody logs in: a post is the gateway's own by its signature (docs/api.md)."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from leads import vault
from leads.inbound.receiving import Incoming, receive
from leads.inbound.signing import HEADER, verify
from leads.models import InboundMessage, InboundSource
from people.access import PUBLIC, open_to
from people.api.problems import CONTENT_TYPE, problem
from people.api.resource import LARGEST
from trail import clock
from trail.refusals import Refusal

LENGTHS = {"id": 200, "from": 254, "text": 20_000, "subject": 500}  # characters
NEEDED = ("id", "from", "text")
Kind = InboundSource.Kind


@open_to(PUBLIC)
@csrf_exempt
@require_POST
def email_hook(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A mail, as a mail gateway received it."""
    return _answer(request, pk, Kind.EMAIL_HOOK)


@open_to(PUBLIC)
@csrf_exempt
@require_POST
def sms_hook(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """An SMS, as an SMS gateway received it."""
    return _answer(request, pk, Kind.SMS_HOOK)


def _answer(request: HttpRequest, pk: UUID, kind: str) -> JsonResponse:
    """What it came to; the same for a message that came in before. Nothing is kept of what is not signed."""
    try:
        message = _received(request, pk, kind, clock.now())
    except Refusal as refusal:
        body = problem(refusal.status, refusal.code, str(refusal.sentence), field=refusal.field)
        return JsonResponse(body, status=refusal.status, content_type=CONTENT_TYPE)
    return JsonResponse(_told(message))


def _received(request: HttpRequest, pk: UUID, kind: str, at: datetime) -> InboundMessage:
    source = InboundSource.objects.filter(pk=pk, kind=kind, closed_at__isnull=True).select_related("project").first()
    if source is None:
        raise Refusal("not_found", _("没有这个来源，或已经关了"), status=404)
    body = _body(request)
    verify(request.headers.get(HEADER, ""), body, vault.unseal(source.sealed_secret), at)
    return receive(source=source, given=_given(body), at=at)


def _body(request: HttpRequest) -> bytes:
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Refusal("too_large", _("请求正文太大，最多 64 KB"), status=413)
    return body


def _given(body: bytes) -> Incoming:
    """The message in a signed body. Raises Refusal: not_json (400), or what is wrong with a field (422)."""
    try:
        said = json.loads(body.decode())
        json.dumps(said, ensure_ascii=False).encode()  # half of a pair of surrogates, escaped, cannot be told back
    except (ValueError, RecursionError) as error:
        raise Refusal("not_json", _("请求正文不是 JSON"), status=400) from error
    if not isinstance(said, dict):
        raise Refusal("invalid", _("正文要是一个 JSON 对象"))
    unknown = sorted(set(said) - set(LENGTHS) - {"sent_at"})
    if unknown:
        raise Refusal("invalid", _("没有这个字段"), field=unknown[0][:80])
    words = {name: _words(said, name) for name in LENGTHS}
    return Incoming(words["id"], words["from"].lower(), words["text"], _sent_at(said), words["subject"])


def _words(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "" if name not in NEEDED else None)
    if not isinstance(value, str):
        raise Refusal("invalid", _("这一项要是文字"), field=name)
    if len(value) > LENGTHS[name] or "\0" in value:
        raise Refusal("invalid", _("太长，或有不能存的字符"), field=name)
    if name in NEEDED and name != "text" and not value.strip():
        raise Refusal("invalid", _("这一项要填"), field=name)
    return value.strip()


def _sent_at(said: dict[str, Any]) -> datetime | None:
    """The sender's own time, with its offset; it decides nothing (G-35)."""
    value = said.get("sent_at")
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not clock.likely(moment):
        raise Refusal("invalid", _("时间写成 2025-04-28T10:12:00+08:00 这样"), field="sent_at")
    return moment


def _told(message: InboundMessage) -> dict[str, Any]:
    return {
        "id": message.external_id,
        "message": message.pk,
        "received_at": localtime(message.at, message.source.project.zone).isoformat(),
        "state": message.state,
        "registrations": list(message.registrations.in_order().values_list("no", flat=True)),
    }
