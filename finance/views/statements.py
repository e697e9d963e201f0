"""分成单: one's own, one's agency's, a fund's; to be confirmed or questioned; and what one line of it rests on."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from arbitration.shares import Key, label, sharers
from finance import reads, services
from finance.models import Period, StatementAnswer
from finance.period_forms import ConfirmForm, QuestionForm, ReplyForm, Seen
from finance.reads.explaining import entry_of, explain
from finance.reads.slips import slip
from finance.reads.statements import (
    State,
    answer_until,
    code_of,
    last_month,
    may_answer,
    own_keys,
    said,
    statement_for,
    visible_key,
)
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form, left_over

# Whoever is at work here may be paid, or deducted from.
AT_WORK = (Right.OWN_BOOKS, Right.POLICY)


@needs(*AT_WORK)
@require_GET
def statement(request: WorkRequest) -> HttpResponse:
    """The last month in which I have a line, else this one."""
    return redirect("statement_mine", month=last_month(request.workplace, clock.now()))


@needs(*AT_WORK)
@require_GET
def statement_mine(request: WorkRequest, month: str) -> HttpResponse:
    """My statement of a month: of several (my agency's, a fund's) the first that has a line."""
    here, period = request.workplace, reads.month(month)
    keys = own_keys(here)
    with_lines = {one.key for one in reads.holders(here.project, period)}
    return _page(request, period, next((key for key in keys if key in with_lines), keys[0]))


@needs(*AT_WORK)
@require_GET
def statement_of(request: WorkRequest, month: str, who: str) -> HttpResponse:
    """One statement: one's own, or anybody's for whoever sees all splits."""
    return _page(request, reads.month(month), visible_key(request.workplace, who))


def _page(request: WorkRequest, period: str, key: Key, bound: Form | None = None) -> HttpResponse:
    here = request.workplace
    found, (before, after) = statement_for(here.project, period, key), reads.around(period)
    others = [(code_of(one), name) for one, name in _named(own_keys(here))] if key in own_keys(here) else []
    seen = {"seen": found.row.digest.hex() if found else ""}
    row = Period.objects.filter(project=here.project, month=period).select_related("project").first()
    shown: dict[str, Any] = {
        "period": period, "before": before, "after": after, "code": code_of(key), "name": _named([key])[0][1], "found": found,
        "slip": slip(here, period, key), "others": others, "talk": said(here.project, period, key), "until": answer_until(row),
        "closed": bool(row and row.closed_at), "mine": key in own_keys(here),
        "answers": found is not None and may_answer(here, key),
        "confirm": ConfirmForm(initial=seen), "question": QuestionForm(initial=seen, auto_id="question_%s"),
    }  # fmt: skip
    if here.may(Right.BOOKKEEPING) and found and found.state == State.QUESTIONED:
        shown["reply"] = ReplyForm(auto_id="reply_%s")
    if bound is not None:
        name = {QuestionForm: "question", ReplyForm: "reply"}.get(type(bound), "confirm")
        shown |= {name: bound} if name in shown else {}
    if found and isinstance(bound, Seen):
        bound.show(found.row.digest)
    shown |= {"kept": left_over(bound, shown), "form": bound}
    return render(request, "finance/statement.html", shown, status=bound.http_status if bound else 200)


def _named(keys: list[Key]) -> list[tuple[Key, str]]:
    return [(key, label(who)) for key, who in zip(keys, sharers(keys), strict=True)]


@needs(*AT_WORK)
@require_POST
def statement_confirm(request: WorkRequest, month: str, who: str) -> HttpResponse:
    """没问题，确认: exactly the lines that were shown."""
    return _answered(request, reads.month(month), who, ConfirmForm(request.POST), StatementAnswer.Kind.CONFIRM)


@needs(*AT_WORK)
@require_POST
def statement_question(request: WorkRequest, month: str, who: str) -> HttpResponse:
    """有疑问: in words, to finance."""
    form = QuestionForm(request.POST, auto_id="question_%s")
    return _answered(request, reads.month(month), who, form, StatementAnswer.Kind.QUESTION)


def _answered(request: WorkRequest, period: str, who: str, form: Form, kind: StatementAnswer.Kind) -> HttpResponse:
    key = visible_key(request.workplace, who)

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.answer_statement(
            here=request.workplace,
            month=period,
            key=key,
            kind=kind,
            seen=given["seen"],
            text=given.get("text", ""),
            at=at,
        )

    if acted(request, form, f"statement.{kind}", act) is None:
        return _page(request, period, key, form)
    done = _("确认了") if kind == StatementAnswer.Kind.CONFIRM else _("疑问发给财务了，答复会通知你")
    messages.success(request, done)
    return redirect("statement_of", month=period, who=who)


@needs(Right.BOOKKEEPING)
@require_POST
def statement_reply(request: WorkRequest, month: str, who: str) -> HttpResponse:
    """Finance replies to a question."""
    period, key, form = (
        reads.month(month),
        visible_key(request.workplace, who),
        ReplyForm(request.POST, auto_id="reply_%s"),
    )

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.reply_statement(here=request.workplace, month=period, key=key, text=given["text"], at=at)

    if acted(request, form, "statement.reply", act) is None:
        return _page(request, period, key, form)
    messages.success(request, _("答复发出去了"))
    return redirect("statement_of", month=period, who=who)


@needs(*AT_WORK)
@require_GET
def entry(request: WorkRequest, no: str) -> HttpResponse:
    """怎么算的: one entry of the ledger, to the fen."""
    found = entry_of(request.workplace, no)
    return render(request, "finance/entry.html", {"told": explain(request.workplace, found), "entry": found})
