"""Who may open a page. Each view names the right it needs; a stranger gets 404, never a hint that something is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from people.installation import founded_by
from people.models import Project, User
from people.roles import Right
from people.unsent import keep, keeps_for
from people.workplace import Workplace

LOGIN_ENDED = 401  # what stands in a part of a page when its login has ended meanwhile
View = Callable[..., HttpResponseBase]
PUBLIC = "public"  # without login
SIGNED_IN = "signed_in"  # anybody who is logged in


class WorkRequest(HttpRequest):
    """A request whose view was let through: it has a workplace."""

    user: User
    workplace: Workplace
    htmx: Any


def to_login(request: Any) -> HttpResponseBase:
    """To the login, and from there to the page that was asked for.

    Of a form that was sent: to the form as it was filled in (people/unsent.py); where nothing could be kept, to its page. What a page
    asks while one types is not kept: all of it is still there, and comes with the form.
    """
    page, read = sent_from(request), request.method in ("GET", "HEAD")
    if request.htmx:
        shown = {"next": page, "stays": not read and keeps_for(request)}
        part = render(request, "people/login_ended.html", shown, status=LOGIN_ENDED)
        part["HX-Reselect"] = "p"  # whatever part of a page was asked for
        # Late, it would delete the session of a form that was sent meanwhile.
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return part
    if read:
        return redirect_to_login(request.get_full_path())
    stays = keep(request, page)
    messages.warning(request, _said(stays=stays))
    return redirect_to_login(request.get_full_path() if stays else page)


def _said(*, stays: bool) -> str:
    if stays:
        return _("登录过期了，刚才填的没送出去，替你留着。登录以后看一眼，再送一次")
    return _("登录过期了，刚才填的没有存下。登录以后再填一次")


def sent_from(request: Any) -> str:
    """The page that a form or a part of a page belongs to, if it is one of ours; else one's own page."""
    page = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else reverse("landing")


def needs(*rights: str) -> Callable[[View], View]:
    """Let through only those who hold one of these rights in their project. Nothing named lets nobody through."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            here = request.workplace
            if here is None or not any(here.may(right) for right in rights):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.access = frozenset(rights)  # type: ignore[attr-defined]
        return guarded

    return decorate


def may_set_up(request: Any) -> bool:
    """Whether this person may change settings; the one who set the program up may, before there is a project to hold a right in."""
    if request.workplace is not None:
        return bool(request.workplace.may(Right.SETTINGS))
    return founded_by(request.user) and not Project.objects.exists()


def setting_up(view: View) -> View:
    """Let through who may set the program up; a stranger gets 404."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        if not may_set_up(request):
            raise Http404
        return view(request, *args, **kwargs)

    guarded.access = frozenset({Right.SETTINGS})  # type: ignore[attr-defined]
    return guarded


def open_to(whom: str, *, barred: bool = False) -> Callable[[View], View]:
    """A page that asks for no right: PUBLIC, or SIGNED_IN for whoever is logged in.

    `barred`: it is open also to somebody who can do nothing else before their second factor is on (people/middleware.py).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if whom == SIGNED_IN and not request.user.is_authenticated:
                return to_login(request)
            return view(request, *args, **kwargs)

        guarded.access, guarded.open_to_barred = frozenset({whom}), barred  # type: ignore[attr-defined]
        return guarded

    return decorate
