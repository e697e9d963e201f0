"""签单: deposit, refund, contract."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from leads import reads, services
from leads.forms.deals import DealForm, DepositForm, RefundForm
from leads.models import Customer, Deposit
from leads.money import read_yuan, yuan
from people.access import WorkRequest, needs
from people.roles import Right, Role
from trail import clock
from trail.refusals import Refusal
from trail.services import once


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def deposit(request: WorkRequest, pk: UUID) -> HttpResponse:
    """A deposit that the customer paid with me."""
    here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
    form = DepositForm(request.POST or None, designers=reads.colleagues(here, now, Role.DESIGNER))
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            no, _new = once(key=key, by=here.user.pk, act="deposit", at=now, do=lambda: _take(request, found, form))
            messages.success(request, _("定金记下了，编号 %(no)s") % {"no": no})
            return redirect("customer", pk=pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "leads/deposit.html", {"form": form, "customer": found}, status=form.http_status)


def _take(request: WorkRequest, found: Customer, form: DepositForm) -> str:
    given = form.cleaned_data
    taken = services.take_deposit(
        here=request.workplace, customer=found, by=request.user, designer=given["designer"],
        amount_fen=read_yuan(given["amount"], field="amount"), at=clock.now(),
    )  # fmt: skip
    return taken.no


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def refund(request: WorkRequest, no: str) -> HttpResponse:
    """Give a deposit back, at most what is left of it."""
    here, now, paid = request.workplace, clock.now(), get_object_or_404(reads.deposits(request.workplace), no=no)
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            back, _new = once(
                key=key, by=here.user.pk, act="refund", at=now, do=lambda: _give_back(request, paid, form)
            )
            messages.success(request, _("退定记下了：%(no)s 退 %(back)s") % {"no": paid.no, "back": back})
            return redirect("customer", pk=paid.customer_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "leads/refund.html", {"form": form, "deposit": paid}, status=form.http_status)


def _give_back(request: WorkRequest, paid: Deposit, form: RefundForm) -> str:
    amount = read_yuan(form.cleaned_data["amount"], field="amount")
    back = services.give_deposit_back(here=request.workplace, deposit=paid, amount_fen=amount, at=clock.now())
    return yuan(back.amount_fen)


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def deal_new(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Enter a signed contract."""
    here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
    people = {"sellers": reads.sellers(here, now), "designers": reads.colleagues(here, now, Role.DESIGNER)}
    form = DealForm(request.POST or None, initial={"closer": here.user.pk}, **people)
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            no, _new = once(key=key, by=here.user.pk, act="deal", at=now, do=lambda: _sign(request, found, form))
            messages.success(request, _("签单记下了，编号 %(no)s") % {"no": no})
            return redirect("deal", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "leads/deal_new.html", {"form": form, "customer": found}, status=form.http_status)


def _sign(request: WorkRequest, found: Customer, form: DealForm) -> str:
    given = form.cleaned_data
    signed = services.sign_deal(
        here=request.workplace, customer=found, closer=given["closer"], designer=given["designer"],
        amount_fen=read_yuan(given["amount"], field="amount"),
        commission_fen=read_yuan(given["commission"], field="commission"), term_months=given["term"], at=clock.now(),
    )  # fmt: skip
    return signed.no


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
