"""Ruling on a case: evidence is judged, what was decided is looked over, then signed. What is being written is kept meanwhile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from arbitration import services
from arbitration.cases import consequences, reads
from arbitration.cases.proposals import propose
from arbitration.forms.deciding import DecisionForm, JudgeForm, SignForm, TalksForm
from arbitration.forms.queue import query_of
from arbitration.models import Collision, Ruling
from arbitration.services import Check, Decision
from arbitration.views.cases import page
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import once

# What was done by signing, where it was no ruling.
SIGNED = {
    services.EVIDENCE: gettext_lazy("%(no)s 已要求各方补证据"),
    services.ESCALATE: gettext_lazy("%(no)s 已上报总经理"),
}


@needs(Right.RULE)
@require_POST
def case_check(request: WorkRequest, no: str) -> HttpResponse:
    """核对页: what will be signed, with the money; of passing a case up, what follows from it. Only the draft is written here."""
    found = reads.of_number(request.workplace, no)
    form = DecisionForm(request.POST, case=found)
    _keep(request, found, form)
    if not form.is_valid() or "back" in request.POST:
        return page(request, found, form)
    sign = SignForm(request=request, initial={"key": form.cleaned_data["key"]})
    try:
        given = form.cleaned_data
        services.may_decide(request.workplace, found, given["version"], given["kind"])
        return _check_page(request, found, form, *_effective(request, found, form), sign)
    except Refusal as refusal:
        form.refuse(refusal)
        return page(request, found, form)


def _keep(request: WorkRequest, found: Collision, form: DecisionForm) -> None:
    """What was typed is kept, as far as it can be: a page that is out of date still says what was wrong with it."""
    if not found.closed:
        services.keep_draft(
            here=request.workplace, case=found, form=services.DECISION, typed=form.typed(), at=clock.now()
        )


def _effective(request: WorkRequest, found: Collision, form: DecisionForm) -> tuple[Decision, list[Check]]:
    """The decision as it would be carried out, and the checks before it: agreeing means what the proposal says.

    Raises Refusal as the service would; and where a party was not heard, until it is said why that is so.
    """
    given, now = form.cleaned_data, clock.now()
    decision, proposal = form.decision(), propose(found, now)
    services.check_due(decision, now)
    checks = services.checklist(request.workplace, found, proposal, now)
    services.stopped(checks, decision.kind, unheard=decision.unheard)
    if decision.kind == Ruling.Kind.AGREED:
        decision = services.agreed(proposal, decision, given["proposal"])
    return decision, checks


def _check_page(
    request: WorkRequest, found: Collision, form: DecisionForm, decision: Decision, checks: list[Check], sign: SignForm
) -> HttpResponse:
    final = decision.kind in Ruling.Kind.values
    shown = {
        "case": found, "decision_form": form, "decision": decision, "form": sign, "checks": checks, "final": final,
        "kind": dict(form.fields["kind"].choices)[form.cleaned_data["kind"]],  # type: ignore[attr-defined]
        "money": reads.money(found, decision) if final else [],
        "owner_label": decision.owner.name if decision.owner else Ruling.Owner(decision.owner_kind).label,
        "recused": services.conflict_in(checks), "query": query_of(request.GET),
    }  # fmt: skip
    if decision.kind == services.ESCALATE:
        talks = TalksForm(initial={"version": found.version, "reason": decision.reason})
        shown |= {"up": consequences.of_passing_up(found, request.workplace, clock.now()), "talks_form": talks}
    return render(request, "arbitration/check.html", shown, status=sign.http_status)


@needs(Right.RULE)
@require_POST
def case_sign(request: WorkRequest, no: str) -> HttpResponse:
    """签字并生效: tick and proof of who signs, then everything in one transaction."""
    found = reads.of_number(request.workplace, no)
    form, sign = DecisionForm(request.POST, case=found), SignForm(request.POST, request=request)
    if not form.is_valid():
        return page(request, found, form)
    try:
        decision, checks = _effective(request, found, form)
        if not sign.is_valid():
            return _check_page(request, found, form, decision, checks, sign)
        _sign(request, found, form)
    except Refusal as refusal:
        form.refuse(refusal)
        found.refresh_from_db()
        return page(request, found, form)
    messages.success(request, SIGNED.get(decision.kind, _("%(no)s 已签字生效")) % {"no": no})
    return _on(request, no)


def _on(request: WorkRequest, no: str) -> HttpResponse:
    """To the list that somebody came from, by its tab and filters; without any, to the case."""
    query = query_of(request.GET)
    return redirect(f"{reverse('cases')}?{query}" if query else reverse("case", args=[no]))


def _sign(request: WorkRequest, found: Collision, form: DecisionForm) -> None:
    given, now = form.cleaned_data, clock.now()

    def act() -> str:
        services.decide_case(
            here=request.workplace, case=found, seen_version=given["version"], seen_proposal=given["proposal"],
            decision=form.decision(), at=now,
        )  # fmt: skip
        return found.no

    once(key=given["key"], by=request.user.pk, act="decide", at=now, do=act)


@needs(Right.RULE)
@require_POST
def case_talks(request: WorkRequest, no: str) -> HttpResponse:
    """先让双方协商 24 小时, in place of passing the case up."""
    found, form = reads.of_number(request.workplace, no), TalksForm(request.POST)
    if not form.is_valid():
        return page(request, found, form)
    try:
        given, now = form.cleaned_data, clock.now()
        services.decide_case(
            here=request.workplace, case=found, seen_version=given["version"], seen_proposal="",
            decision=Decision(kind=services.NEGOTIATE, reason=given["reason"]), at=now,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(refusal)
        found.refresh_from_db()
        return page(request, found, form)
    messages.success(request, _("%(no)s 先由各方协商 24 小时") % {"no": no})
    return _on(request, no)


@needs(Right.RULE)
@require_POST
def case_judge(request: WorkRequest, no: str) -> HttpResponse:
    """采信或不采信 one thing that was brought."""
    found = reads.of_number(request.workplace, no)
    form = JudgeForm(request.POST, about=request.POST.get("about", ""))
    if form.is_valid():
        given, now = form.cleaned_data, clock.now()

        def act() -> str:
            judged = services.judge_evidence(
                here=request.workplace, case=found, about=given["about"], accepted=given["accepted"] == "yes",
                reason=given["why"], at=now,
            )  # fmt: skip
            return str(judged.pk)

        try:
            once(key=given["key"], by=request.user.pk, act="judge", at=now, do=act)
            return _again(request, no, given["about"])
        except Refusal as refusal:
            form.refuse(refusal)
    return page(request, found, form)


@needs(Right.RULE)
@require_POST
def case_draft(request: WorkRequest, no: str) -> HttpResponse:
    """存草稿: by the button, or every few seconds by the script, which asks for nothing but an answer."""
    found = reads.of_number(request.workplace, no)
    form = DecisionForm(request.POST, case=found)
    quiet = request.headers.get("X-Draft") == "1"
    try:
        services.keep_draft(
            here=request.workplace, case=found, form=services.DECISION, typed=form.typed(), at=clock.now()
        )
    except Refusal as refusal:
        if quiet:
            return HttpResponse(str(refusal.sentence), status=refusal.status, content_type="text/plain; charset=utf-8")
        form.refuse(refusal)
        return page(request, found, form)
    if quiet:
        return HttpResponse(status=204)
    messages.success(request, _("草稿存下了，只有你看得到"))
    return _again(request, no, "dec")


def _again(request: WorkRequest, no: str, place: str) -> HttpResponse:
    """To the same place of the case, with the tab and the filters of the list that somebody came from."""
    query = query_of(request.GET)
    return redirect(f"{reverse('case', args=[no])}{f'?{query}' if query else ''}#{place}")
