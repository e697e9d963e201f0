"""设置 → 保护与公海: how long this project protects, what extends it, and the limits of its public pool."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import protection_words
from leads.forms.protection import TermsForm
from leads.services.protection_terms import change_protection, marker, running
from people.access import WorkRequest, needs
from people.roles import Right
from people.terms import judge_protection
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal


@needs(Right.POLICIES)
@require_http_methods(["GET", "POST"])
def settings_protection(request: WorkRequest) -> HttpResponse:
    """The rules as they are, to be changed; sent from the check page they are in force."""
    here, terms = request.workplace, request.workplace.project.terms
    if request.method == "GET":
        return _page(request, TermsForm(before=terms, initial={"seen": marker(terms)}))
    form = TermsForm(request.POST, before=terms)

    def act(given: dict[str, Any], now: Any) -> str:
        return marker(change_protection(here=here, terms=form.terms, seen=given["seen"], at=now))

    if acted(request, form, "protection.terms", act) is None:
        return _page(request, form)
    messages.success(request, _("保存了，只管以后的"))
    return redirect("settings_protection")


def _page(request: WorkRequest, form: TermsForm) -> HttpResponse:
    shown = {"form": form, "sentences": protection_words.sentences(request.workplace.project.terms)}
    return render(request, "leads/settings_protection.html", shown, status=form.http_status)


@needs(Right.POLICIES)
@require_POST
def settings_protection_check(request: WorkRequest) -> HttpResponse:
    """核对页: what will be otherwise, and what stays. Nothing is written here."""
    here = request.workplace
    form = TermsForm(request.POST, before=here.project.terms)
    if form.is_valid():
        try:
            judge_protection(form.terms)
        except Refusal as refusal:
            form.refuse(refusal)
    if "back" in request.POST or form.errors:
        return _page(request, form)
    shown = {
        "form": form, "changes": protection_words.changes(here.project.terms, form.terms),
        "running": running(here, clock.now()),
    }  # fmt: skip
    return render(request, "leads/settings_protection_check.html", shown)
