"""看整号: how many whole numbers were seen in thirty days, and leave to see more."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import services
from leads.forms.requests import LeaveAnswerForm, LeaveForm
from leads.models import NumberLeave
from leads.reads.looks import leaves, seen, seen_most
from leads.services import number_looks
from leads.views.customers import MAY_OPEN
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock

SHOWN = 50


@needs(*MAY_OPEN, Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def looks(request: WorkRequest) -> HttpResponse:
    """How many I have seen and what I asked for; whoever is in charge sees everybody's. Sent, it asks for leave."""
    here, now, form = request.workplace, clock.now(), LeaveForm(request.POST or None)

    def ask(given: dict[str, Any], at: datetime) -> NumberLeave:
        return services.ask_leave(here=here, reason=given["reason"], more=given["more"], at=at)

    if acted(request, form, "looks.ask", ask) is not None:
        messages.success(request, _("申请了，批准后通知你"))
        return redirect("looks")
    leads, rows = here.may(Right.PRIVACY), leaves(here)
    asked = list(rows.filter(state=NumberLeave.State.ASKED))
    decides = [row.pk for row in asked if number_looks.may_decide(here, row, now)]
    shown = {
        "form": form, "seen": seen(here.user, now), "free": number_looks.FREE, "decides": decides, "me": here.user,
        "asked": asked, "over": rows.exclude(state=NumberLeave.State.ASKED)[:SHOWN],
        "leads": leads, "most": seen_most(here, now)[:SHOWN] if leads else [], "now": now,
    }  # fmt: skip
    return render(request, "leads/looks.html", shown, status=form.http_status)


@needs(Right.PRIVACY, Right.SETTINGS)
@require_POST
def looks_decide(request: WorkRequest, pk: int) -> HttpResponse:
    """Give leave for a day, or not."""
    here, form = request.workplace, LeaveAnswerForm(request.POST)
    row = get_object_or_404(leaves(here), pk=pk)

    def act(given: dict[str, Any], at: datetime) -> str:
        yes = given["approve"] == "yes"
        return str(services.decide_leave(here=here, leave=row, approve=yes, reason=given["reason"], at=at).state)

    came = acted(request, form, "looks.decide", act)
    if came is None:
        for sentences in form.errors.values():
            messages.error(request, str(sentences[0]))
    else:
        told = {"given": _("批准了，24 小时内有效"), "asked": _("你同意了，还要另一个人同意")}
        messages.success(request, told.get(came, _("没有批准，理由已告诉对方")))
    return redirect("looks")
