"""工作号码: the numbers that I, or the agencies of this project, work with."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads import services
from leads.forms.numbers import WorkPhoneForm
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock


@needs(Right.REGISTER, Right.EVIDENCE)
@require_http_methods(["GET", "POST"])
def numbers(request: WorkRequest) -> HttpResponse:
    """List, masked, and a form for one more. An entered number stays."""
    here, now = request.workplace, clock.now()
    agencies = services.holders(here, now)
    form = WorkPhoneForm(request.POST or None, agencies=agencies, mine=here.may(Right.REGISTER))

    def enter(given: dict[str, Any], now: datetime) -> Any:
        whose, number = given.get("organisation"), given["number"]
        return services.enter_work_phone(here=here, organisation=whose, number=number, at=now)

    if acted(request, form, "work_phone", enter) is not None:
        messages.success(request, _("号码登记了，从现在起的通话算数"))
        return redirect("numbers")
    shown: dict[str, Any] = {"form": form, "rows": services.work_phones(here, agencies)}
    return render(request, "leads/numbers.html", shown, status=form.http_status)
