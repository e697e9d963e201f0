"""签单: deposit, refund, contract."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from leads import reads, services
from leads.forms.deals import DealForm, DepositForm, RefundForm
from leads.models import Deposit
from leads.money import read_yuan, yuan
from people.access import WorkRequest, needs
from people.roles import Right, Role
from people.views.acting import acted
from trail import clock


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def deposit(request: WorkRequest, pk: UUID) -> HttpResponse:
    """A deposit that the customer paid with me."""
    here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
    form = DepositForm(request.POST or None, designers=reads.colleagues(here, now, Role.DESIGNER))

    def take(given: dict[str, Any], now: datetime) -> str:
        fen, designer = read_yuan(given["amount"], field="amount"), given["designer"]
        return services.take_deposit(
            here=here, customer=found, by=here.user, designer=designer, amount_fen=fen, at=now
        ).no

    no = acted(request, form, "deposit", take)
    if no is not None:
        messages.success(request, _("定金记下了，编号 %(no)s") % {"no": no})
        return redirect("customer", pk=pk)
    return render(request, "leads/deposit.html", {"form": form, "customer": found}, status=form.http_status)


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def refund(request: WorkRequest, no: str) -> HttpResponse:
    """Give a deposit back, at most what is left of it."""
    here, paid = request.workplace, get_object_or_404(reads.deposits(request.workplace), no=no)
    form = RefundForm(request.POST or None)

    def give_back(given: dict[str, Any], now: datetime) -> str:
        amount = read_yuan(given["amount"], field="amount")
        return yuan(services.give_deposit_back(here=here, deposit=paid, amount_fen=amount, at=now).amount_fen)

    back = acted(request, form, "refund", give_back)
    if back is not None:
        messages.success(request, _("退定记下了：%(no)s 退 %(back)s") % {"no": paid.no, "back": back})
        return redirect("customer", pk=paid.customer_id)
    return render(request, "leads/refund.html", {"form": form, "deposit": paid}, status=form.http_status)


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def deal_new(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Enter a signed contract."""
    here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
    people = {"sellers": reads.sellers(here, now), "designers": reads.colleagues(here, now, Role.DESIGNER)}
    form = DealForm(request.POST or None, initial={"closer": here.user.pk}, **people)

    def sign(given: dict[str, Any], now: datetime) -> str:
        return services.sign_deal(
            here=here, customer=found, closer=given["closer"], designer=given["designer"],
            amount_fen=read_yuan(given["amount"], field="amount"),
            commission_fen=read_yuan(given["commission"], field="commission"), term_months=given["term"], at=now,
        ).no  # fmt: skip

    no = acted(request, form, "deal", sign)
    if no is not None:
        messages.success(request, _("签单记下了，编号 %(no)s") % {"no": no})
        return redirect("deal", no=no)
    return render(request, "leads/deal_new.html", {"form": form, "customer": found}, status=form.http_status)


@needs(Right.DEALS, Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.SPLITS)
@require_GET
def deal(request: WorkRequest, no: str) -> HttpResponse:
    """One contract with what was paid before it."""
    here, found = request.workplace, get_object_or_404(reads.deals(request.workplace), no=no)
    paid = Deposit.objects.filter(customer=found.customer, project=found.project).select_related("by", "designer")
    shown = {
        "deal": found, "deposits": paid.prefetch_related("refunds__by").order_by("at", "pk"),
        "may_open": reads.visible(here).filter(pk=found.customer_id).exists(),
    }  # fmt: skip
    return render(request, "leads/deal.html", shown)
