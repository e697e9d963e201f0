"""设置 → 客户归属范围: whose region, whose trade, with which weight."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import reads, services, territories
from leads.forms.territories import TerritoryForm
from leads.models import Territory
from people.access import WorkRequest, needs
from people.models import Team
from people.roles import Right
from people.views.acting import acted, picked
from trail import clock
from trail.refusals import Refusal


@needs(Right.ALLOCATE)
@require_http_methods(["GET", "POST"])
def settings_territories(request: WorkRequest) -> HttpResponse:
    """The map, and one more row."""
    here, now = request.workplace, clock.now()
    teams = Team.objects.filter(closed_at=None, memberships__project=here.project).distinct().order_by("name")
    form = TerritoryForm(request.POST or None, colleagues=reads.sellers(here, now), teams=teams)

    def give(given: dict[str, Any], now: datetime) -> Any:
        wanted = picked(given, "region", "industry", "user", "team", "weight")
        return services.give_territory(here=here, at=now, **wanted)

    if acted(request, form, "territory", give) is not None:
        messages.success(request, _("加好了"))
        return redirect("settings_territories")
    rows = list(territories.in_force(here.project, now))
    shown = {"form": form, "rows": rows, "weighed": len({row.weight for row in rows}) > 1}
    return render(request, "leads/settings_territories.html", shown, status=form.http_status)


@needs(Right.ALLOCATE)
@require_POST
def settings_territories_end(request: WorkRequest, pk: int) -> HttpResponse:
    """A row counts no longer."""
    row = get_object_or_404(Territory, pk=pk, project=request.workplace.project)
    try:
        services.end_territory(here=request.workplace, territory=row, at=clock.now())
        messages.success(request, _("结束了"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("settings_territories")
