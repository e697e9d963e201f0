"""结算: a month's splits, on the page and exported; and one's own statement."""

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from finance import exports, reads
from finance.models import CommissionLine
from people.access import WorkRequest, needs
from people.exports import CSV, XLSX, attachment
from people.roles import Right
from people.stepup import steps_up
from trail import clock
from trail.services import note


@needs(Right.SPLITS)
@require_GET
def period(request: WorkRequest) -> HttpResponse:
    """This month."""
    return redirect("period_month", month=f"{localtime(clock.now()):%Y%m}")


@needs(Right.SPLITS)
@require_GET
def period_month(request: WorkRequest, month: str) -> HttpResponse:
    """What is still held, who gets what, and every line."""
    project, period = request.workplace.project, reads.month(month)
    held = list(reads.held(project, period, clock.now()))
    cases = reads.case_numbers(project, held)
    before, after = reads.around(period)
    shown = {
        "period": period, "before": before, "after": after, "held": [(deal, cases[deal.customer_id]) for deal in held],
        "people": reads.by_person(project, period), "lines": _grounded(reads.lines(project, period)),
        "check": reads.checked(project, period), "off_plan": reads.off_plan(project, period),
    }  # fmt: skip
    return render(request, "finance/period.html", shown)


def _grounded(lines: QuerySet[CommissionLine]) -> list[tuple[CommissionLine, str]]:
    """Each line with what it rests on."""
    return [(line, reads.ground(line)) for line in lines]


@needs(Right.EXPORT)
@require_GET
@steps_up(back="period_month")
def period_csv(request: WorkRequest, month: str) -> HttpResponseBase:
    """The month as CSV."""
    period = _exported(request, month, "csv")
    body = exports.as_csv(request.workplace.project, period)
    return StreamingHttpResponse(body, content_type=CSV, headers=attachment(f"splits-{period}.csv"))


@needs(Right.EXPORT)
@require_GET
@steps_up(back="period_month")
def period_xlsx(request: WorkRequest, month: str) -> HttpResponseBase:
    """The month as XLSX."""
    period = _exported(request, month, "xlsx")
    body = exports.as_xlsx(request.workplace.project, period)
    return FileResponse(body, content_type=XLSX, headers=attachment(f"splits-{period}.xlsx"))


def _exported(request: WorkRequest, month: str, form: str) -> str:
    """Every export is on record, with who and how many lines."""
    project, period = request.workplace.project, reads.month(month)
    note(
        by=request.user.pk, action="splits.export", subject=f"period:{period}", at=clock.now(), project=project.code,
        address=request.META.get("REMOTE_ADDR"), lines=reads.lines(project, period).count(), form=form,
    )  # fmt: skip
    return period


@needs(Right.OWN_BOOKS)
@require_GET
def statement(request: WorkRequest, month: str) -> HttpResponse:
    """分成单: my lines of a month."""
    period = reads.month(month)
    before, after = reads.around(period)
    lines = _grounded(reads.mine(request.workplace, period))
    total = sum(line.amount_fen for line, _ground in lines)
    shown = {"period": period, "before": before, "after": after, "lines": lines, "total": total}
    return render(request, "finance/statement.html", shown)
