"""«我来接», «已接到», the next one, somebody else: what is said of a visitor who waits."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import receptions, services, turns
from visits.models import Visit


@needs(Right.DESK, Right.OWN_BOOKS)
@require_POST
def answer(request: WorkRequest, no: str) -> HttpResponse:
    """«我来接» by whoever is called, on their telephone; «已接到» by the desk."""
    found = get_object_or_404(receptions.answerable(request.workplace), no=no)
    return _said(request, found, services.answer, lambda row: _("已记下：%(who)s接待") % {"who": row.by.name})


@needs(Right.DESK)
@require_POST
def pass_on(request: WorkRequest, no: str) -> HttpResponse:
    """Nobody answered in time: the next one."""
    found = get_object_or_404(Visit.objects.filter(project=request.workplace.project), no=no)
    return _said(
        request, found, services.pass_on,
        lambda row: _("已呼叫%(who)s") % {"who": row.by.name} if row else str(turns.NOBODY_FREE),
    )  # fmt: skip


def _said(request: WorkRequest, visit: Visit, act: Callable[..., Any], sentence: Callable[[Any], str]) -> HttpResponse:
    """Do it and say so, or say why not; then the visit's page. The desk goes on where it was."""
    try:
        messages.success(request, sentence(act(here=request.workplace, visit=visit, at=clock.now())))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    here = request.workplace
    back = "desk" if request.POST.get("back") == "desk" and here.may(Right.DESK) else ""
    mine = here.may(Right.DESK) or here.may(Right.VISIT_LOG) or receptions.concerns(here, visit)
    return redirect(back) if back else redirect("visit", no=visit.no) if mine else redirect("inbox")
