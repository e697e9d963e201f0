"""签单: deposit, refund, contract, and what becomes of a contract."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from leads import commission, reads, services
from leads.forms.deals import CHANGES, DealForm, DepositForm, PriceForm, RefundForm, fen
from leads.models import Deal, DealChange, Deposit
from leads.money import read_yuan, yuan
from people.access import WorkRequest, needs
from people.roles import Right, Role
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal


@needs(Right.DEALS)
@require_http_methods(["GET", "POST"])
def deposit(request: WorkRequest, pk: UUID) -> HttpResponse:
    """A deposit that the customer paid with me."""
    here, now, found = request.workplace, clock.now(), reads.customer_or_404(request.workplace, pk)
    form = DepositForm(request.POST or None, designers=reads.colleagues(here, now, Role.DESIGNER))

    def take(given: dict[str, Any], now: datetime) -> str:
        amount, designer = read_yuan(given["amount"], field="amount"), given["designer"]
        return services.take_deposit(
            here=here, customer=found, by=here.user, designer=designer, amount_fen=amount, at=now
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
            amount_fen=read_yuan(given["amount"], field="amount"), commission_fen=fen(given, "commission"),
            term_months=given["term"], product=given["product"], at=now,
        ).no  # fmt: skip

    no = acted(request, form, "deal", sign)
    if no is not None:
        messages.success(request, _("签单记下了，编号 %(no)s") % {"no": no})
        return redirect("deal", no=no)
    shown = {"form": form, "customer": found, "products": commission.products(here.project, now)}
    return render(request, "leads/deal_new.html", shown, status=form.http_status)


@needs(Right.DEALS, Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.SPLITS)
@require_GET
def deal(request: WorkRequest, no: str) -> HttpResponse:
    """One contract with what was paid before it."""
    here, found = request.workplace, get_object_or_404(reads.deals(request.workplace), no=no)
    paid = Deposit.objects.filter(customer=found.customer, project=found.project).select_related("by", "designer")
    shown = {
        "deal": found, "deposits": paid.prefetch_related("refunds__by").order_by("at", "pk"),
        "changes": found.changes.select_related("by").order_by("pk"), "may_change": _may_change(request, found),
        "may_open": reads.visible(here).filter(pk=found.customer_id).exists(),
    }  # fmt: skip
    return render(request, "leads/deal.html", shown)


def _may_change(request: WorkRequest, deal: Deal) -> bool:
    return request.workplace.may(Right.CHANGE_DEALS) and deal.cancelled_at is None


@needs(Right.CHANGE_DEALS)
@require_http_methods(["GET", "POST"])
def deal_change(request: WorkRequest, no: str, kind: str) -> HttpResponse:
    """Another price, money given back, cancelled: what is asked for, what it comes to, then it is done."""
    here, found = request.workplace, get_object_or_404(reads.deals(request.workplace), no=no)
    if kind not in CHANGES:
        raise Http404
    form = CHANGES[kind](request.POST or None, initial={"seen": f"{found.amount_fen}-{found.commission_fen}"})

    def change(given: dict[str, Any], now: datetime) -> DealChange:
        what = form.change(kind)
        return services.change_deal(here=here, deal=found, change=what, reason=given["reason"], seen=form.was(), at=now)

    if "sure" in request.POST and acted(request, form, "deal_change", change) is not None:
        messages.success(request, _("改好了，分成按同样的比例跟着调整"))
        return redirect("deal", no=no)
    title = DealChange.Kind(kind).label
    shown = {"deal": found, "form": form, "title": title, "kind": kind, "after": _after(form, found, kind)}
    return render(request, "leads/deal_change.html", shown, status=form.http_status)


def _after(form: PriceForm, deal: Deal, kind: str) -> tuple[int, int] | None:
    """What the contract and its commission would come to; None where nothing was asked for, or it cannot be."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return services.sums_after(deal, form.change(kind))
    except Refusal as refusal:
        form.refuse(refusal)
        return None
