"""结算: a month with what is to be done before it is closed, its people and its lines."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from finance import reads
from finance.models import Period, PeriodEvent
from finance.reads.statements import Statement, answer_until, statements
from finance.reads.tasks import Task, Thing, tasks
from people.access import WorkRequest, needs
from people.roles import Right
from people.workplace import Workplace
from trail import clock

A_PAGE = 50


@needs(Right.SPLITS)
@require_GET
def period(request: WorkRequest) -> HttpResponse:
    """The month that waits to be closed, else this one."""
    return redirect("period_month", month=reads.to_close(request.workplace.project, clock.now()))


@needs(Right.SPLITS)
@require_GET
def period_month(request: WorkRequest, month: str) -> HttpResponse:
    """What is to be done, who gets what, and every line."""
    project, period, now = request.workplace.project, reads.month(month), clock.now()
    before, after = reads.around(period)
    row = Period.objects.filter(project=project, month=period).select_related("project").first()
    everybody = statements(project, period)
    lines = reads.lines(project, period).annotate(whole=reads.whole())
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "period": period, "before": before, "after": after, "row": row, "people": everybody, "total": _total(everybody),
        "over": now >= reads.end(project, period), "until": answer_until(row), "page": page,
        "lines": [(line, reads.basis(line), reads.ground(line)) for line in page], "off_plan": reads.off_plan(project, period),
        **_open(request, period, row, everybody),
    }  # fmt: skip
    return render(request, "finance/period.html", shown)


def _total(everybody: list[Statement]) -> reads.Sums:
    return reads.total([one.row for one in everybody])


def _open(request: WorkRequest, period: str, row: Period | None, everybody: list[Statement]) -> dict[str, Any]:
    """The tasks of a month that is open; of one that was closed, by whom and why."""
    held = reads.waiting(request.workplace.project, period, clock.now())
    events = PeriodEvent.objects.filter(period=row).select_related("by").order_by("-pk") if row else []
    if row and row.closed_at:
        return {"closed": True, "events": events, "held": held}
    todo = tasks(request.workplace.project, period, clock.now(), everybody=everybody, held=held)
    return {
        "closed": False, "events": events, "held": held, "tasks": linked(todo, request.workplace, period),
        "blocking": sum(task.blocks for task in todo),
    }  # fmt: skip


def linked(todo: list[Task], here: Workplace, period: str) -> list[tuple[Task, list[tuple[str, str]]]]:
    """Each task with what it is about, and where that is where this person may go there."""
    return [(task, [(thing.name, _way(thing, here, period)) for thing in task.things]) for task in todo]


def _way(thing: Thing, here: Workplace, period: str) -> str:
    if thing.kind == "case":
        return reverse("case", args=[thing.no]) if here.may(Right.CASES) else ""
    if thing.kind == "deal":
        return reverse("deal", args=[thing.no])
    return reverse("statement_of", args=[period, thing.no]) if thing.kind == "statement" else ""
