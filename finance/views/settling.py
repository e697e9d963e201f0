"""甲方结佣: what Party A has still to pay for agencies, and entering what it paid."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from finance import services
from finance.forms import SettlementForm
from finance.models import Entry
from finance.reads import settling
from leads.models import Deal
from leads.money import read_yuan
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted


@needs(Right.BOOKKEEPING)
@require_GET
def settlements(request: WorkRequest) -> HttpResponse:
    """Deals that wait for Party A."""
    return render(request, "finance/settlements.html", {"rows": settling.unsettled(request.workplace.project)})


@needs(Right.BOOKKEEPING)
@require_http_methods(["GET", "POST"])
def settlement(request: WorkRequest, no: str) -> HttpResponse:
    """One deal: what each agency has coming, what was paid so far, and the next payment."""
    here = request.workplace
    deal = get_object_or_404(Deal.objects.select_related("customer", "closer"), project=here.project, no=no)
    form = SettlementForm(request.POST or None)

    def settle(given: dict[str, Any], now: datetime) -> Entry:
        amount = read_yuan(given["amount"], field="amount")
        return services.settle_deal(here=here, deal=deal, amount_fen=amount, slip=given["slip"], at=now)

    if acted(request, form, "settle", settle) is not None:
        messages.success(request, _("结佣记下了，应付给分销公司的已经转好"))
        return redirect("settlement", no=no)
    agencies = settling.of_agencies(deal)
    shown = {
        "deal": deal, "form": form, "agencies": agencies, "waits": sum(waits for _name, _paid, waits in agencies),
        "past": settling.settlements(deal),
    }  # fmt: skip
    return render(request, "finance/settlement.html", shown, status=form.http_status)
