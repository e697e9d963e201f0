"""收件: reports that came in by mail or SMS, and what is done about those that could not be read."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads import pasting
from leads import receipts as receipt_views
from leads.forms.inbound import AssignForm, LeftForm, StateForm
from leads.inbound import handling
from leads.inbound.handling import WAITING
from leads.models import InboundMessage
from leads.numbers import hidden
from people.access import WorkRequest, needs
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

MAY_OPEN = (Right.INBOUND, Right.REGISTER)
A_PAGE = 40


@needs(*MAY_OPEN)
@require_GET
def inbound(request: WorkRequest) -> HttpResponse:
    """What came in, the newest first: mine; for whoever handles it, all of the project."""
    here = request.workplace
    form, rows = StateForm(request.GET), handling.messages(here)
    if form.is_valid() and form.cleaned_data["state"]:
        rows = rows.filter(state=form.cleaned_data["state"])
    page = Paginator(rows.prefetch_related("registrations"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "leads/inbound.html", {"page": page, "filter": form, "waiting": WAITING, "all": _all(here)})


def _all(here: Workplace) -> bool:
    return here.may(Right.INBOUND)


@needs(*MAY_OPEN)
@require_GET
def inbound_message(request: WorkRequest, pk: int) -> HttpResponse:
    """One message: as it came, what was registered of it, and what is left."""
    return _page(request, _found(request, pk))


def _found(request: WorkRequest, pk: int) -> InboundMessage:
    return get_object_or_404(handling.messages(request.workplace), pk=pk)


def _page(request: WorkRequest, message: InboundMessage, **sent: Form) -> HttpResponse:
    here, now = request.workplace, clock.now()
    mine, form = message.user_id == here.user.pk, next(iter(sent.values()), None)
    shown: dict[str, Any] = {
        "message": message, "mine": mine, "text": message.text if mine else hidden(message.text),
        "sender": message.sender if mine or message.state == message.State.UNKNOWN else _masked(message.sender),
        "receipts": receipt_views.views(here, message.registrations.in_order().select_related("by", "customer"), now),
        "open": message.state in WAITING, "left": _left(message, here), "form": form,
        "assign": AssignForm(among=handling.reporters(here, now).exclude(pk=here.user.pk)),
        "put_right": LeftForm(initial={"text": message.left}), "all": _all(here),
    }  # fmt: skip
    return render(request, "leads/inbound_message.html", shown | sent, status=form.http_status if form else 200)


def _masked(sender: str) -> str:
    """An address or a number, as somebody else's."""
    name, at, domain = sender.partition("@")
    return f"{name[:2]}***{at}{domain}" if at else hidden(sender)


def _left(message: InboundMessage, here: Workplace) -> list[pasting.Line]:
    """What is left, with what is wrong about each line."""
    return pasting.read_lines(message.left, here)[: pasting.MOST] if message.left else []


def _do(
    request: WorkRequest, pk: int, name: str, form: Form, act: Callable[[InboundMessage], Any], said: str
) -> HttpResponse:
    """Do it and show the message again; what was refused stands above it, and what was typed stays."""
    message = _found(request, pk)
    if form.is_valid():
        try:
            act(message)
            messages.success(request, said)
            return redirect("inbound_message", pk=pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, message, **{name: form})


@needs(Right.INBOUND)
@require_POST
def inbound_message_assign(request: WorkRequest, pk: int) -> HttpResponse:
    """It is from this person."""
    here, now = request.workplace, clock.now()
    form = AssignForm(request.POST, among=handling.reporters(here, now))
    return _do(
        request, pk, "assign", form, said=_("归好了，按收到的时间报备"),
        act=lambda message: handling.assign(here=here, message=message, user=form.cleaned_data["user"], at=now),
    )  # fmt: skip


@needs(*MAY_OPEN)
@require_POST
def inbound_message_put_right(request: WorkRequest, pk: int) -> HttpResponse:
    """Register the lines as they are now."""
    here, form = request.workplace, LeftForm(request.POST)
    return _do(
        request, pk, "put_right", form, said=_("看过了，报上的列在下面"),
        act=lambda message: handling.put_right(
            here=here, message=message, text=form.cleaned_data["text"], at=clock.now()
        ),
    )  # fmt: skip


@needs(*MAY_OPEN)
@require_POST
def inbound_message_close(request: WorkRequest, pk: int) -> HttpResponse:
    """Nothing of it is to be registered."""
    here = request.workplace
    return _do(
        request, pk, "closing", Form(request.POST), said=_("关了"),
        act=lambda message: handling.close(here=here, message=message, at=clock.now()),
    )  # fmt: skip
