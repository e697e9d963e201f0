"""设置 → 值班: the duty roster of a site, a week at a time."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.calendar import company_calendar
from people.models import Site
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import once
from visits import desk as reads
from visits import roster, services
from visits.forms import ShiftForm
from visits.models import Duty, Reception

WEEK = timedelta(days=7)


@needs(Right.ROSTER)
@require_http_methods(["GET", "POST"])
def week(request: WorkRequest) -> HttpResponse:
    """Who is on duty when, this week or another; add a shift."""
    site, monday = _asked(request)
    form = _form(request, site, monday)
    if request.method == "POST" and form.is_valid():
        try:
            once(
                key=form.cleaned_data["key"], by=request.user.pk, act="add_shift", at=clock.now(),
                do=lambda: str(
                    services.add_shift(here=request.workplace, site=site, at=clock.now(), **_given(site, form)).pk
                ),
            )  # fmt: skip
            return _to(site, monday)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, site, monday, form)


def _page(request: WorkRequest, site: Site, monday: date, form: ShiftForm) -> HttpResponse:
    now = clock.now()
    days = roster.week(site, monday, company_calendar(), now)
    shown = {
        "site": site, "sites": reads.site_in(request.workplace, "", None)[1], "form": form, "days": days,
        "today": localtime(now).date(), "week": roster.week_name(monday), "monday": monday, "sunday": days[-1].day,
        "before": roster.week_name(monday - WEEK), "after": roster.week_name(monday + WEEK),
        "is_past": days[-1].day < localtime(now).date(), "holes": [hole for day in days for hole in day.holes],
        "unused": Reception.Why.ON_DUTY not in request.workplace.project.terms.routing,
    }  # fmt: skip
    return render(request, "visits/settings_roster.html", shown, status=form.http_status)


@needs(Right.ROSTER)
@require_POST
def copy(request: WorkRequest) -> HttpResponse:
    """The shifts of the week before, onto this one."""
    site, monday = _asked(request)
    try:
        copied = services.copy_week(here=request.workplace, site=site, monday=monday, at=clock.now())
        said = ngettext("从上周抄了 %(n)d 个班", "从上周抄了 %(n)d 个班", copied.new) % {"n": copied.new}
        if copied.new:
            messages.success(request, said)
        elif not copied.left:
            messages.info(request, _("上周没有别的班可抄"))
        for sentence in copied.left:
            messages.warning(request, _("没有抄：%(why)s") % {"why": sentence})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return _to(site, monday)


@needs(Right.ROSTER)
@require_http_methods(["GET", "POST"])
def shift(request: WorkRequest, pk: int) -> HttpResponse:
    """Change one shift."""
    duty = _duty(request, pk)
    monday = _monday(duty)
    first, last = (localtime(moment) for moment in (duty.since, duty.until))
    initial = {"user": duty.user_id, "day": first.date().isoformat(), "since": first.time(), "until": last.time()}
    form = _form(request, duty.site, monday, **initial)
    if request.method == "POST" and form.is_valid():
        try:
            given = _given(duty.site, form)
            services.change_shift(here=request.workplace, duty=duty, at=clock.now(), **given)
            return _to(duty.site, monday)
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {"form": form, "duty": duty, "back": _address(duty.site, monday)}
    return render(request, "visits/settings_shift.html", shown, status=form.http_status)


@needs(Right.ROSTER)
@require_POST
def remove(request: WorkRequest, pk: int) -> HttpResponse:
    """Take a shift out."""
    duty = _duty(request, pk)
    try:
        services.remove_shift(here=request.workplace, duty=duty, at=clock.now())
        span = roster.in_words(request.workplace.project, duty.since, duty.until)
        messages.success(request, _("已撤：%(who)s %(span)s") % {"who": duty.user.name, "span": span})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return _to(duty.site, _monday(duty))


def _asked(request: WorkRequest) -> tuple[Site, date]:
    """The site and the week in the address; 404 for what is none of this project's."""
    site, _sites = reads.site_in(request.workplace, request.GET.get("site", ""), request.session.get("site"))
    monday = roster.monday_of(request.GET.get("week", ""), localtime(clock.now()).date())
    if monday is None:
        raise Http404
    return site, monday


def _duty(request: WorkRequest, pk: int) -> Duty:
    rows = Duty.objects.filter(site__project=request.workplace.project, site__closed_at__isnull=True)
    return get_object_or_404(rows.select_related("site__project", "user"), pk=pk)


def _monday(duty: Duty) -> date:
    day = localtime(duty.since).date()
    return day - timedelta(days=day.weekday())


def _form(request: WorkRequest, site: Site, monday: date, **initial: Any) -> ShiftForm:
    sellers = roster.house_sellers(site.project, *roster.days_span(site.project, monday, 7))
    days = [monday + timedelta(days=n) for n in range(7)]
    choices = [(day.isoformat(), f"{date_format(day, 'SHORT_DATE_FORMAT')} {date_format(day, 'D')}") for day in days]
    opening = {"since": site.opens, "until": site.closes, "day": localtime(clock.now()).date().isoformat()}
    return ShiftForm(request.POST or None, sellers=sellers, days=choices, initial=opening | initial)


def _given(site: Site, form: ShiftForm) -> dict[str, Any]:
    given = form.cleaned_data
    since, until = roster.span_of(site.project, date.fromisoformat(given["day"]), given["since"], given["until"])
    return {"user": given["user"], "since": since, "until": until}


def _address(site: Site, monday: date) -> str:
    return f"{reverse('settings_roster')}?week={roster.week_name(monday)}&site={site.pk}"


def _to(site: Site, monday: date) -> HttpResponse:
    return redirect(_address(site, monday))
