"""约到访: said, seen and withdrawn; and what agents announced who cannot come (D11-M2), with the counterpart's two tasks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads.reads import customer_or_404
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from visits import expected as reads
from visits import services
from visits.expected_forms import CallForm, CheckForm, ExpectForm
from visits.models import Expected

A_PAGE = 50
SEES = (Right.OWN_BOOKS, Right.DESK, Right.VISIT_LOG)


@needs(Right.OWN_BOOKS)
@require_GET
def expected(request: WorkRequest) -> HttpResponse:
    """约到访: whom I expect, and whom I expected; the newest day first."""
    now = clock.now()
    rows = reads.visible(request.workplace).filter(by=request.user).prefetch_related("customer__phones")
    page = Paginator(rows.order_by("-on", "about", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "visits/expected_list.html", {"page": page, "rows": reads.told(page, now)})


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def expect(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Say that a customer comes on a day."""
    here, customer = request.workplace, customer_or_404(request.workplace, pk)
    today = reads.local_day(here.project, clock.now())
    form = ExpectForm(request.POST or None, here=here, initial={"on": today})

    def say(_given: Any, now: Any) -> str:
        return services.expect(here=here, customer=customer, at=now, **form.given()).no

    no = acted(request, form, "expect", say)
    if no is not None:
        messages.success(request, _("约好了，那天前台会看到"))
        return redirect("expected_visit", no=no)
    rows = reads.told(reads.of_customer(here, customer, clock.now()), clock.now())
    shown = {"customer": customer, "form": form, "rows": rows}
    return render(request, "visits/expect.html", shown, status=form.http_status)


@needs(*SEES)
@require_GET
def expected_visit(request: WorkRequest, no: str) -> HttpResponse:
    """One expected visit, with its code for the desk's scanner."""
    row = _one(request, no)
    (told,) = reads.told([row], clock.now())
    mine = row.by_id == request.user.pk and row.visit_id is None and row.withdrawn_at is None
    return render(request, "visits/expected.html", {**told, "mine": mine, "form": Form()})


@needs(Right.OWN_BOOKS)
@require_POST
def expected_withdraw(request: WorkRequest, no: str) -> HttpResponse:
    """The customer does not come after all."""
    mine = reads.visible(request.workplace).filter(by=request.user)
    row, form = get_object_or_404(mine, no=no), Form(request.POST)

    def take_back(_given: Any, now: Any) -> str:
        return services.withdraw(here=request.workplace, expected=row, at=now).no

    if acted(request, form, "expected_withdraw", take_back) is not None:
        messages.success(request, _("撤回了"))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("expected_visit", no=no)


def _one(request: WorkRequest, no: str) -> Expected:
    return get_object_or_404(reads.visible(request.workplace).prefetch_related("customer__phones"), no=no)


@needs(Right.ANNOUNCED)
@require_GET
def announced(request: WorkRequest) -> HttpResponse:
    """Visits that agents announced who could not come, the newest first, with what is waiting and what is late."""
    rows = reads.announced(request.workplace).prefetch_related("customer__phones")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "visits/announced.html", {"page": page, "rows": reads.told(page, clock.now())})


@needs(Right.ANNOUNCED)
@require_GET
def announced_visit(request: WorkRequest, no: str) -> HttpResponse:
    """One of them: 审客 and 电话追访."""
    return _announced_page(request, _announced(request, no))


def _announced(request: WorkRequest, no: str) -> Expected:
    rows = reads.announced(request.workplace).prefetch_related("customer__phones")
    return get_object_or_404(rows, no=no)


def _announced_page(request: WorkRequest, row: Expected, **sent: Form) -> HttpResponse:
    (told,) = reads.told([row], clock.now())
    forms = {"checking": CheckForm(auto_id="check_%s"), "calling": CallForm(auto_id="call_%s"), **sent}
    form = next(iter(sent.values()), None)
    shown = {**told, **forms, "form": form}
    return render(request, "visits/announced_visit.html", shown, status=form.http_status if form else 200)


@needs(Right.ANNOUNCED)
@require_POST
def announced_check(request: WorkRequest, no: str) -> HttpResponse:
    """Party A has looked the customer up."""
    row, form = _announced(request, no), CheckForm(request.POST, auto_id="check_%s")

    def check(given: dict[str, Any], now: Any) -> str:
        passed, note = given["passed"] == "yes", given["note"]
        return services.check_announced(here=request.workplace, expected=row, passed=passed, note=note, at=now).no

    if acted(request, form, "announced_check", check) is not None:
        messages.success(request, _("审客记下了"))
        return redirect("announced_visit", no=no)
    return _announced_page(request, row, checking=form)


@needs(Right.ANNOUNCED)
@require_POST
def announced_call(request: WorkRequest, no: str) -> HttpResponse:
    """The customer was reached."""
    row, form = _announced(request, no), CallForm(request.POST, auto_id="call_%s")

    def call(given: dict[str, Any], now: Any) -> str:
        return services.call_announced(here=request.workplace, expected=row, note=given["note"], at=now).no

    if acted(request, form, "announced_call", call) is not None:
        messages.success(request, _("追访记下了"))
        return redirect("announced_visit", no=no)
    return _announced_page(request, row, calling=form)
