"""奖励: proposed by one, approved by another (D04-5.1)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads.forms.deals import fen
from penalties import reads, services
from penalties.forms.rewards import DropForm, RewardForm
from penalties.models import Reward, RewardStep
from penalties.services.rewarding import approvers
from penalties.views.sanctions import EVERYBODY
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted, picked
from trail import clock
from trail.forms import Form, left_over

A_PAGE = 30


@needs(Right.SANCTIONS)
@require_GET
def rewards(request: WorkRequest) -> HttpResponse:
    """All of the project, the newest first."""
    page = Paginator(reads.rewards(request.workplace), A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "may_propose": request.workplace.may(Right.PUNISH)}
    return render(request, "penalties/rewards.html", shown)


@needs(Right.PUNISH)
@require_http_methods(["GET", "POST"])
def reward_new(request: WorkRequest) -> HttpResponse:
    """Propose a reward."""
    here, now = request.workplace, clock.now()
    form = RewardForm(request.POST or None, people=reads.staff(here.project, now).exclude(pk=here.user.pk))

    def act(given: dict[str, Any], at: Any) -> Any:
        facts = picked(given, "to", "kind", "case", "cooperation", "results")
        return services.propose_reward(here=here, amount_fen=fen(given, "amount"), at=at, **facts).no

    if (number := acted(request, form, "reward.propose", act)) is not None:
        messages.success(request, _("提出了，等另一位主管批准"))
        return redirect("reward", no=number)
    return render(request, "penalties/reward_new.html", {"form": form}, status=form.http_status)


@needs(*EVERYBODY)
@require_GET
def reward(request: WorkRequest, no: str) -> HttpResponse:
    """One reward: to who works with them, and to who got it."""
    return _one(request, _found(request, no))


def _one(request: WorkRequest, row: Reward, form: Form | None = None) -> HttpResponse:
    here, open_ = request.workplace, row.last.kind == RewardStep.Kind.PROPOSED
    may_drop = open_ and here.may(Right.PUNISH) and row.to_id != here.user.pk
    shown = {
        "row": row, "may_approve": open_ and here.user.pk in approvers(row, clock.now()), "plain": Form(), "form": form,
        "drop": (form or DropForm()) if may_drop else None, "all": here.may(Right.SANCTIONS),
    }  # fmt: skip
    shown |= {"kept": left_over(form, {"drop": shown["drop"]})}
    return render(request, "penalties/reward.html", shown, status=form.http_status if form else 200)


def _found(request: WorkRequest, no: str) -> Reward:
    row: Reward = get_object_or_404(reads.rewards(request.workplace), no=no)
    return row


@needs(Right.PUNISH)
@require_POST
def reward_step(request: WorkRequest, no: str, step: str) -> HttpResponse:
    """Approve it, or drop it."""
    row = _found(request, no)
    if step not in ("approve", "drop"):
        raise Http404
    form = DropForm(request.POST) if step == "drop" else Form(request.POST)

    def act(given: dict[str, Any], at: Any) -> Any:
        if step == "approve":
            return services.approve_reward(here=request.workplace, reward=row, at=at)
        return services.drop_reward(here=request.workplace, reward=row, reason=given["reason"], at=at)

    if acted(request, form, f"reward.{step}:{no}", act) is not None:
        messages.success(request, _("记下了"))
        return redirect("reward", no=no)
    if step == "drop":
        return _one(request, row, form)
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("reward", no=no)
