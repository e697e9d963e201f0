"""设置 → Webhook: programs of the house that hear of what happens here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people import hooks as words
from people.access import WorkRequest, needs
from people.forms.hooks import HookForm
from people.models import Hook
from people.roles import Right
from people.services import hooks as services
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

SHOWN = 50  # deliveries on a page


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def hooks(request: WorkRequest) -> HttpResponse:
    """Those of the project, and a form for one more. Its secret is shown here and now, and never again."""
    form, seen = HookForm(request.POST or None, request=request), dict[str, Any]()

    def make(_given: dict[str, Any], now: Any) -> Hook:
        hook, seen["secret"] = services.make_hook(here=request.workplace, at=now, **form.given())
        return hook

    made = acted(request, form, "hook", make)
    if made is not None:  # to a second tap the answer is that it was made: the secret itself is told no more
        seen["made"], form = _found(request, made), HookForm(request=request)
    rows = Hook.objects.filter(project=request.workplace.project).order_by("name")
    return render(request, "people/settings_hooks.html", {"form": form, "rows": rows, **seen}, status=form.http_status)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def hook(request: WorkRequest, pk: UUID) -> HttpResponse:
    """One of them: to be changed, tried, switched off; and what became of what was sent."""
    row = _found(request, pk)
    form = HookForm(request.POST or None, request=request, hook=row)
    done = acted(
        request, form, "hook.change",
        lambda given, now: services.change_hook(
            here=request.workplace, hook=row, at=now, seen=given["seen"], **form.given()
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("改好了，从现在起照新的发"))
        return redirect("settings_hooks_edit", row.pk)
    lately = [
        {"row": one, "label": words.label(one.kind), "why": words.why(one.why) if one.why else ""}
        for one in row.deliveries.order_by("-at", "-pk")[:SHOWN]
    ]
    shown = {"row": row, "form": form, "again": Form(), "lately": lately}
    return render(request, "people/settings_hook.html", shown, status=form.http_status)


@needs(Right.SETTINGS)
@require_POST
def hook_switch(request: WorkRequest, pk: UUID) -> HttpResponse:
    """On or off."""
    row, on = _found(request, pk), request.POST.get("on") == "1"
    services.switch_hook(here=request.workplace, hook=row, on=on, at=clock.now())
    messages.success(request, _("打开了，从现在起发生的会发") if on else _("停用了，什么都不再发"))
    return redirect("settings_hooks_edit", row.pk)


@needs(Right.SETTINGS)
@require_POST
def hook_try(request: WorkRequest, pk: UUID) -> HttpResponse:
    """«发一个试试»: something harmless, now."""
    row = _found(request, pk)
    try:
        tried = services.try_hook(here=request.workplace, hook=row, at=clock.now())
        if tried.why:
            messages.error(request, words.why(tried.why))
        else:
            messages.success(request, _("对方收下了，答 %(status)s") % {"status": tried.answer})
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_hooks_edit", row.pk)


@needs(Right.SETTINGS)
@require_POST
def hook_again(request: WorkRequest, pk: UUID, delivery: int) -> HttpResponse:
    """Send once more what arrived or failed."""
    row = _found(request, pk)
    found = get_object_or_404(row.deliveries, pk=delivery)
    try:
        services.send_delivery_again(here=request.workplace, hook=row, delivery=found.pk, at=clock.now())
        messages.success(request, _("放回去了，马上再发"))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_hooks_edit", row.pk)


def _found(request: WorkRequest, pk: Any) -> Hook:
    return get_object_or_404(Hook, pk=pk, project=request.workplace.project)
