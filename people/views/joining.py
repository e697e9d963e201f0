"""Invitations: coming in by one; and the link that an administrator hands over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import links
from people.access import PUBLIC, WorkRequest, needs, open_to
from people.forms.passwords import JoinForm
from people.forms.second_factor import RecentProofForm
from people.jobs import mail_link
from people.links import Kind
from people.models import Membership, SignIn, User
from people.roles import Right
from people.services.invitations import Joining, join, person_link
from people.services.second_factor import has_second_factor
from people.views.coming_in import let_in
from people.views.passwords import dead_link, open_link
from trail import clock
from trail.refusals import Refusal

JOINING = "join_link"  # in the session: the link that was opened


@open_to(PUBLIC)
@require_GET
def invitation(request: Any, token: str) -> HttpResponse:
    """Open an invitation; it goes into the session and out of the address."""
    return open_link(request, token, JOINING, "join_as", Kind.JOIN)


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def join_as(request: Any) -> HttpResponse:
    """Choose account, password and language; then one is in, at one's own page."""
    token, now = request.session.get(JOINING, ""), clock.now()
    try:
        user = links.read(token, now, Kind.JOIN).user
    except Refusal as refusal:
        return dead_link(request, refusal)
    first = {"username": user.username, "language": translation.get_language()}
    form = JoinForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            return _come_in(request, join(token=token, joining=_joining(form), at=now))
        except Refusal as refusal:
            form.refuse(refusal)
    roles = Membership.objects.not_over(now).filter(user=user).select_related("project", "organisation")
    shown = {"form": form, "person": user, "roles": roles.order_by("project__name", "role")}
    return render(request, "people/join.html", shown, status=form.http_status)


def _joining(form: JoinForm) -> Joining:
    given = form.cleaned_data
    return Joining(username=given["username"], password=given["new_password"], language=given["language"])


def _come_in(request: Any, user: User) -> HttpResponse:
    if has_second_factor(user):  # somebody who was here before: an invitation is no way round it
        messages.success(request, _("密码好了，登录吧"))
        return redirect("login")
    let_in(request, user, way=SignIn.Way.PASSWORD, at=clock.now())
    request.session.pop(JOINING, None)
    with translation.override(user.language):
        messages.success(
            request, _("欢迎，%(name)s。下次用账号 %(account)s 登录") % {"name": user.name, "account": user.username}
        )
    return redirect("landing")


@needs(Right.SETTINGS)
@require_POST
def settings_person_link(request: WorkRequest, pk: int) -> HttpResponse:
    """A link for somebody of this project: an invitation, or a new password once they came in. Shown this once.

    A new password opens an account that somebody works with: who hands it out shows again who they are.
    """
    here = User.objects.filter(memberships__project=request.workplace.project).distinct()
    person = get_object_or_404(here, pk=pk)
    shown: dict[str, Any] = {"person": person, "joins": not person.has_usable_password()}
    form = RecentProofForm(request.POST if shown["joins"] or "key" in request.POST else None, request=request)
    if form.proof and not shown["joins"] and not form.is_valid():
        return render(request, "people/settings_person_link.html", shown | {"form": form}, status=form.http_status)
    try:
        path = person_link(user=person, by=request.user, at=clock.now())
    except Refusal as refusal:
        shown["said"] = refusal.sentence
        return render(request, "people/settings_person_link.html", shown, status=refusal.status)
    shown["link"] = request.build_absolute_uri(path)
    shown["mailed"] = mail_link(person, Kind.JOIN if shown["joins"] else Kind.HANDED)
    return render(request, "people/settings_person_link.html", shown)
