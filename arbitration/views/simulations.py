"""试算: have a draft tried on past cases, and read what it comes to."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from arbitration.models import PolicyDraft, Simulation
from arbitration.policies import drafting, parameters, simulated, simulating
from arbitration.policies.offers import language
from arbitration.services.simulating import simulate_draft
from people.access import WorkRequest, needs
from people.exports import answer
from people.roles import Right
from people.routines import midnight
from people.stepup import steps_up
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.services import note

A_PAGE, QUARTER = 50, timedelta(days=92)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class SimulationForm(Form):
    """Which past cases, and whether one parameter goes through several values."""

    begin = _day(gettext_lazy("从"))
    end = _day(gettext_lazy("到（含当天）"))
    parameter = forms.ChoiceField(label=gettext_lazy("只变一个参数（可选）"), required=False)

    def __init__(self, *args: Any, draft: PolicyDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        params = simulating.drafted(draft).pack.params
        named = [(name, parameters.label(name, params[name], language())) for name in simulating.swept(draft)]
        self.fields["parameter"].choices = [("", _("不变，试整份草稿")), *named]  # type: ignore[attr-defined]


@needs(Right.DRAFTS, Right.POLICIES)
@require_http_methods(["GET", "POST"])
def draft_simulate(request: WorkRequest, pk: int) -> HttpResponse:
    """The simulations of a draft (GET); another one (POST)."""
    draft = drafting.of_number(request.workplace.project, pk)
    today = localtime(clock.now(), request.workplace.project.zone).date()
    form = SimulationForm(request.POST or None, draft=draft, initial={"begin": today - QUARTER, "end": today})
    if request.method == "POST":
        made = acted(request, form, f"simulate:{pk}", lambda given, now: _begin(request, draft, given, now))
        if made is not None:
            return redirect("simulation", pk=int(made))
    rows = draft.simulations.select_related("by").order_by("-at", "-pk")[:A_PAGE]
    shown = {"draft": draft, "form": form, "runs": rows, "may": request.workplace.may(Right.DRAFTS)}
    return render(request, "arbitration/simulations.html", shown, status=form.http_status)


def _begin(request: WorkRequest, draft: PolicyDraft, given: dict[str, Any], now: datetime) -> Any:
    zone = draft.project.zone
    begin = midnight(given["begin"], zone)
    end = midnight(clock.day_after(given["end"]), zone)
    return simulate_draft(
        here=request.workplace, draft=draft, begin=begin, end=end, parameter=given["parameter"], at=now
    )


def _run(request: WorkRequest, pk: int) -> Simulation:
    rows = Simulation.objects.filter(draft__project=request.workplace.project)
    return get_object_or_404(rows.select_related("draft__base", "draft__project", "by"), pk=pk)


@needs(Right.DRAFTS, Right.POLICIES)
@require_GET
def simulation(request: WorkRequest, pk: int) -> HttpResponse:
    """How far it is; then what it came to. Looks again by itself while it is being worked out."""
    run = _run(request, pk)
    busy = run.state in (Simulation.State.WAITING, Simulation.State.RUNNING)
    shown: dict[str, Any] = {
        "run": run, "draft": run.draft, "busy": busy, "parameter": simulated.parameter(run) if run.parameter else "",
        "last": run.end - timedelta(seconds=1), "stale": run.draft.version != run.draft_version,
    }  # fmt: skip
    if run.state == Simulation.State.DONE:
        shown |= _swept(run) if run.parameter else _compared(request, run)
    return render(request, "arbitration/simulation.html", shown)


def _compared(request: WorkRequest, run: Simulation) -> dict[str, Any]:
    page = Paginator(run.result["changed"], A_PAGE).get_page(request.GET.get("page"))
    return {
        "figures": simulated.figures(run), "page": page, "rows": list(simulated.changed({}, list(page))),
        "money": simulated.money(run), "silent": simulated.silent(run),
    }  # fmt: skip


def _swept(run: Simulation) -> dict[str, Any]:
    rows = simulated.swept(run)
    changed, undecided = simulated.plots(rows)
    return {"figures": simulated.figures(run), "swept": rows, "by_changed": changed, "by_undecided": undecided}


@needs(Right.DRAFTS, Right.POLICIES)
@require_GET
@steps_up(back="simulation", without=("form",))
def simulation_export(request: WorkRequest, pk: int, form: str) -> HttpResponseBase:
    """The changed cases as CSV or XLSX."""
    run = _run(request, pk)
    if form not in ("csv", "xlsx") or run.state != Simulation.State.DONE or run.parameter:
        raise Http404
    head = [_("撞单"), _("现行结果"), _("草稿结果"), _("差在哪几条"), _("谁多谁少")]
    note(
        by=request.user.pk, action="policy.simulation_export", subject=f"simulation:{pk}", at=clock.now(),
        project=request.workplace.project.code, form=form, lines=len(run.result["changed"]),
    )  # fmt: skip
    name, title, records = f"simulation-{pk}", _("试算"), simulated.records(run)
    return answer(form, name=name, title=title, sheet=title, heading=head, records=records)
