"""What was typed into a form whose login had ended or changed (docs/decisions/0032-what-was-typed-when-the-login-ended.md).

It lies sealed in the session of that browser, on the server, for an hour, and only for whoever was logged in there: a signed cookie
tells who. After logging in they see the form as they filled it in. Nothing is sent by itself.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from trail import clock, held, vault

WHOSE = "guishu_whose"  # the cookie: who was last logged in with this browser
KEPT = "unsent"  # in the session
LASTS = timedelta(hours=1)
MOST = 64 * 1024  # characters that are kept of a form
SHORT = 3  # ASCII characters: so long is no more than the value of a button
WHOLE = b"<!doctype html>"
REFUSED = (200, 400, 409, 422)  # how a page answers that shows a form again
# Never kept: passwords, codes and keys. The address of a robot is a secret, too.
NEVER = frozenset({
    "address", "again", "code", "csrfmiddlewaretoken", "key", "new_password", "password", "secret",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form that was not sent: whose, where to, from which page, when; what was typed; whether there were files."""

    user: int
    path: str
    page: str
    at: str
    typed: dict[str, list[str]]
    files: bool

    @property
    def over(self) -> bool:
        """Whether its hour is over."""
        return not timedelta(0) <= clock.now() - datetime.fromisoformat(self.at) <= LASTS


def keeps_for(request: Any) -> str:
    """The id of whoever was last logged in with this browser; empty where nobody is known to have been."""
    return str(request.get_signed_cookie(WHOSE, default=""))


def keep(request: Any, page: str) -> bool:
    """Keep what this request sent, which has no login any more; whether there was something to keep, and somebody to keep it for."""
    typed = {name: texts for name, texts in request.POST.lists() if name not in NEVER and any(map(str.strip, texts))}
    whose = keeps_for(request)
    if not typed or not whose or sum(len(text) for texts in typed.values() for text in texts) > MOST:
        return False
    form = Unsent(int(whose), request.path, page, clock.now().isoformat(), typed, bool(request.FILES))
    request.session[KEPT] = vault.seal(json.dumps(asdict(form))).hex()
    request.session.set_expiry(LASTS)
    return True


def kept(request: Any) -> Unsent | None:
    """What this person typed less than an hour ago, with this browser; what is somebody else's, or older, goes."""
    sealed = request.session.get(KEPT)
    if sealed is None:
        return None
    if "_session_expiry" in request.session:  # that of the session without a login, out of which this one came
        request.session.set_expiry(None)
    try:
        form = Unsent(**json.loads(vault.unseal(bytes.fromhex(sealed))))
    except InvalidTag:  # the key of the program was changed meanwhile
        form = None
    if form is None or form.over or form.user != request.user.pk:
        del request.session[KEPT]
        return None
    return form


class UnsentMiddleware:
    """Shows a form again that was not sent, when its own address is opened after the login; goes, once it was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        who = str(request.user.pk)
        if request.user.is_authenticated and keeps_for(request) != who:
            secure = {"secure": request.is_secure(), "httponly": True, "samesite": "Lax"}
            response.set_signed_cookie(WHOSE, who, **secure)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """By now it is known which view has the form."""
        form = kept(request) if request.user.is_authenticated and not hasattr(view, "cls") else None
        if form is None or form.path != request.path:
            return None
        if request.method == "POST":
            del request.session[KEPT]
            return None
        return _shown(request, form, lambda: view(request, *args, **kwargs)) if request.method == "GET" else None


def _shown(request: Any, form: Unsent, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The form on its own page; where it has none any more, what was typed, to be copied; of a mere button, its page."""
    sentence = _("登录过期或换过，没送出去：看一眼，再送一次")
    if form.files:
        sentence += _("。文件没有留下，要重新选")
    page, written = _held(request, form, view, sentence), _written(form)
    if page is not None:
        return page
    if written:
        return render(request, "people/unsent.html", {"sentence": sentence, "typed": written, "page": form.page})
    del request.session[KEPT]
    messages.warning(request, sentence)
    return redirect(form.page)


def _held(request: Any, form: Unsent, view: Callable[[], HttpResponse], sentence: str) -> HttpResponse | None:
    """What the view answers to the form where none is valid. It can write nothing meanwhile; None where it wanted more than refuse."""
    sent = QueryDict(mutable=True)
    for name, texts in form.typed.items():
        sent.setlist(name, texts)
    request.FILES  # noqa: B018 — read before there is a POST, which it would read anew
    request.method, request.POST = "POST", sent
    try:
        with held.hold(sentence) as holding, transaction.atomic():
            connection.cursor().execute("SET TRANSACTION READ ONLY")
            page = view()
            transaction.set_rollback(True)
    except Exception:  # whatever it is: there is another way to show what was typed
        return None
    finally:
        request.method = "GET"
    # What a part of a page was asked for with, fills no window.
    whole = getattr(page, "content", b"").lstrip().startswith(WHOLE)
    return page if holding.met and whole and page.status_code in REFUSED else None


def _written(form: Unsent) -> list[str]:
    """What was written, without the names of fields, which nobody would know, and the values of buttons and ticks."""
    texts = [text for texts in form.typed.values() for text in texts]
    return [text for text in texts if len(text.strip()) > SHORT or not text.isascii()]
