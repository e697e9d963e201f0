"""The database is away: a sentence, everything that was typed, and one button to send it again. Nothing here asks the database.

What was under way is undone with its transaction. A form carries the key under which its act is done once (trail.services.once),
and the key comes back with the rest: so whoever sends it again, even after an act whose answer was lost, does it once.
"""

import re
import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error
from rest_framework.authentication import CSRFCheck

from people.api.problems import AWAY_SENTENCE, CONTENT_TYPE, away, problem

RETRY_AFTER = 5  # seconds
CSRF = "csrfmiddlewaretoken"
SECRET = re.compile(r"pass|secret|token|otp|code|pin|key_?phrase", re.IGNORECASE)  # not sent back to anybody's screen
LABELS = {
    "name": _("姓名"), "phone": _("手机号"), "number": _("手机号"), "text": _("粘贴的内容"), "note": _("说明"), "reason": _("理由"),
    "what": _("经过"), "companions": _("随行人数"), "q": _("查客户"),
}  # fmt: skip


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to an error that nobody caught: 503 while the database is away or takes nothing, else the page for 500."""
    if not away(sys.exc_info()[1]):
        return server_error(request)
    response = _problem() if request.path.startswith("/api/v") else _page(request)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store, private"
    return response


def _problem() -> HttpResponse:
    body = problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(AWAY_SENTENCE))
    return JsonResponse(body, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type=CONTENT_TYPE)


def _page(request: HttpRequest) -> HttpResponse:
    sent = _sent(request)
    shown: dict[str, Any] = {
        "to": request.get_full_path(), "posted": request.method == "POST", "token": get_token(request) if sent else "",
        "seen": [(name, LABELS[name], value) for name, value in sent if name in LABELS and value],
        "kept": [(name, value) for name, value in sent if name not in LABELS or not value],
        "again": bool(sent), "desk": request.path.startswith("/desk"),
    }  # fmt: skip
    return HttpResponse(render_to_string("503.html", shown), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _forged(request: HttpRequest) -> bool:
    """Whether another site may have sent it: then it is not put before somebody with a button that would make it theirs."""
    check = CSRFCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, None, (), {}) is not None  # type: ignore[arg-type]


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, as pairs. Empty where it cannot be sent back whole: a file, or something that nobody may see."""
    if request.method != "POST" or _forged(request):
        return []
    try:
        posted, files = request.POST, request.FILES
    except UnreadablePostError:
        return []
    if files or any(SECRET.search(name) for name in posted if name != CSRF):
        return []
    return [(name, value) for name, values in posted.lists() if name != CSRF for value in values]
