"""撞单: the page of a case, statements, what is put on record, reopening."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from arbitration import services
from arbitration.cases import reads
from arbitration.cases.opened import open_for_page
from arbitration.forms.deciding import ReopenForm, StatementForm
from arbitration.forms.events import FORMS
from arbitration.models import Collision
from arbitration.panels import attachments, procedure, queue, recording
from arbitration.panels import case as panels
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form, left_over
from trail.refusals import Refusal
from trail.services import once


@needs(Right.CASES, Right.OWN_BOOKS)
@require_GET
def case(request: WorkRequest, no: str) -> HttpResponse:
    """案件页: facts, proposal, what would change it, decision, in this order."""
    return page(request, reads.of_number(request.workplace, no))


# What stands on the page of a case, each with what its part of the template needs: (request, case, the form that was refused) -> dict.
# A panel stands in a module that imports no view, so that a view may draw this page again.
PANELS: list[Callable[[WorkRequest, Collision, Form | None], dict[str, Any]]] = [
    panels.head,
    panels.facts,
    panels.statement,
    attachments.panel,
    panels.event_forms,
    recording.panel,
    queue.panel,
    *procedure.PANELS,
]


def page(request: WorkRequest, found: Collision, bound: Form | None = None) -> HttpResponse:
    """The page of a case; `bound` is the form that was refused, shown again with what was typed."""
    open_for_page(found, clock.now())
    shown: dict[str, Any] = {}
    for panel in PANELS:
        shown |= panel(request, found, bound)
    shown |= {"kept": left_over(bound, shown), "case": found, "sent": bound}
    return render(request, "arbitration/case.html", shown, status=bound.http_status if bound else 200)


@needs(Right.OWN_BOOKS)
@require_POST
def case_statement(request: WorkRequest, no: str) -> HttpResponse:
    """A party's statement."""
    found, form = reads.of_number(request.workplace, no), StatementForm(request.POST)

    def do(given: dict[str, Any], now: Any) -> Any:
        return services.state_case(here=request.workplace, case=found, text=given["text"], at=now)

    if acted(request, form, f"statement:{no}", do) is None:
        return page(request, found, form)
    messages.success(request, _("陈述已提交，不能再改，可以再补充"))
    return redirect("case", no=no)


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_event(request: WorkRequest, no: str, kind: str) -> HttpResponse:
    """Put something on record: a call list, an objection, a slip, a bring, who signed, what the talks came to."""
    if kind not in FORMS:
        raise Http404
    found = reads.of_number(request.workplace, no)
    if kind not in services.kinds_for(request.workplace, found):
        raise Http404
    form = FORMS[kind](request.POST, here=request.workplace, case=found)
    if form.is_valid():
        try:
            key, now = form.cleaned_data["key"], clock.now()
            once(key=key, by=request.user.pk, act=kind, at=now, do=lambda: str(form.store(now).pk))
            messages.success(request, _("已记下，不能再改，可以再补充"))
            return redirect("case", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return page(request, found, form)


@needs(Right.RULE)
@require_POST
def case_reopen(request: WorkRequest, no: str) -> HttpResponse:
    """The general manager takes a ruled case up again."""
    found, form = reads.of_number(request.workplace, no), ReopenForm(request.POST)

    def do(given: dict[str, Any], now: Any) -> Any:
        return services.reopen(here=request.workplace, case=found, reason=given["reason"], at=now)

    if acted(request, form, f"reopen:{no}", do) is None:
        return page(request, found, form)
    return redirect("case", no=no)
