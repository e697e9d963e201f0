"""处分: the list by how far each is, one sanction with its steps, each step as a page, and one's own."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from penalties import powers, reads, services
from penalties.forms.sanctions import ProposeForm
from penalties.models import Nature, Sanction, SanctionStep
from penalties.rules import rules_of
from penalties.services.proposing import Ground, of_accusation, of_conduct, offered
from penalties.views.acts import STEPS, open_steps
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from visits.models import Conduct

A_PAGE = 30
# Whoever works here may have one of their own.
EVERYBODY = (Right.ACCUSE, Right.POLICY, Right.SANCTIONS, Right.STAFF)
TABS = {
    "notice": _("待告知"), "answer": _("等申辩"), "decide": _("待决定"), "decided": _("已决定"), "payable": _("可入账"),
    "closed": pgettext_lazy("tab", "结束"),
}  # fmt: skip


@needs(Right.SANCTIONS)
@require_GET
def penalties(request: WorkRequest) -> HttpResponse:
    """All of the project, by how far they are. Nothing here deducts anything."""
    here, now, tab = request.workplace, clock.now(), request.GET.get("tab", "")
    tab = tab if tab in TABS else "notice"
    rows = reads.sanctions(here)
    counts = reads.counts(rows, here.project, now)
    page = Paginator(reads.in_tab(rows, here.project, tab, now), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page, "tab": tab, "tabs": [(word, label, counts[word]) for word, label in TABS.items()],
        "paused": reads.paused_numbers(page),
        "unpunished": reads.unpunished(here, now) if tab == "notice" and here.may(Right.PUNISH) else [],
    }  # fmt: skip
    return render(request, "penalties/list.html", shown)


@needs(*EVERYBODY)
@require_GET
def penalties_mine(request: WorkRequest) -> HttpResponse:
    """My own: sanctions that I was told of, and rewards."""
    here = request.workplace
    rows = reads.full(Sanction.objects.filter(reads.own(here), project=here.project))
    shown = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "rewards": reads.approved_rewards(here),
        "may_accuse": here.may(Right.ACCUSE),
    }
    return render(request, "penalties/mine.html", shown)


@needs(*EVERYBODY)
@require_GET
def penalty(request: WorkRequest, no: str) -> HttpResponse:
    """One sanction: what it is for, each step, and what I may do now."""
    return _one(request, _found(request, no))


def _one(request: WorkRequest, row: Sanction) -> HttpResponse:
    here, now = request.workplace, clock.now()
    rules = rules_of(row.project)
    shown = {
        "row": row, "steps": open_steps(request, row, now), "paused": reads.paused(row), "rules": rules,
        "signed": reads.signed(row), "fine": row.nature == Nature.FINE, "theirs": powers.theirs(here, row),
        "month": row.project.month(now), "to_post": row.last.kind == SanctionStep.Kind.PAYABLE or row.rest_fen < 0,
        "all": here.may(Right.SANCTIONS), "case": row.case if here.may(Right.CASES) else "",
    }  # fmt: skip
    return render(request, "penalties/one.html", shown)


@needs(*EVERYBODY)
@require_http_methods(["GET", "POST"])
def penalty_step(request: WorkRequest, no: str, step: str) -> HttpResponse:
    """One step of a sanction: what follows from it, and its form."""
    row, what = _found(request, no), STEPS.get(step)
    now, here = clock.now(), request.workplace
    if what is None or not what.may(here, row, now):
        raise Http404
    # Back after sending, and a second tap, come when it is no longer its turn: whose it is to do stays.
    if request.method == "GET" and not what.open_to(here, row, now):
        return redirect("penalty", no=no)
    form = what.form(request.POST if request.method == "POST" else None, row=row, request=request)

    def act(given: dict[str, Any], at: datetime) -> Any:
        return what.do(request.workplace, row, given, at)

    if acted(request, form, f"sanction.{step}:{no}", act) is not None:
        messages.success(request, what.done)
        return redirect("penalty", no=no)
    shown = {
        "row": row, "form": form, "what": what, "warning": _warning(row) if step in ("notice", "convert") else "",
        "convertible": step == "notice" and row.nature == Nature.FINE,
    }  # fmt: skip
    return render(request, "penalties/act.html", shown, status=form.http_status)


def _warning(row: Sanction) -> str:
    """What the law of the place says of fines; empty for anything else."""
    return rules_of(row.project).law.warning if row.nature == Nature.FINE else ""


def _found(request: WorkRequest, no: str) -> Sanction:
    rows = reads.full(reads.visible(request.workplace))
    return get_object_or_404(rows, no=no)


@needs(Right.PUNISH)
@require_http_methods(["GET", "POST"])
def penalty_from_accusation(request: WorkRequest, no: str) -> HttpResponse:
    """Propose a sanction for what an accusation established."""
    row = get_object_or_404(reads.accusations(request.workplace, clock.now()), no=no)

    def act(form: ProposeForm, at: datetime) -> Any:
        return services.propose_from_accusation(here=request.workplace, accusation=row, plan=form.plan(), at=at)

    return _propose(request, of_accusation(row), act)


@needs(Right.PUNISH)
@require_http_methods(["GET", "POST"])
def penalty_from_conduct(request: WorkRequest, pk: int) -> HttpResponse:
    """Propose a sanction for conduct that a manager found."""
    rows = Conduct.objects.filter(project=request.workplace.project).select_related("by", "project", "finding")
    row = get_object_or_404(rows, pk=pk)

    def act(form: ProposeForm, at: datetime) -> Any:
        return services.propose_from_conduct(here=request.workplace, conduct=row, plan=form.plan(), at=at)

    return _propose(request, of_conduct(row), act)


def _propose(request: WorkRequest, ground: Ground | None, do: Any) -> HttpResponse:
    if ground is None or ground.to == request.user:
        raise Http404
    now = clock.now()
    form = ProposeForm(request.POST or None, ground=ground, offers=offered(ground, now), at=now)
    number = acted(request, form, f"sanction.propose:{ground.number}", lambda _given, at: do(form, at).no)
    if number is not None:
        messages.success(request, _("提出了，等告知本人"))
        return redirect("penalty", no=number)
    shown = {"form": form, "ground": ground, "warning": rules_of(ground.project).law.warning}
    return render(request, "penalties/propose.html", shown, status=form.http_status)
