"""设置 → 渠道: the mail server, and whether letters arrive."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people import deliveries, services
from people.access import WorkRequest, needs
from people.channels.sms import gateway
from people.channels.smtp import mail_server
from people.forms.notices import ServerForm
from people.models import MailServer
from people.roles import Right
from trail import clock
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def channels(request: WorkRequest) -> HttpResponse:
    """The mail server, and what became of the last days' letters."""
    server = mail_server()
    form = ServerForm(request.POST or None, request=request, server=server)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_mail_server(here=request.workplace, given=form.server(), at=clock.now())
            messages.success(request, _("存好了，邮件从这台服务器发"))
            return redirect("settings_channels")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, server)


@needs(Right.SETTINGS)
@require_POST
def channels_try(request: WorkRequest) -> HttpResponse:
    """A mail to oneself with what was typed: nothing is saved, and what was typed stays."""
    server, sent = mail_server(), False
    form = ServerForm(request.POST, request=request, server=server)
    if form.is_valid():
        try:
            services.try_mail_server(here=request.workplace, given=form.server(), at=clock.now())
            sent = True
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, server, sent=sent)


def _page(request: WorkRequest, form: ServerForm, server: MailServer | None, *, sent: bool = False) -> HttpResponse:
    now, project = clock.now(), request.workplace.project
    shown = {
        "form": form,
        "sent": sent,
        "server": server,
        "robots": deliveries.robots(project, now),
        "gateway": gateway(),
    }
    shown |= deliveries.lately(now)
    return render(request, "people/settings_channels.html", shown, status=form.http_status)
