"""设置 → 任务: what runs in the background, and what to do about what failed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_tasks_db.models import DBTaskResult

from people import services
from people.access import WorkRequest, needs
from people.background import overview
from people.roles import Right
from trail import clock
from trail import jobs as queue
from trail.models import Delivery
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_GET
def jobs(request: WorkRequest) -> HttpResponse:
    """Who works, what comes next, what waits and what failed."""
    return render(request, "people/settings_jobs.html", overview(clock.now()))


@needs(Right.SETTINGS)
@require_POST
def job_again(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Try a task again that was given up."""
    row, here = get_object_or_404(DBTaskResult, pk=pk), request.workplace
    try:
        queue.try_again(id_=row.pk, by=here.user.pk, at=clock.now(), project=here.project.code)
        messages.success(request, _("放回去了，后台马上再试"))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_jobs")


@needs(Right.SETTINGS)
@require_POST
def job_drop(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Let a task be that was given up."""
    row, here = get_object_or_404(DBTaskResult, pk=pk), request.workplace
    try:
        queue.drop(id_=row.pk, by=here.user.pk, at=clock.now(), project=here.project.code)
        messages.success(request, _("不管它了，已经从列表里拿掉"))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_jobs")


@needs(Right.SETTINGS)
@require_POST
def letter_again(request: WorkRequest, pk: int) -> HttpResponse:
    """Send a letter again that was given up."""
    get_object_or_404(Delivery, pk=pk)
    return _sent_again(request, pk)


@needs(Right.SETTINGS)
@require_POST
def letters_again(request: WorkRequest) -> HttpResponse:
    """Send all letters again that were given up: the mail server was down, and is back."""
    return _sent_again(request, None)


def _sent_again(request: WorkRequest, pk: int | None) -> HttpResponse:
    count = services.send_again(here=request.workplace, by=request.user, at=clock.now(), pk=pk)
    if count:
        messages.success(
            request, ngettext("%(n)s 条放回去了，马上再发", "%(n)s 条放回去了，马上再发", count) % {"n": count}
        )
    else:
        messages.error(request, _("没有要再发的，已经有人处理了"))
    return redirect("settings_jobs")
