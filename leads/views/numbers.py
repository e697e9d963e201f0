"""工作号码: the numbers that I, or the agencies of this project, work with."""

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
from trail import clock
from trail.refusals import Refusal
from trail.services import once


@needs(Right.REGISTER, Right.EVIDENCE)
@require_http_methods(["GET", "POST"])
def numbers(request: WorkRequest) -> HttpResponse:
    """List, masked, and a form for one more. An entered number stays."""
    here, now = request.workplace, clock.now()
    agencies = services.holders(here, now)
    form = WorkPhoneForm(request.POST or None, agencies=agencies, mine=here.may(Right.REGISTER))
    if request.method == "POST" and form.is_valid():
        try:
            _enter(request, form)
            messages.success(request, _("号码登记了，从现在起的通话算数"))
            return redirect("numbers")
        except Refusal as refusal:
            form.refuse(refusal)
    shown: dict[str, Any] = {"form": form, "rows": services.work_phones(here, agencies)}
    return render(request, "leads/numbers.html", shown, status=form.http_status)


def _enter(request: WorkRequest, form: WorkPhoneForm) -> None:
    given, now = form.cleaned_data, clock.now()

    def act() -> str:
        phone = services.enter_work_phone(
            here=request.workplace, organisation=given.get("organisation"), number=given["number"], at=now
        )
        return str(phone.pk)

    once(key=given["key"], by=request.user.pk, act="work_phone", at=now, do=act)
