"""预警: who may be after the same customer without either knowing, two people at a time."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from arbitration import services
from arbitration.cases import warnings as reads
from arbitration.cases.queue import count_rows
from arbitration.models import EarlyWarning
from arbitration.views.queue import tabs
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form

A_PAGE = 30


@needs(Right.CASES)
@require_GET
def warnings(request: WorkRequest) -> HttpResponse:
    """What nobody has looked at yet, the latest first."""
    return _page(request)


def _page(request: WorkRequest, sent: Form | None = None) -> HttpResponse:
    here, now = request.workplace, clock.now()
    found = reads.shown(reads.rows(here, now))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page, "pairs": reads.pairs(page.object_list), "tabs": tabs(count_rows(here, now), reads.count_rows(here, now)),
        "current": reverse("warnings"), "act": Form(), "form": sent,
    }  # fmt: skip
    return render(request, "arbitration/warnings.html", told, status=sent.http_status if sent else 200)


@needs(Right.RULE)
@require_POST
def warning_dismiss(request: WorkRequest, pk: int) -> HttpResponse:
    """Looked at: this one, or all of these two."""
    here, form = request.workplace, Form(request.POST)
    warning = get_object_or_404(EarlyWarning, pk=pk, project=here.project)

    def do(_given: dict[str, Any], now: Any) -> int:
        whole = "all" in request.POST
        return services.dismiss_warning(here=here, warning=warning, whole_pair=whole, at=now)

    if acted(request, form, f"warning-dismiss:{pk}", do) is None:
        return _page(request, form)
    messages.success(request, _("看过了，不再提醒"))
    return redirect("warnings")
