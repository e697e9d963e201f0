"""设置 → 日历: the company's working days."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.calendar import FIRST_YEAR, LAST_YEAR, Calendar, Source, company_calendar, days_of, published
from people.forms.calendar import DaysForm, SpanForm
from people.roles import Right
from people.services.calendar import change_days, undo_changes
from trail import clock
from trail.refusals import Refusal

MONDAY_TO_SUNDAY = [date(2024, 1, n) for n in range(1, 8)]  # any such week, for the names of its days


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def calendar(request: WorkRequest) -> HttpResponse:
    """The working days of a year, and what the company changes."""
    form = DaysForm(request.POST or None, initial={"working": "no"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        span = {"first": given["first"], "last": given["last"] or given["first"], "name": given["name"]}
        try:
            change_days(here=request.workplace, working=given["working"] == "yes", at=clock.now(), **span)
            messages.success(request, _("已改好，马上按新日历算"))
            return _to(span["first"])
        except Refusal as refusal:
            form.refuse(refusal)
    today = localtime(clock.now()).date()
    year = _year(request, today)
    shown = {"form": form, "today": today, **_of_year(company_calendar(), year)}
    return render(request, "people/settings_calendar.html", shown, status=form.http_status)


@needs(Right.SETTINGS)
@require_POST
def calendar_undo(request: WorkRequest) -> HttpResponse:
    """Days that follow the state's calendar again."""
    form = SpanForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        undo_changes(here=request.workplace, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("已撤销，这几天按国家放假安排"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return _to(form.cleaned_data["first"])


def _to(day: date) -> HttpResponse:
    return redirect(f"{reverse('settings_calendar')}?year={day.year}")


def _year(request: WorkRequest, today: date) -> int:
    """The year in the address, else this one. 404 for what is no year of the calendar."""
    asked = request.GET.get("year") or str(today.year)
    if not asked.isdecimal() or not FIRST_YEAR <= int(asked) <= LAST_YEAR:
        raise Http404
    return int(asked)


def _of_year(calendar: Calendar, year: int) -> dict[str, Any]:
    """The twelve months with each day's state, and the changes as spans."""
    months = [{"first": date(year, n, 1), **_month(calendar, date(year, n, 1))} for n in range(1, 13)]
    changed = [day for day in sorted(calendar.changes) if day.year == year]
    return {
        "year": year, "months": months, "estimated": not published(year), "changes": list(_spans(calendar, changed)),
        "before": max(year - 1, FIRST_YEAR), "after": min(year + 1, LAST_YEAR),
        "weekdays": [(date_format(day, "l"), date_format(day, "D").removeprefix("星期")) for day in MONDAY_TO_SUNDAY],
    }  # fmt: skip


def _month(calendar: Calendar, first: date) -> dict[str, Any]:
    """Its weeks of seven cells (None outside the month), how many days are worked, and the days that have a name."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = list(days_of(first, last))
    cells = [{"day": day, "state": calendar.state_of(day)} for day in days]
    padded: list[Any] = [None] * first.weekday() + cells + [None] * (6 - last.weekday())
    told = [day for day in days if calendar.state_of(day).source != Source.WEEK]
    return {
        "weeks": [padded[i : i + 7] for i in range(0, len(padded), 7)], "named": list(_spans(calendar, told)),
        "worked": sum(calendar.is_working(day) for day in days),
    }  # fmt: skip


def _spans(calendar: Calendar, days: Iterable[date]) -> Iterator[dict[str, Any]]:
    """Days in a row that are alike, as one."""
    run: list[date] = []
    for day, after in pairwise([*days, date.max]):
        run.append(day)
        state = calendar.state_of(day)
        if after - day != timedelta(days=1) or calendar.state_of(after) != state:
            yield {"first": run[0], "last": run[-1], "state": state}
            run = []
