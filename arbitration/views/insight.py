"""撞单统计: numbers and plots of a span, and the same as a table."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from arbitration.cases import insight as reads
from people.access import WorkRequest, needs
from people.exports import answer
from people.roles import Right
from people.stepup import steps_up
from trail import clock
from trail.services import note
from visits.plot import bars

ISO = "%Y-%m-%d"


class SpanForm(forms.Form):
    """From which day to which; in the address."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput({"type": "date"}, format=ISO))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput({"type": "date"}, format=ISO))


def asked(request: WorkRequest) -> reads.Insight:
    """What the address asks for."""
    form = SpanForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    project = request.workplace.project
    return reads.insight(reads.span(project, given.get("since"), given.get("until"), clock.now()))


@needs(Right.INSIGHT)
@require_GET
def insight(request: WorkRequest) -> HttpResponse:
    """All of it on one page."""
    told = asked(request)
    within = {"since": told.span.first, "until": told.span.last}
    shown: dict[str, Any] = {
        "told": told, "filter": SpanForm(initial=within, label_suffix=""),
        "query": f"since={told.span.first}&until={told.span.last}",
        "weekly": bars(_short(told.weekly)), "triggers": bars(told.triggers), "teams": bars(told.teams),
        "late": bars(_short(told.late_weekly)),
        "unread": reads.UNREAD, "contrary": reads.CONTRARY, "least": reads.LEAST,
    }  # fmt: skip
    return render(request, "arbitration/insight.html", shown)


def _short(weeks: reads.Counted) -> reads.Counted:
    """25-04-28: twelve of them fit under the bars."""
    return [(week[2:], n) for week, n in weeks]


@needs(Right.INSIGHT)
@require_GET
@steps_up(back="insight")
def insight_csv(request: WorkRequest) -> HttpResponseBase:
    """All of it as CSV."""
    return _exported(request, "csv")


@needs(Right.INSIGHT)
@require_GET
@steps_up(back="insight")
def insight_xlsx(request: WorkRequest) -> HttpResponseBase:
    """All of it as XLSX."""
    return _exported(request, "xlsx")


def _exported(request: WorkRequest, form: str) -> HttpResponseBase:
    here, now, told = request.workplace, clock.now(), asked(request)
    heading, records = reads.heading(), reads.records(told)
    note(
        by=here.user.pk, action="insight.export", subject=f"project:{here.project.code}", at=now, project=here.project.code,
        lines=len(records), form=form,
    )  # fmt: skip
    name, title = f"insight-{told.span.first:%Y%m%d}-{told.span.last:%Y%m%d}", here.project.name
    return answer(form, name=name, title=title, sheet="insight", heading=heading, records=records)
