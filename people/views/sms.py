"""设置 → 渠道: the SMS gateway."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people import services
from people.access import WorkRequest, needs
from people.channels.sms import gateway, number_of, waiting_text
from people.forms.sms import GatewayForm
from people.models import SmsGateway
from people.roles import Right
from trail import clock
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def sms(request: WorkRequest) -> HttpResponse:
    """The gateway through which SMS go."""
    form = GatewayForm(request.POST or None, request=request, row=gateway())
    if request.method == "POST" and form.is_valid():
        try:
            services.save_gateway(here=request.workplace, given=form.given(), at=clock.now())
            messages.success(request, _("存好了，短信从这里发"))
            return redirect("settings_channels")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form)


@needs(Right.SETTINGS)
@require_POST
def sms_try(request: WorkRequest) -> HttpResponse:
    """An SMS to oneself with what was typed: nothing is saved, and what was typed stays."""
    form, sent = GatewayForm(request.POST, request=request, row=gateway()), False
    if form.is_valid():
        try:
            services.try_gateway(here=request.workplace, given=form.given(), at=clock.now())
            sent = True
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, sent=sent)


@needs(Right.SETTINGS)
@require_POST
def sms_off(request: WorkRequest) -> HttpResponse:
    """Do without SMS."""
    services.drop_gateway(here=request.workplace, at=clock.now())
    messages.success(request, _("停了，不再发短信"))
    return redirect("settings_channels")


def _page(request: WorkRequest, form: GatewayForm, *, sent: bool = False) -> HttpResponse:
    row = gateway()
    shown = {
        "form": form, "sent": sent, "gateway": row, "reachable": bool(number_of(request.user)),
        "sample": waiting_text(row or SmsGateway(signature=_("签名")), "张**"),
    }  # fmt: skip
    return render(request, "people/settings_sms.html", shown, status=form.http_status)
