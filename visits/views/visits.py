"""Visits: leaving, the site log, one visit, its hand-over, late entry and slip."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads.screening import phones
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import services
from visits.forms import HandOverForm, LogFilter
from visits.models import Visit
from visits.views.desk import arrival_form
from visits.wording import texts_of


@needs(Right.DESK)
@require_POST
def leave(request: WorkRequest, no: str) -> HttpResponse:
    """The visitor goes, with or without a gift."""
    visit = get_object_or_404(reads.visible(request.workplace), no=no)
    try:
        services.leave(here=request.workplace, visit=visit, gift=request.POST.get("gift", ""), at=clock.now())
        messages.success(request, _("%(no)s 已离开") % {"no": no})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("desk")


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
def visits(request: WorkRequest) -> HttpResponse:
    """到访本: the site log."""
    form = LogFilter(request.GET or None)
    rows = reads.visible(request.workplace).prefetch_related("receptions__by").order_by("-arrived_at", "-pk")
    if form.is_valid():
        rows = _filtered(request, rows, form.cleaned_data)
    return render(
        request, "visits/log.html", {"filter": form, "page": Paginator(rows, 50).get_page(request.GET.get("page"))}
    )


def _filtered(request: WorkRequest, rows: Any, given: dict[str, Any]) -> Any:
    zone = request.workplace.project.zone
    if given["since"]:
        rows = rows.filter(arrived_at__gte=datetime.combine(given["since"], time(), zone))
    if given["until"]:
        rows = rows.filter(arrived_at__lt=datetime.combine(given["until"] + timedelta(days=1), time(), zone))
    rows = rows.on_site() if given["here"] else rows
    return rows.filter(registered=Visit.Registered.LATE) if given["late"] else rows


@needs(Right.VISIT_LOG, Right.DESK, Right.OWN_BOOKS)
@require_GET
def visit(request: WorkRequest, no: str) -> HttpResponse:
    """到访单: one visit, and who received it why."""
    return _visit_page(request, get_object_or_404(reads.visible(request.workplace), no=no))


def _visit_page(request: WorkRequest, found: Visit, form: HandOverForm | None = None) -> HttpResponse:
    sellers = reads.sellers(request.workplace.project, clock.now())
    shown = {
        "visit": found, "number": phones.mask34(found.number) if found.number else "",
        "receptions": found.receptions.select_related("by", "stands_in_for", "arranged_by").order_by("since", "pk"),
        "hand_over": form or HandOverForm(sellers=sellers), "form": form, "agency": reads.agency_of(found),
    }  # fmt: skip
    return render(request, "visits/visit.html", shown, status=form.http_status if form else 200)


@needs(Right.DESK)
@require_POST
def hand_over(request: WorkRequest, no: str) -> HttpResponse:
    """Somebody else receives from now on."""
    found = get_object_or_404(reads.visible(request.workplace), no=no)
    form = HandOverForm(request.POST, sellers=reads.sellers(request.workplace.project, clock.now()))
    if form.is_valid():
        try:
            services.hand_over(here=request.workplace, visit=found, to=form.cleaned_data["to"], at=clock.now())
            return redirect("visit", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return _visit_page(request, found, form)


@needs(Right.DESK)
@require_http_methods(["GET", "POST"])
def enter_late(request: WorkRequest, no: str) -> HttpResponse:
    """补登: data that the visitor gave only later."""
    found = get_object_or_404(reads.visible(request.workplace).filter(customer__isnull=True), no=no)
    form = arrival_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_late(here=request.workplace, visit=found, arrival=form.arrival(), at=clock.now())
            return redirect("visit", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "visits/enter_late.html", {"form": form, "visit": found}, status=form.http_status)


@needs(Right.DESK, Right.VISIT_LOG)
@require_GET
def slip(request: WorkRequest, no: str) -> HttpResponse:
    """客户到访确认单: one A5 page, the number masked."""
    found = get_object_or_404(reads.visible(request.workplace), no=no)
    reception = found.receptions.select_related("by").order_by("since").first()
    shown = {
        "visit": found, "reception": reception, "number": phones.mask34(found.number) if found.number else "",
        "agency": reads.agency_of(found), "texts": texts_of(found.site, name=found.name),
    }  # fmt: skip
    return render(request, "visits/slip.html", shown)
