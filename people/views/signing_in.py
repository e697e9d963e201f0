"""设置 → 登录方式: the systems by which people come in, and from when on a second factor is a duty."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import services
from people.access import WorkRequest, needs
from people.factor_duty import AT_ONCE, first_day, without_factor
from people.forms.signing_in import DutyForm, ProviderForm
from people.models import Provider
from people.roles import Right
from people.services import single_sign_on
from people.services.second_factor import has_second_factor
from people.stepup import steps_up
from people.views.acting import Check, acted, checked
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
    """Put the duty off. A day that is none, or is here already, begins it: what that does is shown first."""
    form = DutyForm(request.POST, request=request)
    if form.is_valid() and _begins(request, form.cleaned_data["day"]):
        return redirect("settings_signing_in_duty_now")

    def set_day(given: dict[str, Any], now: datetime) -> str:
        services.set_duty_day(here=request.workplace, day=given["day"], at=now)
        return ""

    if acted(request, form, "second_factor_duty", set_day) is None:
        return _page(request, form, first_day())
    messages.success(request, _("保存了，马上生效"))
    return redirect("settings_signing_in")


def _begins(request: WorkRequest, day: date | None) -> bool:
    """Whether this day makes the duty hold at once where it does not hold yet."""
    before, today = first_day(), clock.now().astimezone(request.workplace.project.zone).date()
    return before is not None and before > today and (day is None or day <= today)


@needs(Right.SETTINGS)
@steps_up(back="settings_signing_in")
@require_http_methods(["GET", "POST"])
def signing_in_duty_now(request: WorkRequest) -> HttpResponse:
    """Begin the duty at once: who has no second factor yet does nothing else from the next click."""
    check = Check(
        title=_("两步验证马上就必须？"), button=_("马上就必须"), done=_("保存了，马上生效"), back=reverse("settings_signing_in"),
        lines=_what_begins(request),
    )  # fmt: skip
    return checked(
        request, check, "second_factor_duty",
        lambda _form, now: services.set_duty_day(here=request.workplace, day=None, at=now) or "",
    )  # fmt: skip


def _what_begins(request: WorkRequest) -> list[str]:
    count = without_factor(clock.now())
    waits = ngettext(
        "必须开的人里还有 %(n)d 个没开：正在做的做不下去，从下一步起只能先开",
        "必须开的人里还有 %(n)d 个没开：正在做的做不下去，从下一步起只能先开", count,
    )  # fmt: skip
    mine = [] if has_second_factor(request.user) else [_("你自己也没开：保存以后，先开自己的")]
    everybody = _("必须开的人都开了，谁也不受影响")
    return [waits % {"n": count} if count else everybody, *mine]


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

    def save(given: dict[str, Any], now: datetime) -> Provider:
        return single_sign_on.save_provider(
            here=request.workplace, given=form.given(), row=row, at=now, seen=given["seen"]
        )

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
