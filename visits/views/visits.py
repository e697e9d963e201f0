"""Visits: leaving, one visit, its hand-over, late entry and slip."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads.screening import phones
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import conduct, receptions, record, services, slips
from visits import desk as reads
from visits.forms import HandOverForm
from visits.gifts import gift_of, offered
from visits.models import Visit
from visits.record import corrections_of
from visits.views.desk import arrival_form
from visits.wording import texts_of


@needs(Right.DESK, Right.OWN_BOOKS)
@require_POST
def leave(request: WorkRequest, no: str) -> HttpResponse:
    """The visitor goes: at the desk with or without a gift; whoever receives them says only that."""
    visit, here = get_object_or_404(receptions.answerable(request.workplace), no=no), request.workplace
    at_desk = here.may(Right.DESK)
    how = Visit.LeftHow.DESK if at_desk else Visit.LeftHow.RECEIVER
    try:
        gift = gift_of(visit.site, request.POST.get("gift", "")) if at_desk else None
        services.leave(here=here, visit=visit, gift=gift, at=clock.now(), how=how)
        messages.success(request, _("%(no)s 已离开") % {"no": no})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("desk") if at_desk else redirect("visit", no=no)


@needs(Right.DESK, Right.OWN_BOOKS)
@require_POST
def still(request: WorkRequest, no: str) -> HttpResponse:
    """«还在»: asked again later."""
    visit = get_object_or_404(receptions.answerable(request.workplace), no=no)
    try:
        services.still_here(here=request.workplace, visit=visit, at=clock.now())
        messages.success(request, _("好，过一阵再问"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("visit", no=no)


@needs(Right.DESK)
@require_POST
def gift(request: WorkRequest, no: str) -> HttpResponse:
    """What a visitor got who left without the desk seeing it; none is an answer."""
    visit = get_object_or_404(reads.visible(request.workplace), no=no)
    try:
        chosen = gift_of(visit.site, request.POST.get("gift", ""))
        services.answer_gift(here=request.workplace, visit=visit, gift=chosen, at=clock.now())
        messages.success(request, _("礼品记好了"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("visit", no=no)


@needs(Right.VISIT_LOG, Right.DESK, Right.OWN_BOOKS, Right.CORRECT)
@require_GET
def visit(request: WorkRequest, no: str) -> HttpResponse:
    """到访单: one visit, and who received it why."""
    return _visit_page(request, get_object_or_404(reads.visible(request.workplace), no=no))


def _visit_page(request: WorkRequest, found: Visit, form: HandOverForm | None = None) -> HttpResponse:
    sellers = reads.sellers(request.workplace.project, clock.now())
    shown = {
        "visit": found, "number": phones.mask34(found.number) if found.number else "",
        "hand_over": form or HandOverForm(sellers=sellers), "form": form, "agency": reads.agency_of(found),
        **slips.of_visit(found), **receptions.of_visit(request.workplace, found, clock.now()),
        "record": record.in_words(found), "gifts": offered(found.site), "texts": texts_of(found.site),
        "mine": any(r.until is None and r.by_id == request.user.pk for r in found.receptions.all()),
        "corrections": corrections_of(found), **conduct.of_visit(request.workplace, found, found.receptions.all()),
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
            services.hand_over(here=request.workplace, visit=found, at=clock.now(), **form.given())
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
