"""设置 → 礼品: what a site gives, and its stock."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted, picked
from trail import clock
from visits import desk as reads
from visits import services
from visits.gifts import gifts_of, moves_of
from visits.models import Gift
from visits.record_forms import GiftForm, StockForm

SHOWN = 100  # moves of a gift


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def gifts(request: WorkRequest) -> HttpResponse:
    """What a site gives; add something."""
    site, sites = reads.site_in(request.workplace, request.GET.get("site", ""), request.session.get("site"))
    form = GiftForm(request.POST or None)

    def add(given: dict[str, Any], now: datetime) -> Gift:
        return services.add_gift(here=request.workplace, site=site, at=now, **picked(given, "name", "stock"))

    if acted(request, form, "add_gift", add) is not None:
        messages.success(request, _("加上了，前台马上能发"))
        return redirect(f"{reverse('settings_gifts')}?site={site.pk}")
    shown = {"form": form, "site": site, "sites": sites, "gifts": gifts_of(site)}
    return render(request, "visits/settings_gifts.html", shown, status=form.http_status)


def _gift(request: WorkRequest, pk: int) -> Gift:
    rows = Gift.objects.filter(site__project=request.workplace.project, site__closed_at__isnull=True)
    return get_object_or_404(rows.select_related("site"), pk=pk)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def gift(request: WorkRequest, pk: int) -> HttpResponse:
    """One gift: its stock and what moved it."""
    found, form = _gift(request, pk), StockForm(request.POST or None)

    def move(given: dict[str, Any], now: datetime) -> Gift:
        return services.move_stock(here=request.workplace, gift=found, at=now, **picked(given, "count", "note"))

    if acted(request, form, f"move_stock:{pk}", move) is not None:
        messages.success(request, _("记上了"))
        return redirect("settings_gifts_one", pk=pk)
    shown = {"form": form, "gift": found, "moves": moves_of(found)[:SHOWN]}
    return render(request, "visits/settings_gift.html", shown, status=form.http_status)


@needs(Right.SETTINGS)
@require_POST
def gift_end(request: WorkRequest, pk: int) -> HttpResponse:
    """A gift is no longer given, or is again."""
    found = _gift(request, pk)
    services.end_gift(here=request.workplace, gift=found, ended="again" not in request.POST, at=clock.now())
    return redirect("settings_gifts_one", pk=pk)
