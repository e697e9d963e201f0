"""设置 → 提成方案: what counts now, later, before; add one, end one, change the rate from a day on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from finance import plans, services
from finance.forms import CHANGE_ID, END_ID, ChangeForm, EndForm, PlanForm, for_plan
from finance.models import CommissionPlan
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once


@needs(Right.PLANS)
@require_http_methods(["GET", "POST"])
def settings_plans(request: WorkRequest) -> HttpResponse:
    """All plans of the project, and a form for a new one."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given(request.workplace.project)
        if _done(request, form, "plan.add", lambda now: services.add_plan(**given, by=request.user, at=now)):
            messages.success(request, _("方案已加上"))
            return redirect("settings_plans")
    return render(request, "finance/settings_plans.html", _list(request) | {"form": form}, status=form.http_status)


def _done(request: WorkRequest, form: Form, act: str, do: Callable[[Any], CommissionPlan | None]) -> bool:
    """Do it once under the form's key; a refusal lands on the form."""
    now = clock.now()

    def one() -> str:
        made = do(now)
        return str(made.pk) if made else ""

    try:
        once(key=form.cleaned_data["key"], by=request.user.pk, act=act, at=now, do=one)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _today(request: WorkRequest) -> date:
    return localtime(clock.now(), request.workplace.project.zone).date()


def _list(request: WorkRequest) -> dict[str, Any]:
    """Plans by where today lies; of those that have ended, the newest first."""
    today = _today(request)
    rows = CommissionPlan.objects.filter(project=request.workplace.project).select_related("organisation")
    all_ = sorted(rows, key=lambda plan: (plan.organisation_id or 0, plan.role, plan.product, plan.since))
    over = [plan for plan in all_ if plan.until is not None and plan.until <= today]
    later = [plan for plan in all_ if plan.since > today]
    groups = [
        (_("现在算"), [plan for plan in all_ if plans.holds(plan, today)]), (_("以后算"), later),
        (_("以前算过"), sorted(over, key=lambda plan: plan.since, reverse=True)),
    ]  # fmt: skip
    shown = [(title, [(plan, plans.whom(plan)) for plan in group]) for title, group in groups if group]
    return {"groups": shown, "holes": [(plans.whom(plan), plan, next_) for plan, next_ in plans.holes(all_)]}


@needs(Right.PLANS)
@require_GET
def settings_plans_one(request: WorkRequest, pk: int) -> HttpResponse:
    """One plan, to be ended or changed."""
    plan = _plan(request, pk)
    return _page(request, plan, *for_plan(plan, _today(request)))


def _plan(request: WorkRequest, pk: int) -> CommissionPlan:
    rows = CommissionPlan.objects.select_related("project", "organisation")
    return get_object_or_404(rows, project=request.workplace.project, pk=pk)


def _taken_back(request: WorkRequest, pk: int) -> bool:
    """Whether this plan was taken back before it began: a second tap finds it gone."""
    return bool(CommissionPlan.history.filter(id=pk, project=request.workplace.project, history_type="-").exists())


def _page(request: WorkRequest, plan: CommissionPlan, end: EndForm, change: ChangeForm) -> HttpResponse:
    over = plan.until is not None and plan.until <= _today(request)
    sent = next((form for form in (end, change) if form.is_bound), None)
    shown = {
        "plan": plan, "who": plans.whom(plan), "over": over, "end": end, "change": change, "form": sent,
        "past": plan.history.select_related("history_user"),
    }  # fmt: skip
    return render(request, "finance/settings_plan.html", shown, status=sent.http_status if sent else 200)


@needs(Right.PLANS)
@require_POST
def settings_plans_end(request: WorkRequest, pk: int) -> HttpResponse:
    """It counts no more from a day on."""
    if _taken_back(request, pk):
        return redirect("settings_plans")
    plan = _plan(request, pk)
    form = EndForm(request.POST, auto_id=END_ID)
    if form.is_valid():
        given = {"plan": plan, "until": form.cleaned_data["until"], "by": request.user}
        if _done(request, form, "plan.end", lambda now: services.end_plan(**given, at=now)):
            messages.success(request, _("已记下结束日"))
            return redirect("settings_plans")
    return _page(request, plan, form, for_plan(plan, _today(request))[1])


@needs(Right.PLANS)
@require_POST
def settings_plans_change(request: WorkRequest, pk: int) -> HttpResponse:
    """Another rate from a day on."""
    if _taken_back(request, pk):
        return redirect("settings_plans")
    plan = _plan(request, pk)
    form = ChangeForm(request.POST, auto_id=CHANGE_ID)
    if form.is_valid():
        given = {"plan": plan, "rate_bp": form.rate_bp, "since": form.cleaned_data["since"], "by": request.user}
        if _done(request, form, "plan.change", lambda now: services.change_plan(**given, at=now)):
            messages.success(request, _("新的比例已记下"))
            return redirect("settings_plans")
    return _page(request, plan, for_plan(plan, _today(request))[0], form)
