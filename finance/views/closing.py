"""Closing a month and opening it again, posting what sanctions and rewards come to, sending the statements."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from arbitration.shares import label, sharers
from finance import reads, services
from finance.models import Period
from finance.period_forms import CloseForm, PostForm, ReopenForm
from finance.reads.due import carried, payable
from finance.reads.statements import term_over
from finance.reads.tasks import STATEMENTS
from finance.services.periods import Closing
from finance.views.period import linked
from leads.money import yuan
from penalties.payable import REWARD, Due
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


@needs(Right.BOOKKEEPING)
@require_http_methods(["GET", "POST"])
def period_close(request: WorkRequest, month: str) -> HttpResponse:
    """核对并关账: the tasks and the sums; a tick and proof of who signs."""
    project, period, now = request.workplace.project, reads.month(month), clock.now()
    waive = term_over(Period.objects.filter(project=project, month=period).select_related("project").first(), now)
    form = CloseForm(request.POST or None, request=request, may_waive=waive)

    def act(given: dict[str, Any], at: datetime) -> Any:
        said = given.get("term_said_over", False)
        return services.close_period(
            here=request.workplace, month=period, seen=given["seen"], at=at, term_said_over=said
        )

    if acted(request, form, "period.close", act) is not None:
        messages.success(request, _("已关账。之后的变动记到后面的月份"))
        return redirect("period_month", month=period)
    return _close_page(request, period, form, now, waive=waive)


def _close_page(request: WorkRequest, period: str, form: CloseForm, now: datetime, *, waive: bool) -> HttpResponse:
    try:
        services.may_close(request.workplace, period, now)
        why = ""
    except Refusal as refusal:
        why = str(refusal.sentence)
    found = services.look_over(request.workplace.project, period, now, term_said_over=waive)
    form.show(found.digest)
    shown = {
        "period": period, "form": form, "why": why, "found": found, "tasks": linked(found.tasks, request.workplace, period),
        "total": reads.total(found.rows), "waives": waive and _unconfirmed(found),
    }  # fmt: skip
    return render(request, "finance/close.html", shown, status=form.http_status)


def _unconfirmed(found: Closing) -> bool:
    return any(task.code == STATEMENTS and not task.done for task in found.tasks)


@needs(Right.REOPEN)
@require_http_methods(["GET", "POST"])
def period_reopen(request: WorkRequest, month: str) -> HttpResponse:
    """重新打开: why, and proof of who signs."""
    project, period = request.workplace.project, reads.month(month)
    form = ReopenForm(request.POST or None, request=request)

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.reopen_period(here=request.workplace, month=period, reason=given["reason"], at=at)

    if acted(request, form, "period.reopen", act) is not None:
        messages.success(request, _("重新打开了，有账的人都通知到了"))
        return redirect("period_month", month=period)
    closed = Period.objects.filter(project=project, month=period, closed_at__isnull=False).exists()
    if not closed and not form.errors:  # whom somebody was faster than reads that, with what they wrote
        raise Http404
    shown = {"period": period, "form": form, "rows": reads.holders(project, period)}
    return render(request, "finance/reopen.html", shown, status=form.http_status)


@needs(Right.BOOKKEEPING)
@require_http_methods(["GET", "POST"])
def period_post(request: WorkRequest, month: str) -> HttpResponse:
    """处分和奖励入账: a check page; what is ticked is posted in this month."""
    project, period, now = request.workplace.project, reads.month(month), clock.now()
    rows = payable(project, period, now)
    form = PostForm(request.POST or None, request=request, numbers=[(row.no, words) for row, words in _in_words(rows)])

    def act(given: dict[str, Any], at: datetime) -> str:
        return " ".join(
            entry.no
            for entry in services.post_due(here=request.workplace, month=period, numbers=given["numbers"], at=at)
        )

    if acted(request, form, "due.post", act) is not None:
        messages.success(request, _("已入账"))
        return redirect("period_month", month=period)
    shown = {"period": period, "form": form, "rows": rows, "waiting": _in_words(carried(project, period, now))}
    return render(request, "finance/post.html", shown, status=form.http_status)


def _in_words(rows: list[Due]) -> list[tuple[Due, str]]:
    """Each with its number, whom it is about, how much, by which clause, and why not all of it."""
    named = sharers([row.to for row in rows])
    return [(row, " · ".join(filter(None, _words(row, label(who))))) for row, who in zip(rows, named, strict=True)]


def _words(row: Due, name: str) -> list[str]:
    fen = row.deductible_fen if row.nature == REWARD else -row.deductible_fen
    rest = _("一共 %(rest)s") % {"rest": yuan(row.rest_fen)} if row.rest_fen != row.deductible_fen else ""
    return [name, yuan(fen), row.no, row.clause, rest, row.why]


@needs(Right.BOOKKEEPING)
@require_POST
def period_send(request: WorkRequest, month: str) -> HttpResponse:
    """发分成单: whoever has not confirmed theirs is asked."""
    period, form = reads.month(month), Form(request.POST)

    def act(_given: dict[str, Any], at: datetime) -> int:
        return services.send_statements(project=request.workplace.project, month=period, by=request.user, at=at)

    count = acted(request, form, "statement.send", act)
    if count is not None:
        messages.success(request, ngettext("发了 %(n)s 张分成单", "发了 %(n)s 张分成单", int(count)) % {"n": count})
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("period_month", month=period)
