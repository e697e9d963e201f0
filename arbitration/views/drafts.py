"""草稿: begin one, its editor, and each act of the editor, a small form of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arbitration.forms.drafts import BeginForm, BeginningForm, ParametersForm, RowForm, RuleForm, SeenForm
from arbitration.models import PolicyDraft
from arbitration.panels import editor
from arbitration.policies import drafting, edits, offers
from arbitration.services import drafting as services
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form

SEES = (Right.DRAFTS, Right.POLICIES)
Do = Callable[[int, datetime], Any]


@needs(Right.DRAFTS)
@require_http_methods(["GET", "POST"])
def policy_draft_begin(request: WorkRequest) -> HttpResponse:
    """Begin a draft; with `?rule=ID` from the policy in force that has this rule, and at it."""
    now = clock.now()
    rule = (request.POST.get("rule") or request.GET.get("rule") or "")[:16]
    sources = editor.sources(request.workplace.project, now)
    first = editor.source_of(request.workplace.project, rule, now)
    form = BeginForm(request.POST or None, sources=sources, initial={"rule": rule, "source": first})
    made = acted(
        request, form, "draft.begin",
        lambda given, at: services.begin_draft(here=request.workplace, source=given["source"], at=at),
    )  # fmt: skip
    if made is not None:
        return redirect(_address(int(made), rule))
    open_ = list(drafting.drafts(request.workplace.project))
    shown = {"form": form, "open": [(draft, drafting.title(draft)) for draft in open_], "rule": rule}
    return render(request, "arbitration/draft_begin.html", shown, status=form.http_status)


def _address(pk: int, rule: str = "") -> str:
    return reverse("policy_draft", args=[pk]) + (f"?rule={rule}" if rule else "")


@needs(*SEES)
@require_GET
def policy_draft(request: WorkRequest, pk: int) -> HttpResponse:
    """The editor: clauses at left, one of them at right with its text, or the whole draft's checks."""
    return page(request, drafting.of_number(request.workplace.project, pk), request.GET.get("rule", ""))


def page(request: WorkRequest, draft: PolicyDraft, clause: str = "", **bound: Form) -> HttpResponse:
    """The editor at one clause; `bound`: a form that was refused, by its name on the page."""
    form = next(iter(bound.values()), None)
    shown = editor.shown(request.workplace, draft, clause, clock.now()) | bound | {"refused": form}
    if clause and not shown["right"]:
        raise Http404
    return render(request, "arbitration/draft.html", shown, status=form.http_status if form else 200)


def _act(request: WorkRequest, pk: int, form: SeenForm, act: str, do: Do, clause: str, name: str) -> HttpResponse:
    """Do one thing to a draft and come back to the clause; refused, the page as things are now with what was typed."""
    if acted(request, form, act, lambda given, at: do(given["seen"], at)) is not None:
        messages.success(request, _("存了"))
        return redirect(_address(pk, clause))
    draft = drafting.of_number(request.workplace.project, pk)
    form.has_seen(draft.version)
    return page(request, draft, clause, **{name: form})


@needs(Right.DRAFTS)
@require_POST
def policy_draft_parameters(request: WorkRequest, pk: int, clause: str) -> HttpResponse:
    """The parameters of one clause."""
    draft = drafting.of_number(request.workplace.project, pk)
    names = editor.parameters_of(draft.content, clause)
    if not names:
        raise Http404
    form = ParametersForm(request.POST, draft=draft, names=names)

    def do(seen: int, at: datetime) -> PolicyDraft:
        return services.set_parameters(here=request.workplace, draft=draft, seen=seen, given=form.given, at=at)

    return _act(request, pk, form, "draft.parameters", do, clause, "parameters_form")


@needs(Right.DRAFTS)
@require_POST
def policy_draft_rule(request: WorkRequest, pk: int, rule: str) -> HttpResponse:
    """A row: conditions, consequence, words. `refresh` only shows the inputs for the facts that were chosen."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = editor.form_of(draft, rule, request.POST)
    if form is None:
        raise Http404
    if "refresh" in request.POST:
        return page(request, draft, rule, rule_form=editor.refreshed(form))
    save = services.save_rule if isinstance(form, RuleForm) else services.save_otherwise

    def do(seen: int, at: datetime) -> PolicyDraft:
        return save(here=request.workplace, draft=draft, seen=seen, rule=rule, given=form.written, at=at)

    return _act(request, pk, form, "draft.rule", do, rule, "rule_form")


@needs(Right.DRAFTS)
@require_http_methods(["GET", "POST"])
def policy_draft_add(request: WorkRequest, pk: int) -> HttpResponse:
    """A further row of the company's own in one stage."""
    draft = drafting.of_number(request.workplace.project, pk)
    stage = edits.stage(draft.content, request.POST.get("stage") or request.GET.get("stage") or "")
    if stage is None:
        raise Http404
    form: RowForm = RuleForm(request.POST if request.method == "POST" else None, draft=draft, stage=stage)
    refresh = "refresh" in request.POST

    def do(given: dict[str, Any], at: datetime) -> str:
        made = services.add_rule(
            here=request.workplace, draft=draft, seen=given["seen"], stage=stage["id"], given=form.written, at=at
        )
        return made[1]

    rule = None if refresh else acted(request, form, "draft.add", do)
    if rule is not None:
        messages.success(request, _("加了 %(rule)s") % {"rule": rule})
        return redirect(_address(pk, rule))
    if form.is_bound and not refresh:
        form.has_seen(drafting.of_number(request.workplace.project, pk).version)
    form = editor.refreshed(form) if refresh else form
    shown = {"draft": draft, "title": drafting.title(draft), "stage": editor.stage_name(stage), "form": form}
    return render(request, "arbitration/draft_add.html", shown, status=form.http_status)


@needs(Right.DRAFTS)
@require_POST
def policy_draft_switch(request: WorkRequest, pk: int, rule: str) -> HttpResponse:
    """A rule on or off."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SeenForm(request.POST, draft=draft)

    def do(seen: int, at: datetime) -> PolicyDraft:
        return services.switch_rule(
            here=request.workplace, draft=draft, seen=seen, rule=rule, on=request.POST.get("on") == "1", at=at
        )

    return _act(request, pk, form, "draft.switch", do, _there(draft, rule), "act_form")


@needs(Right.DRAFTS)
@require_POST
def policy_draft_move(request: WorkRequest, pk: int, rule: str) -> HttpResponse:
    """A rule of a gate up or down."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SeenForm(request.POST, draft=draft)

    def do(seen: int, at: datetime) -> PolicyDraft:
        return services.move_rule(
            here=request.workplace, draft=draft, seen=seen, rule=rule, up=request.POST.get("up") == "1", at=at
        )

    return _act(request, pk, form, "draft.move", do, _there(draft, rule), "act_form")


@needs(Right.DRAFTS)
@require_POST
def policy_draft_remove(request: WorkRequest, pk: int, rule: str) -> HttpResponse:
    """A rule that the company added, out again."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SeenForm(request.POST, draft=draft)
    there = _there(draft, rule)

    def do(given: dict[str, Any], at: datetime) -> PolicyDraft:
        return services.remove_rule(here=request.workplace, draft=draft, seen=given["seen"], rule=rule, at=at)

    if acted(request, form, "draft.remove", do) is None:
        return page(request, drafting.of_number(request.workplace.project, pk), there, act_form=form)
    messages.success(request, _("%(rule)s 去掉了") % {"rule": rule})
    return redirect(_address(pk))


def _there(draft: PolicyDraft, rule: str) -> str:
    if edits.find(draft.content, rule) is None:
        raise Http404
    return rule


@needs(Right.DRAFTS)
@require_POST
def policy_draft_beginning(request: WorkRequest, pk: int) -> HttpResponse:
    """From which day it is to govern."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = BeginningForm(request.POST, draft=draft)

    def do(seen: int, at: datetime) -> PolicyDraft:
        return services.set_beginning(here=request.workplace, draft=draft, seen=seen, since=form.moment(), at=at)

    return _act(request, pk, form, "draft.beginning", do, "", "beginning_form")


@needs(*SEES)
@require_GET
def policy_draft_changes(request: WorkRequest, pk: int) -> HttpResponse:
    """看差别: in words, in regions, and which worked cases come out otherwise."""
    draft = drafting.of_number(request.workplace.project, pk)
    shown = {"draft": draft, "title": drafting.title(draft), **editor.compared(draft)}
    return render(request, "arbitration/draft_changes.html", shown)


@needs(Right.DRAFTS)
@require_http_methods(["GET", "POST"])
def policy_draft_drop(request: WorkRequest, pk: int) -> HttpResponse:
    """作废: a check page, then nobody goes on with it."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SeenForm(request.POST or None, draft=draft)

    def do(given: dict[str, Any], at: datetime) -> str:
        services.drop_draft(here=request.workplace, draft=draft, seen=given["seen"], at=at)
        return str(draft.pk)

    if acted(request, form, "draft.drop", do) is not None:
        messages.success(request, _("草稿作废了"))
        return redirect("policy")
    shown = {"draft": draft, "title": drafting.title(draft), "form": form, "lang": offers.language()}
    return render(request, "arbitration/draft_drop.html", shown, status=form.http_status)
