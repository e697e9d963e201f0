"""轮接与值班 as they stand today; 设置 → 轮接: who is in the rotation, in which order."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.models import Site
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import roster, services, turns
from visits.forms import DutyForm, JoinForm
from visits.models import Place
from visits.routing import in_order, queue_of
from visits.views.desk import site_here


@needs(Right.ROTATION)
@require_http_methods(["GET", "POST"])
def rotation(request: WorkRequest) -> HttpResponse:
    """轮接与值班: the queue with reasons, today's turns, and who is on duty; for who sets the roster, whether it is fair."""
    site, now = site_here(request), clock.now()
    today = roster.days_span(site.project, localtime(now).date(), 1)
    form = DutyForm(request.POST or None, sellers=roster.house_sellers(site.project, *today))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_shift(here=request.workplace, site=site, at=now, **_today(site, form))
            return redirect("rotation")
        except Refusal as refusal:
            form.refuse(refusal)
    services.pass_on_due(site=site, at=now)
    shown = {
        "site": site, "rows": reads.rotation(queue_of(site, now), now), "duties": reads.duties(site, now), "form": form,
        "history": turns.today(site, now),
        "fairness": turns.fairness(site, now) if request.workplace.may(Right.ROSTER) else None,
    }  # fmt: skip
    return render(request, "visits/rotation.html", shown, status=form.http_status)


def _today(site: Site, form: DutyForm) -> dict[str, Any]:
    given, today = form.cleaned_data, localtime(clock.now()).date()
    since, until = roster.span_of(site.project, today, given["since"], given["until"])
    return {"user": given["user"], "since": since, "until": until}


@needs(Right.ROTATION)
@require_POST
def rotation_change(request: WorkRequest, pk: int) -> HttpResponse:
    """Away, back, one step up or down."""
    place, change = _place(request, pk), request.POST.get("change", "")
    if change not in ("away", "back", "up", "down"):
        raise Http404
    _change(request, place, change)
    return redirect("rotation")


@needs(Right.ROSTER)
@require_http_methods(["GET", "POST"])
def members(request: WorkRequest) -> HttpResponse:
    """Who is in the rotation of a site, in which order; somebody joins at its end."""
    now = clock.now()
    site, sites = reads.site_in(request.workplace, request.GET.get("site", ""), request.session.get("site"))
    places = list(Place.objects.filter(site=site).select_related("user").order_by("position", "pk"))
    sellers = roster.house_sellers(site.project, now, now + timedelta(seconds=1))
    form = JoinForm(request.POST or None, sellers=sellers.exclude(pk__in=[place.user_id for place in places]))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_to_rotation(here=request.workplace, site=site, user=form.cleaned_data["user"], at=now)
            return _to_members(site)
        except Refusal as refusal:
            form.refuse(refusal)
    here = {place.pk for place in in_order(site, now)}
    rows = [{"place": place, "gone": place.pk not in here} for place in places]
    shown = {"site": site, "sites": sites, "rows": rows, "form": form}
    return render(request, "visits/settings_rotation.html", shown, status=form.http_status)


@needs(Right.ROSTER)
@require_POST
def member_change(request: WorkRequest, pk: int) -> HttpResponse:
    """One step up or down, or out of the rotation."""
    place, change = _place(request, pk), request.POST.get("change", "")
    if change not in ("up", "down", "out"):
        raise Http404
    _change(request, place, change)
    return _to_members(place.site)


def _change(request: WorkRequest, place: Place, change: str) -> None:
    """Do it, or say why not."""
    given: dict[str, Any] = {"here": request.workplace, "place": place, "at": clock.now()}
    try:
        if change in ("away", "back"):
            services.set_away(away=change == "away", **given)
        elif change in ("up", "down"):
            services.move_place(up=change == "up", **given)
        else:
            services.remove_from_rotation(**given)
            messages.success(request, _("已移出：%(who)s") % {"who": place.user.name})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))


def _place(request: WorkRequest, pk: int) -> Place:
    rows = Place.objects.filter(site__project=request.workplace.project)
    return get_object_or_404(rows.select_related("site", "user"), pk=pk)


def _to_members(site: Site) -> HttpResponse:
    return redirect(f"{reverse('settings_rotation')}?site={site.pk}")
