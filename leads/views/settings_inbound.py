"""设置 → 报备来源: gateways that post what they receive, and mailboxes that are read."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads.forms.inbound import GatewayForm, MailboxForm
from leads.inbound import sources
from leads.inbound.mailbox import TROUBLES
from leads.models import InboundSource
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once


@needs(Right.SETTINGS)
@require_GET
def settings_inbound(request: WorkRequest) -> HttpResponse:
    """Where reports come from by themselves, and how each is doing."""
    return _page(request)


def _page(request: WorkRequest, form: Form | None = None, **more: Any) -> HttpResponse:
    shown: dict[str, Any] = {
        "rows": [(row, TROUBLES.get(row.error, "")) for row in sources.sources(request.workplace)[:100]],
        "gateway": GatewayForm(request=request), "mailbox": MailboxForm(auto_id="box_%s"), "form": form, "base": settings.GUISHU_URL,
    }  # fmt: skip
    return render(request, "leads/settings_inbound.html", shown | more, status=form.http_status if form else 200)


@needs(Right.SETTINGS)
@require_POST
def settings_inbound_gateway(request: WorkRequest) -> HttpResponse:
    """A new gateway. Its secret is shown here and now, and never again."""
    form = GatewayForm(request.POST, request=request)
    if form.is_valid():
        try:
            return _opened(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, gateway=form)


def _opened(request: WorkRequest, form: GatewayForm) -> HttpResponse:
    """Open it. The answer to a second tap is that it is open: the secret is not shown again."""
    here, given, now = request.workplace, form.cleaned_data, clock.now()
    seen: dict[str, Any] = {}

    def act() -> str:
        source, seen["secret"] = sources.open_gateway(here=here, kind=given["kind"], name=given["name"], at=now)
        return str(source.pk)

    pk, _new = once(key=given["key"], by=here.user.pk, act="inbound_source", at=now, do=act)
    return _page(request, made=get_object_or_404(sources.sources(here), pk=pk), **seen)


@needs(Right.SETTINGS)
@require_POST
def settings_inbound_mailbox(request: WorkRequest) -> HttpResponse:
    """A mailbox that is read from now on."""
    form = MailboxForm(request.POST, auto_id="box_%s")
    if form.is_valid():
        try:
            sources.open_mailbox(here=request.workplace, given=form.mailbox(), at=clock.now())
            messages.success(request, _("接上了，每分钟看一次"))
            return redirect("settings_inbound")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, mailbox=form)


@needs(Right.SETTINGS)
@require_POST
def settings_inbound_try(request: WorkRequest) -> HttpResponse:
    """Log in with what was typed: nothing is saved, and what was typed stays."""
    form, tried = MailboxForm(request.POST, auto_id="box_%s"), False
    if form.is_valid():
        try:
            sources.try_mailbox(here=request.workplace, given=form.mailbox(), at=clock.now())
            tried = True
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, mailbox=form, tried=tried)


@needs(Right.SETTINGS)
@require_POST
def settings_inbound_close(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Nothing comes in from here any more."""
    here, form = request.workplace, Form(request.POST)
    source = get_object_or_404(InboundSource, pk=pk, project=here.project)
    try:
        sources.close_source(here=here, source=source, at=clock.now())
        messages.success(request, _("关了，以前收到的都在"))
        return redirect("settings_inbound")
    except Refusal as refusal:
        form.is_valid()
        form.refuse(refusal)
    return _page(request, form)
