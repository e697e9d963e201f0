"""One's own page, language, project; and going. Coming in is `login`."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from people.access import PUBLIC, SIGNED_IN, WorkRequest, may_set_up, open_to, sent_from
from people.models import ExternalIdentity, Membership, Provider, SignIn, User
from people.roles import LANDING, Role
from people.services.sessions import end_own, leave_session, open_sessions
from people.tasks import unfinished
from people.unsent import keep
from people.workplace import projects_of
from trail import clock
from trail.refusals import Refusal

OLD_TOKEN = "CSRF token from POST"  # noqa: S105 — how Django begins to say that the token of a form is none of this login


@open_to(PUBLIC, barred=True)
@require_POST
def logout(request: Any) -> HttpResponse:
    """Leave. The session is among those that are over from now on."""
    leave_session(session_key=request.session.session_key or "", at=clock.now())
    return LogoutView.as_view()(request)  # type: ignore[return-value]


@open_to(SIGNED_IN)
@require_GET
def landing(request: WorkRequest) -> HttpResponse:
    """One's own page: the first that one's roles give; for an administrator what is still to be set up, where something is."""
    here = request.workplace
    only_this = here is None or here.roles == {Role.ADMINISTRATOR}
    if only_this and may_set_up(request) and unfinished(here.project if here else None, request.user, clock.now()):
        return redirect("setup")
    roles = here.roles if here else frozenset()
    return redirect(next((name for role, name in LANDING if role in roles), "account"))


@open_to(SIGNED_IN)
@require_GET
def account(request: WorkRequest) -> HttpResponse:
    """Who am I here, in which projects, in which language."""
    now = clock.now()
    held = Membership.objects.at(now).filter(user=request.user).select_related("project", "team", "organisation")
    shown = {
        "memberships": held, "projects": projects_of(request.user, now), "sessions": open_sessions(request.user, now),
        "here": request.session.session_key, "identities": _identities(request.user),
    }  # fmt: skip
    return render(request, "people/account.html", shown)


def _identities(user: User) -> list[tuple[Provider, ExternalIdentity | None]]:
    """What one can come in by, and who one is there; of what was switched off only what is linked."""
    mine = {row.provider_id: row for row in ExternalIdentity.objects.filter(user=user)}
    return [(one, mine.get(one.pk)) for one in Provider.objects.order_by("pk") if one.on or one.pk in mine]


@open_to(SIGNED_IN)
@require_POST
def session_end(request: WorkRequest, pk: int) -> HttpResponse:
    """Log out on one other device of mine."""
    try:
        end_own(user=request.user, at=clock.now(), row=pk, except_=str(request.session.session_key))
        messages.success(request, _("那台设备退出了"))
    except Refusal as over:
        if not SignIn.objects.filter(pk=pk, user=request.user).exists():
            raise Http404 from over
        messages.info(request, str(over.sentence))  # a second tap, or it logged out itself meanwhile
    return redirect("account")


@open_to(SIGNED_IN)
@require_POST
def sessions_end(request: WorkRequest) -> HttpResponse:
    """Log out everywhere else."""
    count = end_own(user=request.user, at=clock.now(), except_=str(request.session.session_key))
    messages.success(request, ngettext("另外 %(n)d 处退出了", "另外 %(n)d 处退出了", count) % {"n": count})
    return redirect("account")


@open_to(PUBLIC, barred=True)
@require_POST
def language(request: Any) -> HttpResponse:
    """Change the language of the pages, and remember it for whoever is logged in."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    response = redirect(_back(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax")
    return response


@open_to(SIGNED_IN)
@require_POST
def choose_project(request: Any) -> HttpResponse:
    """Work in another of one's projects from now on."""
    wanted = request.POST.get("project", "")
    project = next((p for p in projects_of(request.user, clock.now()) if p.code == wanted), None)
    if project is None:
        raise Http404
    request.session["project"] = project.pk
    messages.success(request, _("现在在 %(project)s") % {"project": project.name})
    return redirect("landing")


def _back(request: HttpRequest) -> str:
    """Where somebody came from, if that is a page of ours."""
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/"


@open_to(PUBLIC)
def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """The page of a form is older than this login: the form is shown again as it was filled in, where it can be; else words say why."""
    old = reason.startswith(OLD_TOKEN) and request.user.is_authenticated and not request.htmx
    asked = getattr(request.resolver_match.func, "access", {PUBLIC})
    if old and PUBLIC not in asked and keep(request, sent_from(request)):
        return redirect(request.get_full_path())
    return render(request, "people/csrf.html", status=403)
