"""两步验证: turning it on and off, recovery codes; and an administrator who helps somebody without telephone."""

from typing import Any

import pyotp
import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import reads, services
from people.access import SIGNED_IN, WorkRequest, needs, open_to
from people.factor_duty import must_have_factor
from people.forms.second_factor import FirstCodeForm, ProofForm, RecentProofForm
from people.models import User
from people.roles import Right
from people.stepup import remember
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


@open_to(SIGNED_IN, barred=True)
@require_GET
def second_factor(request: WorkRequest) -> HttpResponse:
    """Whether it is on, and what can be done about it."""
    return _page(request)


def _page(request: WorkRequest, **sent: Form) -> HttpResponse:
    user, form = request.user, next(iter(sent.values()), None)
    now = clock.now()
    shown: dict[str, Any] = {"on": services.has_second_factor(user), "duty": must_have_factor(user, now), "form": form}
    if secret := services.waiting_secret(user, now):
        shown |= {"first": FirstCodeForm(auto_id="first_%s"), **_secret(user, secret)}
    elif shown["on"]:
        shown |= {"factor": user.second_factor, "left": services.codes_left(user)}  # type: ignore[attr-defined]
        shown |= {name: ProofForm(request=request, auto_id=f"{name}_%s") for name in ("renew", "move", "off")}
    else:
        shown["begin"] = RecentProofForm(request=request, auto_id="begin_%s")
    return render(request, "people/second_factor.html", shown | sent, status=form.http_status if form else 200)


def _secret(user: User, secret: str) -> dict[str, Any]:
    """The secret as a picture, a link and text in groups of four."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=_("归属"))
    picture = segno.make(uri, error="m", micro=False).svg_inline(scale=5, light="#fff", svgclass=None, lineclass=None)
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"uri": uri, "picture": mark_safe(picture), "secret": groups}  # noqa: S308 — drawn by segno


@open_to(SIGNED_IN, barred=True)
@require_POST
def second_factor_begin(request: WorkRequest) -> HttpResponse:
    """Make a secret to scan."""
    form = RecentProofForm(request.POST, request=request, auto_id="begin_%s")
    if form.is_valid():
        try:
            services.begin_second_factor(user=request.user, at=clock.now())
            return redirect("second_factor")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, begin=form)


@open_to(SIGNED_IN, barred=True)
@require_POST
def second_factor_confirm(request: WorkRequest) -> HttpResponse:
    """The first code: it is on, and the recovery codes are shown, this once."""
    form, now = FirstCodeForm(request.POST, auto_id="first_%s"), clock.now()
    if form.is_valid():
        try:
            moved = services.has_second_factor(request.user)
            codes = services.confirm_second_factor(user=request.user, code=form.cleaned_data["code"], at=now)
            remember(request, "code", now)
            return render(request, "people/recovery_codes.html", {"codes": codes, "new": True, "moved": moved})
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, first=form)


@open_to(SIGNED_IN)
@require_POST
def second_factor_move(request: WorkRequest) -> HttpResponse:
    """Another telephone: a secret to scan, while the one before still counts."""
    form = ProofForm(request.POST, request=request, auto_id="move_%s")
    if form.is_valid():
        try:
            services.begin_another_telephone(user=request.user, at=clock.now())
            return redirect("second_factor")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, move=form)


@open_to(SIGNED_IN, barred=True)
@require_POST
def second_factor_stop(request: WorkRequest) -> HttpResponse:
    """Call off what waits for its first code; nothing that counts changes, so that nothing is to be proven."""
    form = Form(request.POST)
    try:
        services.call_off_second_factor(user=request.user, at=clock.now())
        messages.success(request, _("取消了，什么都没变"))
        return redirect("second_factor")
    except Refusal as refusal:
        form.refuse(refusal)
    return _page(request, stop=form)


@open_to(SIGNED_IN)
@require_POST
def second_factor_codes(request: WorkRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    form = ProofForm(request.POST, request=request, auto_id="renew_%s")
    if form.is_valid():
        try:
            codes = services.renew_recovery_codes(user=request.user, at=clock.now())
            return render(request, "people/recovery_codes.html", {"codes": codes})
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, renew=form)


@open_to(SIGNED_IN)
@require_POST
def second_factor_off(request: WorkRequest) -> HttpResponse:
    """The password alone is enough again."""
    form = ProofForm(request.POST, request=request, auto_id="off_%s")
    if form.is_valid():
        try:
            services.turn_off_second_factor(user=request.user, at=clock.now())
            messages.success(request, _("两步验证关闭了"))
            return redirect("second_factor")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, off=form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def settings_person_factor(request: WorkRequest, pk: int) -> HttpResponse:
    """Somebody lost telephone and recovery codes: check who it is, then let them in by password again."""
    person = get_object_or_404(reads.person(request.workplace), pk=pk)
    form = ProofForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        try:
            services.remove_second_factor(here=request.workplace, user=person, at=clock.now())
            messages.success(request, _("%(name)s 的两步验证关闭了") % {"name": person.name})
            return redirect("settings_people_edit", pk=pk)
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {"person": person, "form": form, "on": services.has_second_factor(person)}
    return render(request, "people/settings_person_factor.html", shown, status=form.http_status)
