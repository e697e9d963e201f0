"""设置 → 登录方式: the systems by which people come in, and from when on a second factor is a duty."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import services
from people.access import WorkRequest, needs
from people.factor_duty import AT_ONCE, first_day
from people.forms.signing_in import DutyForm, ProviderForm
from people.models import Provider
from people.roles import Right
from people.services import single_sign_on
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_GET
def signing_in(request: WorkRequest) -> HttpResponse:
    """What there is, and how many came by it."""
    day = first_day()
    return _page(request, DutyForm(request=request, initial={"day": _put_off(day)}), day)


@needs(Right.SETTINGS)
@require_POST
def signing_in_duty(request: WorkRequest) -> HttpResponse:
    """Put the duty off, or begin it."""
    form = DutyForm(request.POST, request=request)

    def set_day(given: dict[str, Any], now: datetime) -> str:
        services.set_duty_day(here=request.workplace, day=given["day"], at=now)
        return ""

    if acted(request, form, "second_factor_duty", set_day) is None:
        return _page(request, form, first_day())
    messages.success(request, _("保存了，马上生效"))
    return redirect("settings_signing_in")


def _put_off(day: date | None) -> date | None:
    return None if day == AT_ONCE else day


def _page(request: WorkRequest, form: DutyForm, day: date | None) -> HttpResponse:
    rows = Provider.objects.annotate(linked=Count("identities")).order_by("pk")
    shown = {"rows": rows, "form": form, "day": _put_off(day), "again": Form(), "installed": day is not None}
    return render(request, "people/settings_signing_in.html", shown, status=form.http_status)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def provider_new(request: WorkRequest) -> HttpResponse:
    """One more system."""
    return _saved(request, None)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def provider(request: WorkRequest, pk: int) -> HttpResponse:
    """Change how a system is asked."""
    return _saved(request, get_object_or_404(Provider, pk=pk))


def _saved(request: WorkRequest, row: Provider | None) -> HttpResponse:
    form = ProviderForm(request.POST if request.method == "POST" else None, request=request, row=row)

    def save(_given: dict[str, Any], now: datetime) -> Provider:
        return single_sign_on.save_provider(here=request.workplace, given=form.given(), row=row, at=now)

    made = acted(request, form, "provider", save)
    if made is None:
        return _form(request, form, row)
    messages.success(request, _("存好了。让大家到「我的账号」里连上自己的企业账号"))
    return redirect("settings_signing_in_edit", pk=made)


@needs(Right.SETTINGS)
@require_POST
def provider_try_new(request: WorkRequest) -> HttpResponse:
    """Ask the system with what was typed."""
    return _tried(request, None)


@needs(Right.SETTINGS)
@require_POST
def provider_try(request: WorkRequest, pk: int) -> HttpResponse:
    """The same with what was changed: nothing is saved, and what was typed stays."""
    return _tried(request, get_object_or_404(Provider, pk=pk))


def _tried(request: WorkRequest, row: Provider | None) -> HttpResponse:
    form, good = ProviderForm(request.POST, request=request, row=row), False
    if form.is_valid():
        try:
            single_sign_on.try_provider(here=request.workplace, given=form.given(), row=row, at=clock.now())
            good = True
        except Refusal as refusal:
            form.refuse(refusal)
    return _form(request, form, row, good=good)


def _form(request: WorkRequest, form: ProviderForm, row: Provider | None, *, good: bool = False) -> HttpResponse:
    shown = {"form": form, "row": row, "good": good, "back": single_sign_on.back_address(row) if row else ""}
    return render(request, "people/settings_signing_in_provider.html", shown, status=form.http_status)


@needs(Right.SETTINGS)
@require_POST
def provider_switch(request: WorkRequest, pk: int) -> HttpResponse:
    """Nobody comes in by it any more, or people do again."""
    row, form = get_object_or_404(Provider, pk=pk), Form(request.POST)
    on = request.POST.get("on") == "1"

    def switch(_given: dict[str, Any], now: datetime) -> Provider:
        return single_sign_on.switch_provider(here=request.workplace, row=row, on=on, at=now)

    if acted(request, form, "provider_switch", switch) is not None:
        messages.success(
            request, _("%(name)s 开了") % {"name": row.name} if on else _("%(name)s 停了") % {"name": row.name}
        )
    return redirect("settings_signing_in")
