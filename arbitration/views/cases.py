"""撞单: the queue, the case page, check and sign, statements, reopening."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from arbitration import evidence, reads, services
from arbitration.event_forms import FORMS, EventForm
from arbitration.forms import DecisionForm, SignForm, StatementForm
from arbitration.models import Claim, Collision, Ruling
from arbitration.proposals import Proposal, propose
from arbitration.services import Decision
from people.access import WorkRequest, needs
from people.roles import Right, Role
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once

# What was done by signing, where it was no ruling.
SIGNED = {
    services.EVIDENCE: gettext_lazy("%(no)s 已要求各方补证据"),
    services.ESCALATE: gettext_lazy("%(no)s 已上报总经理"),
}


@needs(Right.CASES)
@require_GET
def cases(request: WorkRequest) -> HttpResponse:
    """撞单队列."""
    tab = request.GET.get("tab", "todo")
    if tab not in reads.TABS:
        raise Http404
    here, now = request.workplace, clock.now()
    page = Paginator(reads.queue(here, tab, now), 30).get_page(request.GET.get("page"))
    counts = reads.counts(here, now)
    tabs = [("todo", _("待我处理")), ("others", _("等别人")), ("evidence", _("等证据")), ("ruled", _("已裁定"))]
    shown = {
        "tab": tab, "page": page, "tabs": [(name, label, counts[name]) for name, label in tabs], "now": now,
        "to_pass_up": reads.only_to_pass_up(here, page.object_list) if tab == "todo" else (),
    }  # fmt: skip
    return render(request, "arbitration/cases.html", shown)


@needs(Right.CASES, Right.OWN_BOOKS)
@require_GET
def case(request: WorkRequest, no: str) -> HttpResponse:
    """案件页: facts, proposal, what would change it, decision, in this order."""
    return _page(request, _case(request, no))


def _case(request: WorkRequest, no: str) -> Collision:
    return get_object_or_404(reads.visible(request.workplace), no=no)


def _page(request: WorkRequest, found: Collision, form: DecisionForm | None = None, **other: Form) -> HttpResponse:
    here, claims = request.workplace, list(found.claims.select_related("user").order_by("letter"))
    rules, ruled = here.may(Right.RULE), found.closed
    shown: dict[str, Any] = {
        "case": found, "claims": claims, "two": len(claims) == 2, "rules": rules, "now": clock.now(),
        "at_stake": reads.at_stake(found),
        "party": any(claim.user_id == here.user.pk for claim in claims),
        "statement_form": StatementForm(), "may_reopen": found.state == Collision.State.RULED and Role.GENERAL_MANAGER in here.roles,
    }  # fmt: skip
    proposal = None if ruled else propose(found, clock.now())
    shown |= _facts(request, found, claims, proposal)
    if proposal and rules:
        shown |= _deciding(request, found, form, proposal)
    bound = form or next(iter(other.values()), None)
    shown["kept"] = _kept(bound) if ruled and bound else []
    if not ruled:
        shown["event_forms"] = _event_forms(request, found, shown["agencies"], bound)
    shown |= {name: one for name, one in other.items() if name != "event_form"} | {"sent": bound}
    return render(request, "arbitration/case.html", shown, status=bound.http_status if bound else 200)


def _kept(sent: Form) -> list[forms.BoundField]:
    """What was written into a form that the page no longer has, since the case was ruled meanwhile: to be copied, not lost."""
    written = [sent[name] for name in ("reason", "sanction_reason", "text") if name in sent.fields]
    return [field for field in written if field.value()]


def _facts(request: WorkRequest, found: Collision, claims: list[Claim], proposal: Proposal | None) -> dict[str, Any]:
    """What happened and what it is worth, as far as this person may see it; and the rulings."""
    rulings, events = list(reads.rulings(found)), evidence.events_of(found)
    sees_all = request.workplace.may(Right.CASES) or found.state == Collision.State.RULED
    only, tests = None if sees_all else request.user, reads.tests(found, proposal, rulings)
    return {
        "timeline": reads.timeline(found, claims, events, tests, only=only),
        "evidence": evidence.Evidence(found, claims, events, tests, only).items(),
        "agencies": evidence.agency_names(found, claims),
        "rulings": [(r, reads.ruled_shares(r), reads.ruled_by(r)) for r in rulings],
    }


def _event_forms(
    request: WorkRequest, found: Collision, agencies: dict[int, str], bound: Form | None
) -> list[EventForm]:
    """The forms of what this person may put on record; what was sent comes back filled in."""
    here, sent = request.workplace, bound if isinstance(bound, EventForm) else None
    kinds = services.kinds_for(here, found) if agencies or sent else []
    made = [sent if sent and sent.type == kind else FORMS[kind](here=here, case=found) for kind in kinds]
    return [form for form in made if form.is_bound or form.useful]


def _deciding(request: WorkRequest, found: Collision, form: DecisionForm | None, proposal: Proposal) -> dict[str, Any]:
    fresh = {"version": found.version, "proposal": proposal.fingerprint}
    return {
        "proposal": proposal, "told": reads.readable(proposal), "recused": services.recused(request.workplace, found),
        "may_pass_up": services.may_pass_up(request.workplace, found),
        "form": form or DecisionForm(initial=fresh, case=found), "fresh": fresh,
    }  # fmt: skip


@needs(Right.RULE)
@require_POST
def case_check(request: WorkRequest, no: str) -> HttpResponse:
    """核对页: what will be signed, with the money. Nothing is written here; 「回去改」 leads back with all that was typed."""
    found = _case(request, no)
    form = DecisionForm(request.POST, case=found)
    if not form.is_valid() or "back" in request.POST:
        return _page(request, found, form)
    try:
        given = form.cleaned_data
        services.may_decide(request.workplace, found, given["version"], given["kind"])
        decision = _effective(found, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, found, form)
    return _check_page(
        request, found, form, decision, SignForm(request=request, initial={"key": form.cleaned_data["key"]})
    )


def _effective(found: Collision, form: DecisionForm) -> Decision:
    """The decision as it would be carried out: agreeing means what the proposal says. Raises Refusal as the service would."""
    given, now = form.cleaned_data, clock.now()
    decision = form.decision()
    services.check_due(decision, now)
    if decision.kind == Ruling.Kind.AGREED:
        return services.agreed(propose(found, now), decision, given["proposal"])
    return decision


def _check_page(
    request: WorkRequest, found: Collision, form: DecisionForm, decision: Decision, sign: SignForm
) -> HttpResponse:
    parties = [claim.user_id for claim in form.claims]
    heard = set(found.statements.values_list("by", flat=True))
    shown = {
        "case": found, "decision_form": form, "decision": decision, "form": sign,
        "kind": dict(form.fields["kind"].choices)[form.cleaned_data["kind"]],  # type: ignore[attr-defined]
        "money": reads.money(found, decision) if decision.kind in Ruling.Kind.values else [], "heard": all(pk in heard for pk in parties),
        "owner_label": decision.owner.name if decision.owner else Ruling.Owner(decision.owner_kind).label,
        "final": decision.kind in Ruling.Kind.values, "recused": services.recused(request.workplace, found),
    }  # fmt: skip
    return render(request, "arbitration/check.html", shown, status=sign.http_status)


@needs(Right.RULE)
@require_POST
def case_sign(request: WorkRequest, no: str) -> HttpResponse:
    """签字并生效: tick and proof of who signs, then everything in one transaction."""
    found = _case(request, no)
    form, sign = DecisionForm(request.POST, case=found), SignForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        decision = _effective(found, form)
        if not sign.is_valid():
            return _check_page(request, found, form, decision, sign)
        _sign(request, found, form)
    except Refusal as refusal:
        form.refuse(refusal)
        found.refresh_from_db()
        return _page(request, found, form)
    messages.success(request, SIGNED.get(decision.kind, _("%(no)s 已签字生效")) % {"no": no})
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


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_event(request: WorkRequest, no: str, kind: str) -> HttpResponse:
    """Put something on record: a call list, an objection, a slip, a bring, who signed, what the talks came to."""
    if kind not in FORMS:
        raise Http404
    found = _case(request, no)
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
    return _page(request, found, event_form=form)


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
