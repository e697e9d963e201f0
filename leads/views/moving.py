"""What moves a customer, or the end of a protection: one page for each act, with what follows from it (公海、分配、保护、转交、协议)."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from leads import reads, services
from leads.forms.protection import NEITHER, AllocateForm, DecideForm, DeedForm, ReleaseForm, TransferForm
from leads.models import Transfer
from leads.privacy.giving import allocate_told, deed_told, transfer_told
from leads.views.act import act_page
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock


@needs(Right.OWN_BOOKS, Right.ALLOCATE)
@require_http_methods(["GET", "POST"])
def release(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Give a customer up."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = ReleaseForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return services.release_to_pool(here=here, customer=found, reason=given["reason"], at=now)

    if acted(request, form, "release", act) is not None:
        messages.success(request, _("已放回公海"))
        return redirect("pool" if here.may(Right.POOL) else "me")
    lines = [_("客户不再归原来的人跟进"), _("先问更早报备过的人，没有人接手再进公海，谁都可以认领")]
    return act_page(request, found, form, title=_("放回公海"), button=_("放回公海"), lines=lines)


@needs(Right.ALLOCATE)
@require_http_methods(["GET", "POST"])
def allocate(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Give a customer to somebody."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = AllocateForm(request.POST or None, people=reads.takers(here, clock.now()))

    def act(_given: dict[str, Any], now: datetime) -> Any:
        return allocate_told(here=here, customer=found, at=now, **form.given())

    if acted(request, form, "allocate", act) is not None:
        messages.success(request, _("已分配"))
        return redirect("customer", pk=pk)
    lines = [_("马上归新的人跟进，保护期从今天算"), _("原来跟进的人会收到通知")]
    return act_page(request, found, form, title=_("分配客户"), button=_("分配"), lines=lines)


@needs(Right.ALLOCATE)
@require_http_methods(["GET", "POST"])
def protection(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Decide how long this customer is protected."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = DecideForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return services.decide_protection(here=here, customer=found, days=given["days"], reason=given["reason"], at=now)

    if acted(request, form, "protection", act) is not None:
        messages.success(request, _("保护期已改"))
        return redirect("customer", pk=pk)
    terms = here.project.terms
    span = {"min": terms.protection_min, "max": terms.protection_max}
    lines = [_("制度允许 %(min)s 到 %(max)s 天，从开始跟进那天算，只能往后定") % span] if terms.protection_min else []
    return act_page(request, found, form, title=_("单独定保护期"), button=_("定下来"), lines=lines)


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def transfer(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Hand a customer over to a colleague: with consent or approval, never on one's own (D05-4.2b2)."""
    here, found, now = request.workplace, reads.customer_or_404(request.workplace, pk), clock.now()
    form = TransferForm(request.POST or None, people=reads.takers(here, now).exclude(pk=here.user.pk))
    if form.is_valid() and form.cleaned_data["consent"] == NEITHER:
        form.refuse(services.refuse_private(here=here, customer=found, to=form.cleaned_data["to"], at=now))

    def act(_given: dict[str, Any], now: datetime) -> str:
        return str(transfer_told(here=here, customer=found, at=now, **form.given()).state)

    state = acted(request, form, "transfer", act)
    if state is not None:
        done = state == Transfer.State.DONE
        messages.success(request, _("已转交") if done else _("已提交，主管批准后转交"))
        return redirect("transfers")
    lines = [_("客户同意：马上转交"), _("部门批准：主管批准以后转交"), _("两样都没有不能转交，私自转交会记下来")]
    return act_page(request, found, form, title=_("转交客户"), button=pgettext("button", "转交"), lines=lines)


@needs(Right.ALLOCATE)
@require_http_methods(["GET", "POST"])
def deed_new(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Put a signed ownership agreement on record."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = DeedForm(request.POST or None, people=reads.takers(here, clock.now()))

    def act(_given: dict[str, Any], now: datetime) -> str:
        asked = form.given()
        signed = datetime.combine(asked.pop("signed_on"), time.min, tzinfo=here.project.zone)
        return deed_told(here=here, customer=found, signed_at=signed, at=now, **asked).no

    no = acted(request, form, "deed", act)
    if no is not None:
        messages.success(request, _("协议录好了，编号 %(no)s") % {"no": no})
        return redirect("deed", no=no)
    lines = [
        _("协议是归属最有力的书面凭据"), _("和现在跟进的人不一致，就立案由主管裁定"), _("没人跟进的客户，录好就归协议上的人跟进"),
    ]  # fmt: skip
    return act_page(request, found, form, title=_("录入归属协议"), button=pgettext("button", "录入"), lines=lines)
