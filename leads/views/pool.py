"""公海, what one is asked to take, transfers that wait, and an ownership agreement to print."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads import reads, services
from leads.forms.protection import AnswerForm, DecisionForm, PoolFilter
from leads.models import Transfer
from leads.privacy.giving import decide_told
from leads.reads import pool as pool_reads
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form

A_PAGE = 50
TRANSFERS = (Right.OWN_BOOKS, Right.ALLOCATE)


@needs(Right.POOL, Right.ALLOCATE)
@require_GET
def pool(request: WorkRequest) -> HttpResponse:
    """Customers whom nobody follows, the newest first."""
    here, now, form = request.workplace, clock.now(), PoolFilter(request.GET)
    rows = pool_reads.in_pool(here, now, **form.chosen())
    shown = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")), "filter": form,
        "offers": pool_reads.offers_to(here, now).count(), "may_claim": here.may(Right.POOL),
        "may_allocate": here.may(Right.ALLOCATE), "terms": here.project.terms,
    }  # fmt: skip
    return render(request, "leads/pool.html", shown)


@needs(Right.POOL)
@require_POST
def pool_claim(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Take a customer out of the pool; whoever is too late is told so on the pool's page."""
    here, form = request.workplace, Form(request.POST)
    found = get_object_or_404(pool_reads.known_to_pool(here), pk=pk)

    def act(_given: Any, now: Any) -> str:
        return str(services.claim_from_pool(here=here, customer=found, at=now).pk)

    if acted(request, form, "pool.claim", act) is not None:
        messages.success(request, _("认领好了，归你跟进"))
        return redirect("customer", pk=pk)
    return _back(request, form, "pool")


def _back(request: WorkRequest, form: Form, page: str) -> HttpResponse:
    """To the list, or where there is something to do about it, with the sentence that says why not."""
    for sentence in (str(error) for errors in form.errors.values() for error in errors):
        messages.error(request, sentence)
    return redirect(form.way[0] if form.way else page)


@needs(Right.OWN_BOOKS)
@require_GET
def offers(request: WorkRequest) -> HttpResponse:
    """Customers whom I had reported too and may take now."""
    rows = pool_reads.offers_to(request.workplace, clock.now())
    return render(request, "leads/offers.html", {"offers": rows})


@needs(Right.OWN_BOOKS)
@require_POST
def offer_answer(request: WorkRequest, pk: int) -> HttpResponse:
    """Take the customer, or not."""
    here, form = request.workplace, AnswerForm(request.POST)
    offer = get_object_or_404(pool_reads.asked_of(here), pk=pk)

    def act(given: dict[str, Any], now: Any) -> str:
        taken = services.answer_offer(here=here, offer=offer, accept=given["accept"] == "yes", at=now)
        return "taken" if taken else "declined"

    came = acted(request, form, "offer", act)
    if came == "taken":
        messages.success(request, _("接手了，归你跟进"))
        return redirect("customer", pk=offer.customer_id)
    if came:
        messages.success(request, _("知道了，问下一位"))
    return _back(request, form, "offers")


@needs(*TRANSFERS)
@require_GET
def transfers(request: WorkRequest) -> HttpResponse:
    """Transfers that wait for a decision, and those that are over."""
    here, rows = request.workplace, pool_reads.transfers(request.workplace)
    over = rows.exclude(state=Transfer.State.ASKED)
    shown = {
        "asked": rows.filter(state=Transfer.State.ASKED)[:A_PAGE], "may_decide": here.may(Right.ALLOCATE),
        "page": Paginator(over, A_PAGE).get_page(request.GET.get("page")), "me": here.user,
    }  # fmt: skip
    return render(request, "leads/transfers.html", shown)


@needs(Right.ALLOCATE)
@require_POST
def transfer_decide(request: WorkRequest, no: str) -> HttpResponse:
    """Approve a transfer, or not."""
    here, form = request.workplace, DecisionForm(request.POST)
    row = get_object_or_404(pool_reads.transfers(here), no=no)

    def act(given: dict[str, Any], now: Any) -> str:
        yes, why = given["approve"] == "yes", given["reason"]
        return str(decide_told(here=here, transfer=row, approve=yes, reason=why, at=now).state)

    if (came := acted(request, form, "transfer.decide", act)) is not None:
        messages.success(
            request, _("已批准，客户转过去了") if came == Transfer.State.DONE else _("没有批准，理由已告诉对方")
        )
    return _back(request, form, "transfers")


@needs(Right.OWN_BOOKS)
@require_POST
def transfer_withdraw(request: WorkRequest, no: str) -> HttpResponse:
    """Take one's own question back."""
    here, form = request.workplace, Form(request.POST)
    row = get_object_or_404(pool_reads.transfers(here).filter(giver=here.user), no=no)

    def act(_given: Any, now: Any) -> str:
        return str(services.withdraw_transfer(here=here, transfer=row, at=now).state)

    if acted(request, form, "transfer.withdraw", act) is not None:
        messages.success(request, _("已撤回"))
    return _back(request, form, "transfers")


@needs(*TRANSFERS)
@require_GET
def deed(request: WorkRequest, no: str) -> HttpResponse:
    """An ownership agreement on a sheet of A4; the customer's number masked, whole only through «显示号码»."""
    row = get_object_or_404(pool_reads.deeds(request.workplace), no=no)
    house = row.user.memberships.filter(project=row.project).select_related("organisation").first()
    phones = [phone.masked for phone in row.customer.phones.order_by("pk")]
    shown = {"deed": row, "phones": phones, "organisation": house.organisation if house else None}
    return render(
        request, "leads/deed.html", shown | {"opens": reads.visible(request.workplace).filter(pk=row.customer_id)}
    )
