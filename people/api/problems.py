"""Every refusal as `application/problem+json` (RFC 9457): one handler for the API, and for what Django itself refuses."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from trail.refusals import Refusal
from trail.services import refused

CONTENT_TYPE = "application/problem+json"
BUSY = {"40001", "40P01", "55P03"}  # serialization_failure, deadlock_detected, lock_not_available: nothing was written
READ_ONLY = "25006"  # read_only_sql_transaction: a standby, or set so
AWAY_SENTENCE = gettext_lazy("暂时连不上数据库，什么都没写进去。过一会儿再发，带同一个 Idempotency-Key")
log = logging.getLogger("django.request")


def away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached, or takes nothing: whatever was under way is undone."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "pgcode", "") == READ_ONLY
    return isinstance(error, OperationalError | InterfaceError)


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body. `type` is about:blank: `code` says which refusal it is, `title` is the phrase of the status."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    return body | {name: value for name, value in more.items() if value}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raised into a problem; what nobody expected is logged, and its inside is not told."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        error = Refusal("not_authenticated", _("带上令牌再发：Authorization: Bearer gs_…"), status=401)
    if isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") in BUSY:
        error = Refusal("busy", _("别的请求正在改同一件事，过一会儿再试"), status=503, retry_after=1)
    elif away(error):
        error = Refusal("unavailable", AWAY_SENTENCE, status=503, retry_after=5)
    if isinstance(error, Refusal):
        refused(error)
        return _refused(error, context)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, exceptions.APIException):
        return _api(error, context)
    log.error("The API failed: %s", context["request"].resolver_match.route, exc_info=error)
    return _response(problem(500, "error", _("出错了，已经记下。过一会儿再试，带同一个 Idempotency-Key")))


def _response(body: dict[str, Any], **headers: str) -> Response:
    return Response(body, status=body["status"], content_type=CONTENT_TYPE, headers=headers)


def _refused(refusal: Refusal, context: dict[str, Any]) -> Response:
    """A refusal as services raise it; the field goes by the name that it has in the request."""
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="guishu"'
    field = getattr(context["view"], "renamed", {}).get(refusal.field, refusal.field)
    return _response(problem(refusal.status, refusal.code, str(refusal.sentence), field=field), **headers)


def _invalid(error: exceptions.ValidationError) -> Response:
    """What is wrong with the body, field by field."""
    errors = list(_flat(error.get_full_details()))
    fields = {e["field"] for e in errors}
    field = fields.pop() if len(fields) == 1 else ""
    return _response(problem(422, "invalid", errors[0]["detail"], field=field, errors=errors))


def _flat(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """{"name": [{message, code}]} as lines; what is about the body as a whole has no field."""
    if isinstance(details, list):
        for one in details:
            yield from _flat(one, path)
    elif isinstance(details, dict) and isinstance(details.get("message"), str):
        yield {"field": path, "code": str(details["code"]), "detail": str(details["message"])}
    else:
        for name, inner in details.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, own))))


# What the framework refuses, by its code. Only a permission that is refused outright is about CSRF (see Access for the others).
SENTENCES = {
    "method_not_allowed": gettext_lazy("这里不收这种请求，看 Allow"),
    "not_acceptable": gettext_lazy("只答 JSON"),
    "not_found": gettext_lazy("没有这一项，或不归你看"),
    "permission_denied": gettext_lazy("从浏览器发，要带 X-CSRFToken"),
    "throttled": gettext_lazy("问得太快，%(seconds)d 秒后再试"),
    "unsupported_media_type": gettext_lazy("只收 JSON，写 Content-Type: application/json"),
}


def _api(error: exceptions.APIException, context: dict[str, Any]) -> Response:
    """A method that is not served, another type of body, too many requests …"""
    code, seconds = str(error.default_code), int(getattr(error, "wait", None) or 0)
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return _response(problem(error.status_code, code, SENTENCES[code] % {"seconds": seconds}), **headers)


# ── what is refused before any view ──


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an address that there is not: a program gets a problem, a person the page."""
    if not request.path.startswith("/api/v"):
        return defaults.page_not_found(request, exception)
    body = problem(404, "not_found", str(SENTENCES["not_found"]))
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)
