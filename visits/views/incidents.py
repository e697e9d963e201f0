"""投诉和事件: the log, one of it with its steps, and what a month came to. Only where the project keeps a log (G-50)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted, picked
from trail import clock
from trail.forms import Form
from visits.incident_forms import CauseForm, CloseForm, IncidentForm, LogFilter, NoteForm, StepForm, month_of
from visits.incidents import figures, log
from visits.incidents.steps import EVIDENCE, step_of
from visits.models import Incident
from visits.services import incidents as services

A_PAGE = 50


def where_kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 where the project keeps no log."""

    @wraps(view)
    def guarded(request: WorkRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.workplace.project.keeps_incidents:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@needs(Right.INCIDENTS)
@require_GET
@where_kept
def incidents(request: WorkRequest) -> HttpResponse:
    """The log, the newest first."""
    form = LogFilter(request.GET or None)
    rows = log.listed(request.workplace, clock.now(), **form.given())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "visits/incidents.html", {"filter": form, "page": page})


@needs(Right.INCIDENTS)
@require_http_methods(["GET", "POST"])
@where_kept
def incident_new(request: WorkRequest) -> HttpResponse:
    """The kind first, then the form of it."""
    here, now = request.workplace, clock.now()
    kind = request.GET.get("kind", "")
    if kind not in Incident.Kind.values:
        return render(
            request, "visits/incident_kinds.html", {"kinds": Incident.Kind, "visit": request.GET.get("visit", "")}
        )
    people, whose = log.in_charge(here.project, now), {"whose": request.GET.get("visit", "")}
    form = IncidentForm(request.POST or None, kind=kind, project=here.project, people=people, at=now, initial=whose)

    def act(_given: dict[str, Any], at: datetime) -> str:
        return services.open_incident(here=here, told=form.told(), at=at).no

    no = acted(request, form, "incident.open", act)
    if no is not None:
        messages.success(request, _("记下了，已通知负责的人"))
        return redirect("incident", no=no)
    shown = {"form": form, "kind": Incident.Kind(kind)}
    return render(request, "visits/incident_new.html", shown, status=form.http_status)


@needs(*log.CONCERNED)
@require_GET
def incident(request: WorkRequest, no: str) -> HttpResponse:
    """One of them with its steps."""
    return _page(request, _found(request, no))


@needs(*log.CONCERNED)
@require_POST
def incident_step(request: WorkRequest, no: str, code: str) -> HttpResponse:
    """A step is done."""
    found = _found(request, no)
    form = StepForm(request.POST, step=_step(found, code))

    def act(_given: dict[str, Any], at: datetime) -> Any:
        return services.do_step(here=request.workplace, incident=found, code=code, at=at, **form.given())

    return _acted(request, found, form, f"incident.step:{code}", act, code)


@needs(*log.CONCERNED)
@require_POST
def incident_note(request: WorkRequest, no: str, code: str) -> HttpResponse:
    """More about a step that is done."""
    found = _found(request, no)
    _step(found, code)
    form = NoteForm(request.POST, auto_id=f"{code}_more_%s")

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.add_note(here=request.workplace, incident=found, code=code, note=given["note"], at=at)

    return _acted(request, found, form, f"incident.note:{code}", act, code)


@needs(Right.INCIDENTS)
@require_POST
def incident_cause(request: WorkRequest, no: str) -> HttpResponse:
    """Why the customer complained."""
    found, form = _found(request, no), CauseForm(request.POST)

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.set_cause(here=request.workplace, incident=found, cause=given["cause"], at=at)

    return _acted(request, found, form, "incident.cause", act)


@needs(Right.INCIDENTS)
@require_POST
def incident_close(request: WorkRequest, no: str) -> HttpResponse:
    """It is over."""
    found, form = _found(request, no), CloseForm(request.POST)

    def act(given: dict[str, Any], at: datetime) -> Any:
        given = picked(given, "found", "left_undone")
        return services.close_incident(here=request.workplace, incident=found, at=at, **given)

    return _acted(request, found, form, "incident.close", act)


@needs(Right.INCIDENTS)
@require_GET
@where_kept
def incident_figures(request: WorkRequest) -> HttpResponse:
    """What a month came to."""
    here, now = request.workplace, clock.now()
    month = month_of(request.GET.get("month", ""), localtime(now, here.project.zone).date())
    counted = figures.month(here.project, *log.span(here, month), now)
    shown = {"month": month, "counted": counted, "plots": counted.plots, **figures.PLOT}
    return render(request, "visits/incident_figures.html", shown)


def _found(request: WorkRequest, no: str) -> Incident:
    return get_object_or_404(log.visible(request.workplace), no=no)


def _step(incident: Incident, code: str) -> Any:
    if not incident.steps.filter(code=code).exists():
        raise Http404
    return step_of(incident.kind, code)


def _acted(request: WorkRequest, found: Incident, form: Form, act: str, do: Any, code: str = "") -> HttpResponse:
    """Back to the page where it was done; refused, the page with the form as it was."""
    if acted(request, form, f"{act}:{found.pk}", do) is None:
        return _page(request, found, form, code)
    messages.success(request, _("记下了"))
    return redirect("incident", no=found.no)


def _page(request: WorkRequest, found: Incident, sent: Form | None = None, code: str = "") -> HttpResponse:
    """The page; `sent` is the form that was refused, of the step `code`."""
    here, now = request.workplace, clock.now()
    shown = {
        "incident": found, "lines": [_line(found, line, sent, code) for line in log.lines(found, now)], "form": sent,
        "may": here.may(Right.INCIDENTS), "evidence": EVIDENCE,
        "cause": sent if isinstance(sent, CauseForm) else CauseForm(initial={"cause": found.cause}),
        "close": sent if isinstance(sent, CloseForm) else CloseForm(auto_id="close_%s"),
        "may_visit": here.may(Right.VISIT_LOG) or here.may(Right.DESK),
    }  # fmt: skip
    return render(request, "visits/incident.html", shown, status=sent.http_status if sent else 200)


def _line(found: Incident, line: log.Line, sent: Form | None, code: str) -> dict[str, Any]:
    mine = sent if code == line.row.code else None
    shown: dict[str, Any] = {"line": line, "opened": mine is not None}
    if line.row.done_at:
        more = mine if isinstance(mine, NoteForm) else NoteForm(auto_id=f"{line.row.code}_more_%s")
        return shown | {"more": more, "kept": [EVIDENCE[kind] for kind in line.row.evidence]}
    if found.closed_at is None and line.waits is None:
        shown["form"] = mine if isinstance(mine, StepForm) else StepForm(step=line.step)
    return shown
