"""到访本: the visit log, filtered, counted, drawn, printed and exported."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from leads.services import note_export
from people.access import WorkRequest, needs
from people.exports import answer
from people.roles import Right
from people.stepup import steps_up
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import log, log_sheets, plot
from visits.record_forms import LogForm

PRINTED = 500  # lines on paper; more is exported


def asked(request: WorkRequest) -> tuple[log.Wanted, LogForm, str]:
    """What of the log the address asks for: its filters, and the named range; the last seven days where it names none."""
    here = request.workplace
    form = LogForm(request.GET or None, sites=log.sites(here.project), receivers=log.receivers(here.project))
    name = request.GET.get("range", "")
    name = name if name in log.RANGES else "week"
    wanted = form.wanted(*log.days_of(name, here.project, clock.now()))
    own = any(form.cleaned_data.get(key) for key in ("since", "until")) if form.is_bound else False
    return wanted, form, "" if own else name


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
def visits(request: WorkRequest) -> HttpResponse:
    """The log, the newest first; a whole number leads to its visit."""
    here, (wanted, form, range_) = request.workplace, asked(request)
    no = request.GET.get("no", "").strip().upper()
    if no and (found := reads.visible(here).filter(no=no).first()):
        return redirect("visit", no=found.no)
    told = {
        "filter": form, "filtered": form.filtered, "wanted": wanted, "range": range_, "ranges": log.RANGES.items(), "sought": no,
        "page": log.page(log.rows(here, wanted), request.GET.get("after", "")), "query": _query(request),
        "totals": log.totals(here, wanted), **_plots(request, wanted),
    }  # fmt: skip
    return render(request, "visits/log.html", told)


def _plots(request: WorkRequest, wanted: log.Wanted) -> dict[str, Any]:
    days = [(date_format(day, "SHORT_DATE_FORMAT"), n) for day, n in log.by_day(request.workplace, wanted)]
    hours = [(f"{hour}:00", n) for hour, n in log.by_hour(request.workplace, wanted)]
    return {"by_day": plot.bars(days), "by_hour": plot.bars(hours)}


def _query(request: WorkRequest) -> str:
    query = request.GET.copy()
    for key in ("after", "no"):
        query.pop(key, None)
    return query.urlencode()


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
def visits_print(request: WorkRequest) -> HttpResponse:
    """The same on paper, numbers masked."""
    here, (wanted, _form, _range) = request.workplace, asked(request)
    found = list(log.rows(here, wanted).prefetch_related("receptions__by")[: PRINTED + 1])
    heading = log_sheets.heading()
    lines = [
        list(zip(heading, log_sheets.cells(visit, here.project, whole=False), strict=True)) for visit in found[:PRINTED]
    ]
    told = {
        "heading": heading, "lines": lines, "wanted": wanted, "now": clock.now(), "cut": len(found) > PRINTED, "most": PRINTED,
        "query": _query(request),
    }  # fmt: skip
    return render(request, "visits/log_print.html", told)


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
@steps_up(back="visits")
def visits_csv(request: WorkRequest) -> HttpResponseBase:
    """The log as CSV."""
    return _exported(request, "csv")


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
@steps_up(back="visits")
def visits_xlsx(request: WorkRequest) -> HttpResponseBase:
    """The log as XLSX."""
    return _exported(request, "xlsx")


def _exported(request: WorkRequest, form: str) -> HttpResponseBase:
    """All of it as a file, on record with how many lines. Whole numbers where they are asked for, by who may see them anyway."""
    here, now, (wanted, _form, _range) = request.workplace, clock.now(), asked(request)
    whole, found = here.may(Right.REVEAL) and "whole" in request.GET, log.rows(here, wanted)
    try:
        note_export(
            here=here, action="visits.export", subject=f"project:{here.project.code}", lines=found.count(), whole=whole, at=now,
            form=form,
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("looks")
    heading, records = log_sheets.heading(), log_sheets.records(found, here.project, whole=whole)
    name, title = f"visits-{now:%Y%m%d}", here.project.name
    return answer(form, name=name, title=title, sheet="visits", heading=heading, records=records)
