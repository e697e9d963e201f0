"""例行工作: what I have to do when, one piece of it, and what is to be signed for."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import worklist
from people.access import WorkRequest, needs
from people.acknowledging import Document, documents, unsigned
from people.forms.work import AcknowledgeForm, FinishForm, KindsForm
from people.models import Acknowledgement, Routine, RoutineStop
from people.roles import Right
from people.routines import KINDS, WORDS, work_out
from people.services.routines import acknowledge, choose_kinds, finish, may_do
from people.views.acting import acted
from trail import clock

A_PAGE = 30


@needs(Right.POLICY)
@require_GET
def work(request: WorkRequest) -> HttpResponse:
    """What waits for me, the latest first; for whoever manages it, who else is late, and what was done."""
    here, now = request.workplace, clock.now()
    shown: dict[str, Any] = {"mine": [_line(row, now) for row in worklist.open_for(here, now)]}
    if here.may(Right.ROUTINES):
        others = worklist.overdue(here, now).exclude(user=here.user).exclude(user=None)
        shown |= {"late": [_line(row, now) for row in others[:100]], "late_count": others.count()}
    page = Paginator(worklist.done(here), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/work.html", {**shown, "page": page, "done": [_line(row, now) for row in page]})


def _line(row: Routine, at: datetime) -> dict[str, Any]:
    return {"row": row, "kind": KINDS.get(row.kind), "late": worklist.late(row, at)}


@needs(Right.POLICY)
@require_GET
def work_item(request: WorkRequest, pk: int) -> HttpResponse:
    """One piece of work: what its period came to, and the way to say that it is done."""
    return _item(request, get_object_or_404(worklist.visible(request.workplace), pk=pk), FinishForm())


@needs(Right.POLICY)
@require_POST
def work_done(request: WorkRequest, pk: int) -> HttpResponse:
    """It is done."""
    row = get_object_or_404(worklist.visible(request.workplace), pk=pk)
    form = FinishForm(request.POST)

    def do(given: dict[str, Any], now: datetime) -> Routine:
        return finish(here=request.workplace, routine=row, note=given["note"], at=now)

    if acted(request, form, "routine", do) is None:
        return _item(request, row, form)
    messages.success(request, _("记下了，做完了"))
    return redirect("work")


def _item(request: WorkRequest, row: Routine, form: FinishForm) -> HttpResponse:
    now = clock.now()
    sheet = work_out(row, now, request.GET.get("page"))
    figures = row.figures if row.done_at else sheet.figures
    shown = {
        **_line(row, now), "sheet": sheet, "form": form, "may_do": may_do(request.workplace, row) and not row.done_at,
        "figures": [(WORDS.get(name, name), value) for name, value in figures.items()], **sheet.shown,
        "signed": _signatures(row), "may_allocate": request.workplace.may(Right.ALLOCATE),
    }  # fmt: skip
    return render(request, "people/work_item.html", shown, status=form.http_status)


def _signatures(row: Routine) -> list[Any]:
    """Who took part in a training."""
    if row.kind != "training":
        return []
    signed = Acknowledgement.objects.filter(project=row.project, subject=f"training:{row.pk}")
    return list(signed.select_related("user").order_by("at"))


@needs(Right.POLICY)
@require_http_methods(["GET", "POST"])
def work_ack(request: WorkRequest) -> HttpResponse:
    """What there is to read and sign for (已读签收); for whoever manages it, who has not."""
    here, form = request.workplace, AcknowledgeForm(request.POST or None)

    def do(given: dict[str, Any], now: datetime) -> Acknowledgement:
        return acknowledge(here=here, subject=given["subject"], at=now)

    if acted(request, form, "acknowledge", do) is not None:
        messages.success(request, _("签收了"))
        return redirect("work_ack")
    now = clock.now()
    mine = dict(Acknowledgement.objects.filter(project=here.project, user=here.user).values_list("subject", "at"))
    shown = [_document(request, document, mine, now) for document in documents(here.project, now)]
    return render(request, "people/work_ack.html", {"documents": shown, "form": form}, status=form.http_status)


def _document(request: WorkRequest, document: Document, mine: dict[str, datetime], at: datetime) -> dict[str, Any]:
    here, all_ = request.workplace, None
    if here.may(Right.ROUTINES) and document.binding:
        all_ = unsigned(here.project, document, at)
    form = AcknowledgeForm(initial={"subject": document.subject}, auto_id=f"{document.anchor}_%s")
    return {"document": document, "signed_at": mine.get(document.subject), "form": form, "unsigned": all_}


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def settings_routines(request: WorkRequest) -> HttpResponse:
    """Which kinds of periodic work this project does."""
    here = request.workplace
    stopped = set(RoutineStop.objects.filter(project=here.project).values_list("kind", flat=True))
    kinds = {"kinds": sorted(set(KINDS) - stopped)}
    form = KindsForm(request.POST or None, project=here.project, initial=kinds)

    def do(given: dict[str, Any], now: datetime) -> str:
        choose_kinds(here=here, kinds=set(given["kinds"]), at=now)
        return "chosen"

    if acted(request, form, "routine_kinds", do) is not None:
        messages.success(request, _("保存了，马上生效"))
        return redirect("settings_routines")
    shown = {"form": form, "kinds": [(box, KINDS[box.data["value"]]) for box in form["kinds"]]}
    return render(request, "people/settings_routines.html", shown, status=form.http_status)
