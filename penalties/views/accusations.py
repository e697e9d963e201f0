"""举报: report a violation, see what came of it; for those who handle it the reporter, the evidence and the finding."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arbitration.uploads import JPEG
from arbitration.views.attachments import handed_out
from penalties import reads, services
from penalties.forms.accusations import EvidenceForm, FindForm, JudgeForm, ReportForm
from penalties.forms.sanctions import YES
from penalties.models import Accusation, AccusationFile, AccusationStep
from penalties.services.accusing import prompt
from penalties.services.proving import pages_of
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from people.workplace import Workplace
from trail import clock
from trail.forms import Form, left_over
from trail.refusals import Refusal

A_PAGE = 30
THOSE = (Right.ACCUSE, Right.PUNISH)
K = AccusationStep.Kind


@needs(*THOSE)
@require_GET
def accusations(request: WorkRequest) -> HttpResponse:
    """What I reported, and what I handle."""
    rows = reads.accusations(request.workplace, clock.now())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "may_accuse": request.workplace.may(Right.ACCUSE), "me": request.user}
    return render(request, "penalties/accusations.html", shown)


@needs(Right.ACCUSE)
@require_http_methods(["GET", "POST"])
def accusation_new(request: WorkRequest) -> HttpResponse:
    """Report a violation."""
    here, now = request.workplace, clock.now()
    form = ReportForm(request.POST or None, people=reads.accusable(here, now), now=now)

    def act(_given: Any, at: Any) -> Any:
        return services.file_accusation(here=here, report=form.report(), at=at).no

    if (number := acted(request, form, "accusation.file", act)) is not None:
        messages.success(request, _("收到了。只有处理的人知道是你举报的"))
        return redirect("accusation", no=number)
    return render(request, "penalties/accusation_new.html", {"form": form}, status=form.http_status)


@needs(*THOSE)
@require_GET
def accusation(request: WorkRequest, no: str) -> HttpResponse:
    """One accusation, to who reported it and to who handles it."""
    return _one(request, _found(request, no))


def _one(request: WorkRequest, row: Accusation, **bound: Form) -> HttpResponse:
    here, now = request.workplace, clock.now()
    handled = reads.handles(here, row, now)
    taken = any(step.kind == K.TAKEN for step in row.timeline)
    open_ = row.finding is None
    shown: dict[str, Any] = {
        "row": row, "handled": handled, "mine": row.by_id == here.user.pk, "open": open_, "taken": taken,
        "prompt": prompt(row), "plain": Form(), "punishable": handled and _punishable(here, row),
        "pieces": [(piece, _judging(piece, bound.get("judge")) if handled and open_ else None) for piece in row.evidence],
    }  # fmt: skip
    shown["evidence_form"] = bound.get("evidence", EvidenceForm()) if open_ and shown["mine"] else None
    shown["find"] = bound.get("find", FindForm()) if open_ and handled and taken else None
    failed = next(iter(bound.values()), None)
    shown |= {"kept": left_over(failed, shown), "form": failed}
    return render(request, "penalties/accusation.html", shown, status=failed.http_status if failed else 200)


def _judging(piece: AccusationStep, sent: Form | None) -> Form | None:
    """The form that judges a piece nobody has judged yet; what was sent of it and refused comes back in its place."""
    if piece.accepted is not None:
        return None
    return sent if sent and sent["number"].value() == str(piece.number) else JudgeForm(number=piece.number)


def _punishable(here: Workplace, row: Accusation) -> bool:
    found = row.finding
    return found is not None and (found.kind == K.ESTABLISHED or found.malicious)


def _found(request: WorkRequest, no: str) -> Accusation:
    row: Accusation = get_object_or_404(reads.accusations(request.workplace, clock.now()), no=no)
    return row


@needs(*THOSE)
@require_POST
def accusation_step(request: WorkRequest, no: str, step: str) -> HttpResponse:
    """One step: evidence and withdrawal by who reported; the investigation, its judgement and its finding by who handles it."""
    row = _found(request, no)
    if step not in STEPS:
        raise Http404
    form = _sent(request, step)
    if isinstance(form, EvidenceForm) and not _taken_in(request, row, form):
        return _one(request, row, evidence=form)

    def act(given: dict[str, Any], at: Any) -> Any:
        return STEPS[step](request.workplace, row, form, given, at)

    if acted(request, form, f"accusation.{step}:{no}", act) is not None:
        messages.success(request, _("记下了"))
        return redirect("accusation", no=no)
    return _one(request, _found(request, no), **{step: form})


def _sent(request: WorkRequest, step: str) -> Form:
    """The form of a step, as it came."""
    if step == "judge":
        return JudgeForm(request.POST, number=request.POST.get("number", ""))
    return {"evidence": EvidenceForm, "find": FindForm}.get(step, Form)(request.POST, request.FILES)


def _taken_in(request: WorkRequest, row: Accusation, form: EvidenceForm) -> bool:
    """Whether the form can go on: the file, where there is one, was looked at outside the transaction of the act."""
    if not form.is_valid():
        return False
    try:
        content = form.content()
        if content is not None:
            here = request.workplace
            form.brought = services.take_in(here=here, accusation=row, content=content, at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@needs(*THOSE)
@require_GET
def accusation_file(request: WorkRequest, no: str, number: int) -> HttpResponse:
    """The pages of a file as pictures of ours."""
    row = _found(request, no)
    file = get_object_or_404(
        AccusationFile.objects.select_related("step", "content"), step__accusation=row, step__number=number
    )
    shown = {"row": row, "file": file, "pages": range(pages_of(file))}
    return render(request, "penalties/accusation_file.html", shown)


@needs(*THOSE)
@require_GET
def accusation_file_open(request: WorkRequest, no: str, number: int, what: str) -> HttpResponse:
    """Bytes of a file: a page of it, our copy, or as it was sent."""
    opened = services.open_evidence(
        here=request.workplace, accusation=_found(request, no), number=number, what=what, at=clock.now()
    )
    if opened is None:
        raise Http404
    return handed_out(opened, inline=what.isdigit() and opened.media_type == JPEG)


STEPS: dict[str, Any] = {
    "take": lambda here, row, _form, _given, at: services.take_accusation(here=here, accusation=row, at=at),
    "withdraw": lambda here, row, _form, _given, at: services.withdraw_accusation(here=here, accusation=row, at=at),
    "evidence": lambda here, row, form, given, at: services.add_evidence(
        here=here, accusation=row, text=given["text"], at=at, file=form.brought
    ),
    "judge": lambda here, row, _form, given, at: services.judge_evidence(
        here=here,
        accusation=row,
        number=given["number"],
        accepted=given["accepted"] == YES,
        reason=given["reason"],
        at=at,
    ),
    "find": lambda here, row, form, _given, at: services.find_accusation(
        here=here, accusation=row, finding=form.finding(), at=at
    ),
}
