"""Puts the workplace on the request: project from the session, roles from the memberships in force now. Before that, no NUL gets in."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from people.address import address_of
from people.services.sessions import see_session
from people.workplace import workplace_in
from trail import clock
from trail.origin import coming_from

NUL = "\0"


def _in_words(request: Any, response: HttpResponse) -> HttpResponse:
    """Whoever opens by hand what only takes a form, or comes back to it after logging in, reads a page and not an empty one."""
    if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
        return response
    page = render(request, "405.html", status=response.status_code)
    page["Allow"] = response["Allow"]
    return page


class NulMiddleware:
    """Takes NULs out of what a page is sent, before any view sees it: PostgreSQL has no text that holds one.

    They come with what is pasted out of other programs; nobody sees or means them, so whoever sent them is not refused for it. What
    else cannot be printed is kept: lines are parted by some of it, and where XML is written it is escaped (people/xlsx.py). Bodies that
    programs send are not read here: the API refuses a NUL at its field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        """By now it is known who reads the body. Files stay as they are."""
        if hasattr(view, "cls") or getattr(view, "csrf_exempt", False):
            return
        request.GET = _without_nul(request.GET)
        if request.method == "POST":
            request.POST = _without_nul(request.POST)


def _without_nul(sent: QueryDict) -> QueryDict:
    if not any(NUL in text for name, texts in sent.lists() for text in (name, *texts)):
        return sent
    clean = QueryDict(mutable=True)
    for name, texts in sent.lists():
        clean.setlist(name.replace(NUL, ""), [text.replace(NUL, "") for text in texts])
    clean._mutable = False
    return clean


class WorkplaceMiddleware:
    """Reads memberships on every request, so that a leaver or a changed role counts from the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.workplace = None
        if request.user.is_authenticated:
            if NUL in request.path_info:  # PostgreSQL has no such text: nothing can be found under it
                raise Http404
            request.workplace = self._workplace(request)
            see_session(request.session.session_key, clock.now())
        zone = request.workplace.project.zone if request.workplace else None
        with timezone.override(zone), coming_from(address_of(request)):
            response = _in_words(request, self.get_response(request))
        if request.user.is_authenticated:  # a desk PC is shared: nothing of a customer stays in its cache
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Whoever must have a second factor and has none is led to set it up, whatever page they ask for.

        Addresses of the API, of which `Resource` is the view, say it in their own way (people/api/resource.py).
        """
        if request.workplace and request.workplace.barred and not hasattr(view, "cls"):
            return None if getattr(view, "open_to_barred", False) else redirect("second_factor")
        return None

    def _workplace(self, request: Any) -> Any:
        if request.user.language and translation.get_language() != request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        chosen = request.session.get("project")
        found = workplace_in(request.user, chosen, clock.now())
        return found or (workplace_in(request.user, None, clock.now()) if chosen else None)
