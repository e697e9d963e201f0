"""The parts of periodic work and hand-over that are about customers: visits of a week, the clean-up, a leaver's customers."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import reads, services
from leads.forms.handing import ALL, CleanUpForm, HandForm
from leads.handing import handing_on, leave_to_job
from leads.privacy.giving import clean_up_customers
from leads.services import Targets
from leads.services.handing import AT_ONCE, said
from people import worklist
from people.access import WorkRequest, needs
from people.models import HandOver
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal

A_PAGE = 50


@needs(Right.OWN_BOOKS)
@require_POST
def work_visits(request: WorkRequest, pk: int) -> HttpResponse:
    """What each visit of the week was for, and what came of it."""
    row = get_object_or_404(worklist.visible(request.workplace), pk=pk)
    try:
        services.note_visits(here=request.workplace, routine=row, notes=_notes(request.POST), at=clock.now())
        messages.success(request, _("存下了"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("work_item", pk=pk)


def _notes(data: Any) -> dict[int, tuple[str, str]]:
    """Purpose and result by the id of the contact."""
    ids = {
        int(id_) for name in data for kind, _sep, id_ in [name.partition("_")] if kind == "purpose" and id_.isdecimal()
    }
    return {id_: (data.get(f"purpose_{id_}", "").strip(), data.get(f"result_{id_}", "").strip()) for id_ in ids}


@needs(Right.ALLOCATE)
@require_POST
def work_customers(request: WorkRequest, pk: int) -> HttpResponse:
    """Customers of the clean-up get somebody else, or go back into the public pool."""
    here, now = request.workplace, clock.now()
    row = get_object_or_404(worklist.visible(here), kind="clean_up", pk=pk)
    form, kept = CleanUpForm(request.POST, people=reads.takers(here, now)), list[str]()
    if row.done_at:
        kept = [_("这次清查做完了，等下个月的")]
    elif form.is_valid():
        done, kept = clean_up_customers(here=here, at=now, **form.given())
        messages.success(request, said(done))
    else:
        kept = [str(error) for errors in form.errors.values() for error in errors]
    for sentence in kept:
        messages.error(request, sentence)
    return redirect("work_item", pk=row.pk)


@needs(Right.HAND_OVER)
@require_http_methods(["GET", "POST"])
def handover_customers(request: WorkRequest, no: str) -> HttpResponse:
    """Give the leaver's customers to others: those that are ticked, or all."""
    here, now = request.workplace, clock.now()
    rows = HandOver.objects.filter(project=here.project).select_related("project", "user")
    row = get_object_or_404(rows, no=no)
    form = HandForm(request.POST or None, takers=services.takers(row, now))

    def hand(given: dict[str, Any], now: datetime) -> str:
        return _hand(request, row, given, now)

    told = acted(request, form, "handover.customers", hand)
    if told is not None:
        messages.success(request, told)
        return redirect("handover_customers", no=no)
    held = services.held_by(row.project, row.user).select_related("customer").prefetch_related("customer__phones")
    page = Paginator(held, A_PAGE).get_page(request.GET.get("page"))
    shown = {"row": row, "form": form, "page": page, "busy": handing_on(row)}
    return render(request, "leads/handover_customers.html", shown, status=form.http_status)


def _hand(request: WorkRequest, row: HandOver, given: dict[str, Any], now: datetime) -> str:
    """Few at once; many by a job, while whoever asked goes on."""
    here = request.workplace
    targets = Targets(given["holder"], tuple(given["people"]) if given["holder"] == "person" else ())
    customers = None if given["which"] == ALL else given["customers"]
    if customers is None and services.held_by(row.project, row.user).count() > AT_ONCE:
        leave_to_job(here=here, hand_over=row, targets=targets, at=now)
        return _("客户多，正在分批分配")
    given_on = services.hand_customers(here=here, hand_over=row, targets=targets, customers=customers, at=now)
    return said(given_on)
