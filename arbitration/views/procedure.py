"""What people do with a case beside ruling on it: settle, report, investigate, appeal. Each stands on the page of the case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from arbitration import services
from arbitration.cases import reads
from arbitration.forms.procedure import AnswerForm, AppealDecisionForm, AppealForm, FindingsForm, ReportForm, TermsForm
from arbitration.models import Appeal, Collision, Ruling, Settlement
from arbitration.views.cases import page
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import Do, acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


def _step(request: WorkRequest, case: Collision, form: Form, act: str, do: Do, said: str) -> HttpResponse:
    """Take a step and come back to the case; refused, its page as it is now, with what was typed."""
    if acted(request, form, act, do) is None:
        return page(request, reads.of_number(request.workplace, case.no), form)
    messages.success(request, said)
    return redirect("case", no=case.no)


def _known(gate: Callable[..., Any], *given: Any) -> None:
    """404 for whoever this is no act of; what else keeps somebody from it is said on the page."""
    try:
        gate(*given)
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from None


def _settlement(request: WorkRequest, no: str, pk: int) -> Settlement:
    return get_object_or_404(
        Settlement.objects.select_related("collision__project"), pk=pk, collision=reads.of_number(request.workplace, no)
    )


@needs(Right.CASES, Right.OWN_BOOKS)
@require_POST
def case_terms(request: WorkRequest, no: str) -> HttpResponse:
    """写条款: for the other parties to confirm."""
    here, case = request.workplace, reads.of_number(request.workplace, no)
    _known(services.may_write, here, case)
    form = TermsForm(request.POST, case=case)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.write_terms(here=here, case=case, agreement=form.agreement(), at=now)

    return _step(request, case, form, "terms", do, _("条款发出去了，等各方确认"))


@needs(Right.CASES, Right.OWN_BOOKS)
@require_POST
def case_terms_answer(request: WorkRequest, no: str, pk: int) -> HttpResponse:
    """确认, or 不同意 with the reason."""
    here, settlement = request.workplace, _settlement(request, no, pk)
    _known(services.may_answer, here, settlement)

    def do(given: dict[str, Any], now: Any) -> Any:
        agrees = given["agrees"] == "yes"
        return services.answer_terms(here=here, settlement=settlement, agrees=agrees, why=given["why"], at=now)

    return _step(request, settlement.collision, AnswerForm(request.POST), f"answer:{pk}", do, _("记下你的答复了"))


@needs(Right.CASES, Right.OWN_BOOKS)
@require_POST
def case_terms_withdraw(request: WorkRequest, no: str, pk: int) -> HttpResponse:
    """撤回条款."""
    here, settlement = request.workplace, _settlement(request, no, pk)
    _known(services.may_withdraw, here, settlement)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.withdraw_terms(here=here, settlement=settlement, at=now)

    return _step(request, settlement.collision, Form(request.POST), f"withdraw:{pk}", do, _("条款撤回了，可以重写"))


@needs(Right.OWN_BOOKS)
@require_POST
def case_talked(request: WorkRequest, no: str) -> HttpResponse:
    """我和对方谈过了: still talking (D08-5.4)."""
    here, case = request.workplace, reads.of_number(request.workplace, no)
    _known(services.may_talk, here, case)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.record_talk(here=here, case=case, at=now)

    return _step(request, case, Form(request.POST), "talked", do, _("记下了。谈成了就写条款，各方确认"))


@needs(Right.OWN_BOOKS)
@require_POST
def case_failed(request: WorkRequest, no: str) -> HttpResponse:
    """谈不成."""
    here, case = request.workplace, reads.of_number(request.workplace, no)
    _known(services.may_talk, here, case)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.declare_failed(here=here, case=case, at=now)

    return _step(request, case, Form(request.POST), "failed", do, _("记下了没有谈成，按制度裁定"))


@needs(Right.OWN_BOOKS)
@require_POST
def case_report(request: WorkRequest, no: str) -> HttpResponse:
    """我已上报: to a superior, with what happened."""
    here, case = request.workplace, reads.of_number(request.workplace, no)
    _known(services.may_report, here, case)
    form = ReportForm(request.POST, above=services.superiors(case, here.user, clock.now()))

    def do(given: dict[str, Any], now: Any) -> Any:
        return services.report_collision(here=here, case=case, to=given["to"], text=given["text"], at=now)

    return _step(request, case, form, "report", do, _("上报了，以系统收到的时间为准"))


@needs(Right.RULE)
@require_POST
def case_investigate(request: WorkRequest, no: str) -> HttpResponse:
    """开始调查."""
    here, case = request.workplace, reads.of_number(request.workplace, no)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.open_investigation(here=here, case=case, at=now)

    return _step(request, case, Form(request.POST), "investigate", do, _("调查开始了，查完写结果"))


@needs(Right.RULE)
@require_POST
def case_findings(request: WorkRequest, no: str) -> HttpResponse:
    """调查结束: what was found."""
    here, case = request.workplace, reads.of_number(request.workplace, no)

    def do(given: dict[str, Any], now: Any) -> Any:
        return services.close_investigation(here=here, case=case, findings=given["findings"], at=now)

    return _step(request, case, FindingsForm(request.POST), "findings", do, _("调查结束了，各方看得到结果"))


@needs(Right.CASES, Right.OWN_BOOKS)
@require_POST
def ruling_appeal(request: WorkRequest, no: str) -> HttpResponse:
    """申诉 against a ruling."""
    here, cases = request.workplace, reads.visible(request.workplace)
    ruling = get_object_or_404(Ruling.objects.select_related("collision__project"), no=no, collision__in=cases)
    _known(services.may_appeal, here, ruling, clock.now())

    def do(given: dict[str, Any], now: Any) -> Any:
        return services.open_appeal(here=here, ruling=ruling, reason=given["reason"], at=now)

    said = _("申诉收到了。上一级处理之前，按这份裁定的付款和处罚先停")
    return _step(request, ruling.collision, AppealForm(request.POST), "appeal", do, said)


def _appeal(request: WorkRequest, no: str) -> Appeal:
    rows = Appeal.objects.select_related("ruling__collision__project")
    return get_object_or_404(rows, no=no, ruling__collision__in=reads.visible(request.workplace))


@needs(Right.RULE)
@require_POST
def appeal_decide(request: WorkRequest, no: str) -> HttpResponse:
    """维持, or 重新审理; signed."""
    here, found = request.workplace, _appeal(request, no)

    def do(given: dict[str, Any], now: Any) -> Any:
        accepts = given["outcome"] == Appeal.State.ACCEPTED
        return services.decide_appeal(here=here, appeal=found, accepts=accepts, reason=given["reason"], at=now)

    form = AppealDecisionForm(request.POST, request=request)
    return _step(request, found.ruling.collision, form, f"decide:{no}", do, _("申诉处理了，各方会收到结果"))


@needs(Right.CASES, Right.OWN_BOOKS)
@require_POST
def appeal_withdraw(request: WorkRequest, no: str) -> HttpResponse:
    """撤回申诉."""
    here, found = request.workplace, _appeal(request, no)
    _known(services.may_withdraw_appeal, here, found)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return services.withdraw_appeal(here=here, appeal=found, at=now)

    said = _("申诉撤回了，不能再对这份裁定申诉")
    return _step(request, found.ruling.collision, Form(request.POST), f"withdraw:{no}", do, said)
