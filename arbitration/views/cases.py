"""撞单: the queue, the case page, check and sign, statements, reopening."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from arbitration import reads, services
from arbitration.forms import DecisionForm, SignForm, StatementForm
from arbitration.models import Collision, Ruling
from arbitration.proposals import Proposal, propose
from arbitration.services import Decision
from people.access import WorkRequest, needs
from people.roles import Right, Role
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once


@needs(Right.CASES)
@require_GET
def cases(request: WorkRequest) -> HttpResponse:
    """撞单队列."""
    tab = request.GET.get("tab", "todo")
    if tab not in reads.TABS:
        raise Http404
    page = Paginator(reads.queue(request.workplace, tab), 30).get_page(request.GET.get("page"))
    counts = reads.counts(request.workplace)
    tabs = [("todo", _("待我处理")), ("evidence", _("等证据")), ("ruled", _("已裁定"))]
    shown = {
        "tab": tab,
        "page": page,
        "tabs": [(name, label, counts[name]) for name, label in tabs],
        "now": clock.now(),
    }
    return render(request, "arbitration/cases.html", shown)


@needs(Right.CASES, Right.OWN_BOOKS)
@require_GET
def case(request: WorkRequest, no: str) -> HttpResponse:
    """案件页: facts, proposal, what would change it, decision, in this order."""
    return _page(request, _case(request, no))


def _case(request: WorkRequest, no: str) -> Collision:
    return get_object_or_404(reads.visible(request.workplace), no=no)


def _page(request: WorkRequest, found: Collision, form: DecisionForm | None = None, **forms: Form) -> HttpResponse:
    here, claims = request.workplace, list(found.claims.select_related("user").order_by("letter"))
    rules = here.may(Right.RULE)
    ruled = found.state == Collision.State.RULED
    shown: dict[str, Any] = {
        "case": found, "claims": claims, "two": len(claims) == 2, "rules": rules,
        "timeline": reads.timeline(found, claims, only=None if rules or ruled else here.user),
        "rulings": [(r, reads.ruled_shares(r), reads.ruled_by(r)) for r in reads.rulings(found)],
        "party": any(claim.user_id == here.user.pk for claim in claims),
        "statement_form": StatementForm(), "may_reopen": ruled and Role.GENERAL_MANAGER in here.roles,
    }  # fmt: skip
    if rules and not ruled:
        shown |= _deciding(request, found, form)
    shown |= forms
    bound = form or next(iter(forms.values()), None)
    shown["form"] = shown.get("form") or bound
    return render(request, "arbitration/case.html", shown, status=bound.http_status if bound else 200)


def _deciding(request: WorkRequest, found: Collision, form: DecisionForm | None) -> dict[str, Any]:
    proposal = propose(found, clock.now())
    fresh = {"version": found.version, "proposal": proposal.fingerprint}
    return {
        "proposal": proposal, "told": reads.readable(proposal), "recused": services.recused(request.workplace, found),
        "form": form or DecisionForm(initial=fresh, case=found), "fresh": fresh,
    }  # fmt: skip


@needs(Right.RULE)
@require_POST
def case_check(request: WorkRequest, no: str) -> HttpResponse:
    """核对页: what will be signed, with the money. Nothing is written here."""
    found = _case(request, no)
    form = DecisionForm(request.POST, case=found)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        proposal = propose(found, clock.now())
        decision = _effective(form, proposal)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, found, form)
    return _check_page(request, found, form, decision, SignForm(initial={"key": form.cleaned_data["key"]}))


def _effective(form: DecisionForm, proposal: Proposal) -> Decision:
    """The decision as it would be carried out: agreeing means what the proposal says."""
    decision = form.decision()
    if decision.kind == Ruling.Kind.AGREED:
        return services.agreed(proposal, decision, form.cleaned_data["proposal"])
    return decision


def _check_page(
    request: WorkRequest, found: Collision, form: DecisionForm, decision: Decision, sign: SignForm
) -> HttpResponse:
    parties = [claim.user_id for claim in form.claims]
    heard = set(found.statements.values_list("by", flat=True))
    shown = {
        "case": found, "decision_form": form, "decision": decision, "form": sign,
        "kind": dict(form.fields["kind"].choices)[form.cleaned_data["kind"]],  # type: ignore[attr-defined]
        "money": reads.money(found, decision.shares), "heard": all(pk in heard for pk in parties),
        "owner_label": decision.owner.name if decision.owner else Ruling.Owner(decision.owner_kind).label,
        "final": decision.kind in Ruling.Kind.values,
    }  # fmt: skip
    return render(request, "arbitration/check.html", shown, status=sign.http_status)


@needs(Right.RULE)
@require_POST
def case_sign(request: WorkRequest, no: str) -> HttpResponse:
    """签字并生效: password and tick, then everything in one transaction."""
    found = _case(request, no)
    form, sign = DecisionForm(request.POST, case=found), SignForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        decision = _effective(form, propose(found, clock.now()))
        if sign.is_valid() and not request.user.check_password(sign.cleaned_data["password"]):
            sign.add_error("password", _("密码不对"))
        if sign.errors:
            return _check_page(request, found, form, decision, sign)
        _sign(request, found, form)
    except Refusal as refusal:
        form.refuse(refusal)
        found.refresh_from_db()
        return _page(request, found, form)
    messages.success(request, _("%(no)s 已签字生效") % {"no": no})
    return redirect("case", no=no)


def _sign(request: WorkRequest, found: Collision, form: DecisionForm) -> None:
    given, now = form.cleaned_data, clock.now()

    def act() -> str:
        services.decide_case(
            here=request.workplace, case=found, seen_version=given["version"], seen_proposal=given["proposal"],
            decision=form.decision(), at=now,
        )  # fmt: skip
        return found.no

    once(key=given["key"], by=request.user.pk, act="decide", at=now, do=act)


@needs(Right.OWN_BOOKS)
@require_POST
def case_statement(request: WorkRequest, no: str) -> HttpResponse:
    """A party's statement."""
    found, form = _case(request, no), StatementForm(request.POST)
    if form.is_valid():
        try:
            services.state_case(here=request.workplace, case=found, text=form.cleaned_data["text"], at=clock.now())
            messages.success(request, _("陈述已提交，不能再改，可以再补充"))
            return redirect("case", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, found, statement_form=form)


@needs(Right.RULE)
@require_POST
def case_reopen(request: WorkRequest, no: str) -> HttpResponse:
    """The general manager takes a ruled case up again."""
    found, form = _case(request, no), StatementForm(request.POST)
    if form.is_valid():
        try:
            services.reopen(here=request.workplace, case=found, reason=form.cleaned_data["text"], at=clock.now())
            return redirect("case", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, found, statement_form=form)
