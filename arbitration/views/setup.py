"""Setting up: which policy, or none for the time being."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from arbitration.policies import offers
from arbitration.services.without import go_without
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


class WithoutForm(Form):
    """What holds before a collision, where no policy says it."""

    protection_days = forms.IntegerField(
        label=_("报备的保护期（天）"), help_text=_("到期放回公海；留空就是不过期"), required=False, initial=7,
        error_messages={"invalid": _("保护期写整数，例：7")}, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def setup_policy(request: WorkRequest) -> HttpResponse:
    """The policies that fit most companies; or none: then a manager rules on everything."""
    project, form = request.workplace.project, WithoutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        terms = replace(project.terms, protection_days=form.cleaned_data["protection_days"])
        try:
            go_without(project=project, terms=terms, by=request.user.pk, at=clock.now())
            return redirect("setup")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(
        request, "arbitration/setup_policy.html", {"form": form, **_offered(request)}, status=form.http_status
    )


def _offered(request: WorkRequest) -> dict[str, Any]:
    lang, rows = offers.language(), offers.open_rows(request.workplace.project, clock.now())
    shown = []
    for name, fits in offers.RECOMMENDED:
        offer = offers.offer(name, rows)
        if offer:
            shown.append({"id": name, "title": offer.pack.title[lang], "fits": fits, "offer": offer})
    return {"offered": shown, "held": [held.pack.title[lang] for held in offers.held(rows)]}
