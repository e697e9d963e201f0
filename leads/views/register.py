"""报备: paste or type, look first, register, receipt."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import pasting, reads, services
from leads import receipts as receipt_views
from leads.forms.register import PasteForm, SingleForm
from leads.models import Customer
from leads.models.register import Answer
from leads.privacy import notices
from leads.reads.hits import add_hits
from leads.reads.questions import of_reports
from leads.services import LeadInput
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once


@needs(Right.REGISTER)
@require_http_methods(["GET", "POST"])
def register(request: WorkRequest) -> HttpResponse:
    """A box for pasted lines, and a form for a single customer."""
    if request.method != "POST":
        return _page(request)
    return _register_single(request) if "phone" in request.POST else _register_pasted(request)


def _page(
    request: WorkRequest, paste: PasteForm | None = None, single: SingleForm | None = None, failing: Form | None = None,
    **shown: Any,
) -> HttpResponse:  # fmt: skip
    sent = failing or single or paste
    status = 422 if shown.get("wrong") else sent.http_status if sent else 200
    forms = {"paste": paste or PasteForm(), "single": single or SingleForm(here=request.workplace), "form": sent}
    shown["notice"] = notices.notice_of(request.workplace.project)
    return render(request, "leads/register.html", forms | {"failed": status != 200, **shown}, status=status)


def _register_pasted(request: WorkRequest) -> HttpResponse:
    """Register every line that can be; the others come back with what is missing."""
    form, here = PasteForm(request.POST), request.workplace
    try:
        lines = pasting.read_paste(form.cleaned_data["text"], here) if form.is_valid() else []
    except Refusal as refusal:
        form.refuse(refusal)
    if not form.is_valid():
        return _page(request, form)
    numbers, wrong = _store(request, lines, form.cleaned_data["key"], told=form.cleaned_data["told"])
    if not wrong:
        return _to_receipts(numbers)
    stored = receipt_views.views(here, reads.registrations(here).filter(no__in=numbers), clock.now())
    left = {"text": pasting.left_over(wrong), "told": form.cleaned_data["told"]}
    return _page(request, PasteForm(initial=left), wrong=wrong, stored=stored)


def _store(
    request: WorkRequest, lines: list[pasting.Line], key: UUID | None, *, told: bool
) -> tuple[list[str], list[pasting.Line]]:
    """Each line in a transaction of its own: one that is refused takes no other with it, and two pastes never lock crosswise."""
    numbers, wrong, now = [], [], clock.now()
    for line in lines:
        try:
            if line.lead:
                own = key and uuid5(key, line.fingerprint)
                do = _do(request, line.lead, now, told=told)
                numbers.append(once(key=own, by=request.user.pk, act="register", at=now, do=do)[0])
            elif not line.twice:
                wrong.append(line)
        except Refusal as refusal:
            wrong.append(line.refused(refusal))
    return numbers, wrong


def _do(request: WorkRequest, lead: LeadInput, now: datetime, *, told: bool) -> Callable[[], str]:
    return lambda: notices.register_told(here=request.workplace, lead=lead, told=told, at=now).no


def _to_receipts(numbers: list[str]) -> HttpResponse:
    if len(numbers) == 1:
        return redirect("receipt", no=numbers[0])
    return redirect(f"{reverse('receipts')}?{urlencode({'no': numbers}, doseq=True)}")


def _register_single(request: WorkRequest) -> HttpResponse:
    form, here, now = SingleForm(request.POST, here=request.workplace), request.workplace, clock.now()
    if form.is_valid():
        given = form.cleaned_data
        company = given.get("company", here.organisation.name)
        lead = LeadInput(
            given["phone"], given["name"], given["honorific"], company, source=pasting.source(here),
            kind=given.get("kind") or Customer.Kind.PERSON, code=given.get("code", ""),
        )  # fmt: skip
        try:
            no, _new = once(
                key=given["key"],
                by=request.user.pk,
                act="register",
                at=now,
                do=_do(request, lead, now, told=given["told"]),
            )
            return redirect("receipt", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, single=form)


@needs(Right.REGISTER)
@require_POST
def register_check(request: WorkRequest) -> HttpResponse:
    """Look first: each line as understood, and what may be told of it. A fragment for htmx, else the whole page."""
    form = PasteForm(request.POST)
    if not form.is_valid() and not request.htmx:
        return _page(request, form)
    text = form.cleaned_data.get("text", "")
    lines = pasting.read_lines(text, request.workplace) if text else []
    answers = add_hits(pasting.answers(lines[: pasting.MOST], lambda lead: _ask(request, lead)))
    shown: dict[str, Any] = {"answers": answers, "more": len(lines) > pasting.MOST, **_counts(answers)}
    if request.htmx:
        return render(request, "leads/_check.html", shown)
    return _page(request, form, **shown)


def _ask(request: WorkRequest, lead: LeadInput) -> dict[str, Any]:
    """What may be told of one customer; of a number that is none, the sentence."""
    try:
        given = {"number": lead.number, "name": lead.name, "honorific": lead.honorific}
        return services.look_first(here=request.workplace, at=clock.now(), **given)._asdict()
    except Refusal as refusal:
        return {"refused": refusal.sentence}


@needs(Right.REGISTER)
@require_POST
def register_contact(request: WorkRequest) -> HttpResponse:
    """Now in touch (现在联系): tell whoever follows this customer that I want to speak with them. The number is in the body.

    The other customers that were pasted stay in the box.
    """
    form, text = Form(request.POST), request.POST.get("text", "")
    pasted = PasteForm(initial={"text": text, "told": "told" in request.POST})
    try:
        owner = services.contact_follower(
            here=request.workplace, number=request.POST.get("number", "")[:40], at=clock.now()
        )
        messages.success(request, _("告诉%(owner)s了，等 TA 回话") % {"owner": owner.name})
        return _page(request, pasted) if text else redirect("register")
    except Refusal as refusal:
        form.is_valid()
        form.refuse(refusal)
    return _page(request, pasted, failing=form)


def _counts(answers: list[dict[str, Any]]) -> dict[str, int]:
    """How many lines can be registered; of these, how many are free and how many may be somebody else's; and the faulty ones."""
    ready = [a for a in answers if "answer" in a]
    doubtful = sum(a["answer"] in (Answer.TAKEN, Answer.CHECK) for a in ready)
    faulty = sum(not a["line"].twice for a in answers) - len(ready)
    return {"ready": len(ready), "free": len(ready) - doubtful, "doubtful": doubtful, "faulty": faulty}


@needs(Right.REGISTER, Right.ALL_CUSTOMERS)
@require_GET
def receipts(request: WorkRequest) -> HttpResponse:
    """The receipts of one paste."""
    found = reads.registrations(request.workplace).filter(
        no__in=map(str.strip, request.GET.getlist("no")[: pasting.MOST])
    )
    return _receipts(request, receipt_views.views(request.workplace, found.order_by("at", "pk"), clock.now()))


@needs(Right.REGISTER, Right.ALL_CUSTOMERS)
@require_GET
def receipt(request: WorkRequest, no: str) -> HttpResponse:
    """One receipt: number, server time to the second, what it came to."""
    report = get_object_or_404(reads.registrations(request.workplace), no=no)
    return _receipts(request, receipt_views.views(request.workplace, [report], clock.now()))


def _receipts(request: WorkRequest, shown: list[receipt_views.ReceiptView]) -> HttpResponse:
    text = "\n\n".join(view.text for view in shown)
    asked = of_reports(request.workplace, [view.report for view in shown])
    told = {"receipts": shown, "text": text, "rows": text.count("\n") + 1, "asked": asked}
    return render(request, "leads/receipts.html", told)
