"""A new password: by a link that was mailed or handed over, or with the old one."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people import links
from people.access import PUBLIC, SIGNED_IN, WorkRequest, open_to
from people.address import address_key
from people.channels.smtp import mail_server
from people.forms.passwords import ChangePassword, ForgotForm, NewPassword
from people.jobs import mail_reset_link
from people.links import Kind
from people.services.passwords import change_password, set_password
from people.services.sessions import move_session
from trail import clock, vault
from trail.limits import take
from trail.refusals import Refusal

RESETTING = "reset_link"  # in the session: the link that was opened, so that it stands in no address any more
KINDS = (Kind.FORGOT, Kind.HANDED)


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def forgot(request: Any) -> HttpResponse:
    """Ask for a link by mail. The answer is the same whether there is such an account or not."""
    form, now = ForgotForm(request.POST if request.method == "POST" else None), clock.now()
    mails = mail_server() is not None
    if mails and form.is_valid():
        if take(f"forgot:{address_key(request)}", limit=10, within=timedelta(hours=1), at=now):
            mail_reset_link.enqueue(vault.seal(form.cleaned_data["who"]).hex())
            return redirect("forgot_sent")
        form.refuse(Refusal("too_many_tries", _("这里要得太多了。一小时后再试，或找管理员"), status=429))
    return render(request, "people/forgot.html", {"form": form, "mails": mails}, status=form.http_status)


@open_to(PUBLIC)
@require_GET
def forgot_sent(request: Any) -> HttpResponse:
    """What happens now, whoever asked."""
    return render(request, "people/forgot_sent.html")


@open_to(PUBLIC)
@require_GET
def reset(request: Any, token: str) -> HttpResponse:
    """Open a link to a new password; it goes into the session and out of the address."""
    return open_link(request, token, RESETTING, "reset_password", *KINDS)


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def reset_password(request: Any) -> HttpResponse:
    """Choose a new password, then log in with it: where a second factor is on, it is still asked for."""
    token, form = request.session.get(RESETTING, ""), NewPassword(request.POST if request.method == "POST" else None)
    try:
        user = links.read(token, clock.now(), *KINDS).user
    except Refusal as refusal:
        return dead_link(request, refusal)
    if form.is_valid():
        try:
            set_password(token=token, password=form.cleaned_data["new_password"], at=clock.now())
            del request.session[RESETTING]
            messages.success(request, _("新密码好了，登录吧"))
            return redirect("login")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "people/reset.html", {"form": form, "person": user}, status=form.http_status)


@open_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def password(request: WorkRequest) -> HttpResponse:
    """Change one's own password; everywhere else one is logged out."""
    form = ChangePassword(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        try:
            _change(request, form.cleaned_data["new_password"])
            messages.success(request, _("密码改好了。别处登录的都退出了"))
            return redirect("account")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "people/password.html", {"form": form}, status=form.http_status)


def _change(request: WorkRequest, chosen: str) -> None:
    key = str(request.session.session_key)
    user = change_password(user=request.user, password=chosen, at=clock.now(), keep=key)
    update_session_auth_hash(request, user)
    move_session(old=key, new=str(request.session.session_key))


def open_link(request: Any, token: str, place: str, page: str, *kinds: Kind) -> HttpResponse:
    """Keep a link that counts in the session and go to its page, where the address no longer tells it."""
    try:
        links.read(token, clock.now(), *kinds)
    except Refusal as refusal:
        return dead_link(request, refusal)
    request.session[place] = token
    return redirect(page)


def dead_link(request: Any, refusal: Refusal) -> HttpResponse:
    """Say why a link does not count, and what to do."""
    return render(request, "people/dead_link.html", {"said": refusal.sentence}, status=refusal.status)
