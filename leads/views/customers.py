"""客户档案: one customer, one story; and what is added to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads import reads, services
from leads.forms.customers import RelationForm, RevealForm
from leads.forms.following import ContactForm
from leads.models import Customer
from leads.reads import customer_page
from leads.reads.questions import stands_for
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

MAY_OPEN = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.DESK)
MAY_WRITE = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS)


@needs(*MAY_OPEN)
@require_GET
def customer(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Who follows the customer and why, and everything that happened; of a merged record, that of the one it became part of."""
    try:
        return _page(request, reads.customer_or_404(request.workplace, pk))
    except Http404:
        if becomes := stands_for(pk):
            return redirect("customer", pk=becomes)
        raise


def _page(request: WorkRequest, found: Customer, **sent: Form) -> HttpResponse:
    """The customer's page; a form that was refused comes back filled in."""
    here = request.workplace
    shown: dict[str, Any] = {
        **customer_page.page(here, found, clock.now()),
        "may_write": any(here.may(right) for right in MAY_WRITE), "told": Form(auto_id="told_%s"),
        "contact": ContactForm(auto_id="contact_%s"), "reveal": RevealForm(request=request, auto_id="reveal_%s"),
        "relation": sent.get("relation") or _relation_form(request), "form": next(iter(sent.values()), None),
    }  # fmt: skip
    status = max((form.http_status for form in sent.values()), default=200)
    return render(request, "leads/customer.html", shown | sent, status=status)


def _relation_form(request: WorkRequest, data: Any = None) -> RelationForm:
    colleagues = reads.sellers(request.workplace, clock.now())
    return RelationForm(data, colleagues=colleagues, auto_id="relation_%s")


@needs(*MAY_WRITE)
@require_POST
def contact(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Note that I was in touch."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = ContactForm(request.POST, auto_id="contact_%s")

    def log(_given: Any, now: datetime) -> Any:
        return services.log_contact(here=here, customer=found, at=now, **form.given())

    if acted(request, form, "contact", log) is not None:
        messages.success(request, _("跟进记下了"))
        return redirect("customer", pk=pk)
    return _page(request, found, contact=form)


@needs(*MAY_WRITE)
@require_POST
def relate(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Note that the customer is kin or friend of somebody."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = _relation_form(request, request.POST)

    def act(given: dict[str, Any], now: datetime) -> Any:
        typed, staff, kind = given["other"].strip(), given["staff"], given["kind"]
        other = services.other_customer(here=here, text=typed, at=now) if typed else None
        return services.relate(here=here, customer=found, other=other, staff=staff, kind=kind, at=now)

    if acted(request, form, "relate", act) is not None:
        messages.success(request, _("关系登记好了"))
        return redirect("customer", pk=pk)
    return _page(request, found, relation=form)


@needs(*MAY_OPEN)
@require_POST
def reveal(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Show the whole number once, for a reason that is on record."""
    found = reads.customer_or_404(request.workplace, pk)
    form = RevealForm(request.POST, request=request, auto_id="reveal_%s")
    if form.is_valid():
        try:
            numbers = services.reveal(
                here=request.workplace, customer=found, reason=form.cleaned_data["reason"], at=clock.now()
            )  # fmt: skip
            return render(request, "leads/revealed.html", {"customer": found, "numbers": numbers})
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, found, reveal=form)
