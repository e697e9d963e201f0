"""核身份: who is this? The questions that screening leaves to a person; and what shows who a customer is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import reads, services
from leads.forms.identity import AnswerForm, NumberForm, ProofForm
from leads.models import IdentityQuestion
from leads.reads import questions as asked
from leads.views.act import act_page
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock

MAY_ADD = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS, Right.DESK)


@needs(Right.IDENTITY)
@require_GET
def questions(request: WorkRequest) -> HttpResponse:
    """Who may be whom: the oldest first, each with both sides."""
    return _page(request)


def _page(
    request: WorkRequest, sent: AnswerForm | None = None, question: IdentityQuestion | None = None
) -> HttpResponse:
    here, now = request.workplace, clock.now()
    waiting, count = asked.waiting(here, now)
    if question and question.answer is None and question.pk not in {view.question.pk for view in waiting}:
        waiting = [*asked.views(here, [question], now), *waiting]
    rows = [(view, _form(view.question, sent, question)) for view in waiting]
    shown = {"rows": rows, "count": count, "answered": asked.answered(here), "form": sent}
    return render(request, "leads/questions.html", shown, status=sent.http_status if sent else 200)


def _form(about: IdentityQuestion, sent: AnswerForm | None, question: IdentityQuestion | None) -> AnswerForm:
    if sent is not None and question is not None and about.pk == question.pk:
        return sent
    return AnswerForm(candidates=list(about.candidates.all()), auto_id=f"q{about.pk}_%s")


@needs(Right.IDENTITY)
@require_POST
def question_answer(request: WorkRequest, pk: int) -> HttpResponse:
    """Say who it is, once."""
    here, question = request.workplace, asked.question_or_404(request.workplace, pk)
    form = AnswerForm(request.POST, candidates=list(question.candidates.all()), auto_id=f"q{pk}_%s")

    def act(given: dict[str, Any], now: datetime) -> Any:
        return services.answer_question(here=here, question=question, same=given["same"], why=given["why"], at=now)

    if acted(request, form, f"question:{pk}", act) is None:
        return _page(request, form, question)
    messages.success(request, _("核实好了，报备时间不变"))
    return redirect("questions")


@needs(*MAY_ADD)
@require_http_methods(["GET", "POST"])
def number_add(request: WorkRequest, pk: UUID) -> HttpResponse:
    """A further number of a customer, and how somebody knows."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = NumberForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        asked_ = services.add_number(here=here, customer=found, number=given["phone"], proof=given["proof"], at=now)
        return asked_.pk if asked_ else ""

    question = acted(request, form, "number", act)
    if question is not None:
        told = (
            _("号码登记好了。它也在别人名下，前台会核实是不是同一位")
            if question and not here.outside
            else _("号码登记好了")
        )
        messages.success(request, told)
        return redirect("customer", pk=pk)
    lines = [_("从登记这一刻起算，以前的报备不受影响")]
    return act_page(request, found, form, title=_("补登一个号码"), button=_("登记号码"), lines=lines)


@needs(Right.IDENTITY)
@require_http_methods(["GET", "POST"])
def relation_proof(request: WorkRequest, pk: int) -> HttpResponse:
    """The house saw what proves that two customers are direct kin."""
    here, relation = request.workplace, asked.relation_or_404(request.workplace, pk)
    form = ProofForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return services.prove_relation(here=here, relation=relation, proof=given["proof"], at=now)

    if acted(request, form, "proof", act) is not None:
        messages.success(request, _("凭据记下了"))
        return redirect("customer", pk=relation.customer_id)
    lines = [
        f"{relation.customer} · {relation.get_kind_display()} · {relation.other}",
        _("只记谁在什么时候看过，不存复印件"),
    ]
    return act_page(request, relation.customer, form, title=_("记下关系的凭据"), button=_("看过了"), lines=lines)
