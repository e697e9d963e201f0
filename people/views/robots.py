"""设置 → 渠道: robots of chat groups."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from people import services
from people.access import WorkRequest, needs
from people.forms.robots import RobotForm
from people.models import Robot
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def robot_new(request: WorkRequest) -> HttpResponse:
    """One more robot."""
    return _form(request, None)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def robot(request: WorkRequest, pk: int) -> HttpResponse:
    """One robot: where it posts, and what."""
    return _form(request, _found(request, pk))


def _found(request: WorkRequest, pk: int) -> Robot:
    return get_object_or_404(Robot.objects.select_related("team"), pk=pk, project=request.workplace.project)


def _form(request: WorkRequest, row: Robot | None) -> HttpResponse:
    form = RobotForm(request.POST or None, request=request, robot=row)

    def save(given: dict[str, Any], now: datetime) -> Robot:
        return services.save_robot(here=request.workplace, robot=row, given=form.given(), at=now, seen=given["seen"])

    if made := acted(request, form, "robot", save):
        messages.success(request, _("存好了。发一条试试"))
        return redirect("settings_channels_robot", made)
    return render(request, "people/settings_robot.html", {"robot": row, "form": form}, status=form.http_status)


@needs(Right.SETTINGS)
@require_POST
def robot_try(request: WorkRequest, pk: int) -> HttpResponse:
    """Let it say something in its group."""
    row = _found(request, pk)
    try:
        services.try_robot(here=request.workplace, robot=row, at=clock.now())
        messages.success(request, _("发出去了，到群里看看"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("settings_channels_robot", row.pk)


@needs(Right.SETTINGS)
@require_POST
def robot_switch(request: WorkRequest, pk: int) -> HttpResponse:
    """Switch it off, or on again."""
    row, on = _found(request, pk), request.POST.get("on") == "1"
    services.switch_robot(here=request.workplace, robot=row, on=on, at=clock.now())
    messages.success(request, _("开了，从现在起往群里发") if on else _("停了，什么都不往群里发；消息都在站内"))
    return redirect("settings_channels")


@needs(Right.SETTINGS)
@require_POST
def robot_again(request: WorkRequest, pk: int) -> HttpResponse:
    """Send again what was given up."""
    row = _found(request, pk)
    count = services.post_again(here=request.workplace, robot=row, at=clock.now())
    said = ngettext("%(n)s 条放回去了，马上再发", "%(n)s 条放回去了，马上再发", count) % {"n": count}
    (messages.success if count else messages.error)(request, said if count else _("没有要再发的，已经有人处理了"))
    return redirect("settings_channels")
