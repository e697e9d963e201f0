"""Submitting a draft, and what the second person does with it: reads it, publishes it or sends it back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from arbitration import terms as rules_of_terms
from arbitration.forms.drafts import PublishForm, SendBackForm, SubmitForm
from arbitration.models import PolicyDraft
from arbitration.panels import editor
from arbitration.policies import drafting, offers, simulating
from arbitration.services import policies
from arbitration.services import publishing as services
from arbitration.views.drafts import SEES
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import Check, acted, checked
from trail import clock
from trail.forms import Form

State = PolicyDraft.State


@needs(Right.DRAFTS)
@require_http_methods(["GET", "POST"])
def policy_draft_submit(request: WorkRequest, pk: int) -> HttpResponse:
    """送审: what would change, the checks, the newest simulation; and why."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SubmitForm(request.POST or None, draft=draft, initial={"why": draft.why})

    def do(given: dict[str, Any], at: datetime) -> PolicyDraft:
        return services.submit_draft(here=request.workplace, draft=draft, seen=given["seen"], why=given["why"], at=at)

    if acted(request, form, "draft.submit", do) is not None:
        messages.success(request, _("送审了，等另一个人发布"))
        return redirect("policy_draft", pk=pk)
    shown = {**_read(draft), "form": form}
    return render(request, "arbitration/draft_submit.html", shown, status=form.http_status)


def _read(draft: PolicyDraft) -> dict[str, Any]:
    """What whoever submits or publishes reads."""
    return {
        "draft": draft, "title": drafting.title(draft), "simulation": simulating.latest(draft),
        "lang": offers.language(), **editor.compared(draft),
    }  # fmt: skip


@needs(*SEES)
@require_http_methods(["GET", "POST"])
def policy_draft_publish(request: WorkRequest, pk: int) -> HttpResponse:
    """核对并发布: another person than who submitted it shows who they are, and it governs."""
    draft, here = drafting.of_number(request.workplace.project, pk), request.workplace
    if request.method == "POST" and not here.may(Right.POLICIES):
        raise Http404
    if draft.state != State.SUBMITTED and request.method == "GET":
        return redirect("policy_draft", pk=pk)
    now = clock.now()
    rows = offers.lasting_rows(here.project, now)
    form = PublishForm(
        request.POST or None, request=request, initial={"seen": draft.version, "marker": offers.marker(rows)}
    )

    def do(given: dict[str, Any], at: datetime) -> Any:
        return services.publish_draft(here=here, draft=draft, seen=given["seen"], marker=given["marker"], at=at)

    if acted(request, form, "draft.publish", do) is not None:
        messages.success(request, _("「%(title)s」发布了") % {"title": drafting.title(draft)})
        return redirect("policy")
    return _publish_page(request, draft, form, SendBackForm(auto_id="back_%s"))


def _publish_page(request: WorkRequest, draft: PolicyDraft, form: Form, back: Form) -> HttpResponse:
    here = request.workplace
    values = drafting.values(draft.content, draft.params)
    asked = draft.content.get("decides") == "customer"
    shown = {
        **_read(draft), "form": form, "back_form": back,
        "may": here.may(Right.POLICIES) and draft.submitted_by_id != here.user.pk,
        "own": draft.submitted_by_id == here.user.pk,
        "against": list(rules_of_terms.contradictions(values, here.project.terms)) if asked else [],
    }  # fmt: skip
    status = form.http_status if form.http_status != 200 else back.http_status
    return render(request, "arbitration/draft_publish.html", shown, status=status)


@needs(Right.POLICIES)
@require_POST
def policy_draft_send_back(request: WorkRequest, pk: int) -> HttpResponse:
    """退回, with a reason."""
    draft = drafting.of_number(request.workplace.project, pk)
    form = SendBackForm(request.POST, auto_id="back_%s")

    def do(given: dict[str, Any], at: datetime) -> PolicyDraft:
        return services.send_back(here=request.workplace, draft=draft, why=given["why"], at=at)

    if acted(request, form, "draft.send_back", do) is not None:
        messages.success(request, _("退回了"))
        return redirect("policy_draft", pk=pk)
    return _publish_page(request, draft, PublishForm(request=request, initial={"seen": draft.version}), form)


@needs(Right.DRAFTS)
@require_POST
def policy_draft_take_back(request: WorkRequest, pk: int) -> HttpResponse:
    """撤回送审: it can be changed again."""
    draft, form = drafting.of_number(request.workplace.project, pk), Form(request.POST)

    def do(_given: dict[str, Any], at: datetime) -> PolicyDraft:
        return services.take_back(here=request.workplace, draft=draft, at=at)

    if acted(request, form, "draft.take_back", do) is not None:
        messages.success(request, _("撤回了，可以接着改"))
    return redirect("policy_draft", pk=pk)


@needs(Right.POLICIES)
@require_http_methods(["GET", "POST"])
def policy_call_off(request: WorkRequest, pack: str) -> HttpResponse:
    """撤掉 a version that was to govern from a day to come: what governs now goes on."""
    check = Check(
        title=_("撤掉还没生效的版本"), button=_("撤掉"), done=_("撤掉了，现行的接着管"), back=reverse("policy"),
        lines=[_("到那天也不换，现在生效的接着管。"), _("要再换，重新起草、送审、发布。")],
    )  # fmt: skip

    def do(_given: dict[str, Any], at: datetime) -> str:
        policies.call_off(project=request.workplace.project, pack=pack, by=request.user.pk, at=at)
        return pack

    return checked(request, check, "policy.call_off", do)
