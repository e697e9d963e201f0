"""更正: a wrong entry of a visit is put right, by the front desk only."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.screening import phones
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal
from trail.services import refused
from visits import desk as reads
from visits import services
from visits.gifts import gifts_of
from visits.models import Visit
from visits.record_forms import CorrectForm


def _form(request: WorkRequest, visit: Visit) -> CorrectForm:
    project, now = request.workplace.project, clock.now()
    gifts = [gift for gift in gifts_of(visit.site) if gift.ended_at is None or gift.pk == visit.gift_item_id]
    return CorrectForm(
        request.POST or None,
        visit=visit,
        sellers=reads.sellers(project, now),
        brokers=reads.brokers(project, now),
        gifts=gifts,
    )


@needs(Right.CORRECT, Right.VISIT_LOG, Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def correct(request: WorkRequest, no: str) -> HttpResponse:
    """Whoever may see the visit and is not the desk is refused, and a try is on record (D01-1/T1)."""
    visit, here = get_object_or_404(reads.visible(request.workplace), no=no), request.workplace
    if not here.may(Right.CORRECT):
        return _refused(request, visit)
    form = _form(request, visit)

    def put_right(given: dict[str, Any], now: datetime) -> str:
        return services.correct(
            here=here, visit=visit, given=form.given(), reason=given["reason"], revision=given["revision"], at=now
        ).no

    if acted(request, form, f"correct:{no}", put_right) is not None:
        messages.success(request, _("更正好了，原来的内容留着。打过的确认单作废，要再打一张"))
        return redirect("visit", no=no)
    number = phones.mask34(visit.number) if visit.number else ""
    return render(
        request, "visits/correct.html", {"form": form, "visit": visit, "number": number}, status=form.http_status
    )


def _refused(request: WorkRequest, visit: Visit) -> HttpResponse:
    """Said on the visit's page; that somebody tried to change it is on record."""
    try:
        if request.method == "POST":
            services.may_correct(here=request.workplace, visit=visit, at=clock.now())
        messages.error(request, _("到访登记只有前台能改，请前台更正"))
    except Refusal as refusal:
        refused(refusal)
        messages.error(request, str(refusal.sentence))
    return redirect("visit", no=visit.no)
