"""导出: ask for a month as a file, see how far it is, fetch it. Of each file only who asked for it sees more than that there is one."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from finance import reads
from finance.exports.sending import headers
from finance.models import Export
from finance.services import exporting
from people.access import WorkRequest, needs
from people.roles import Right
from people.stepup import EXPORTING, StepUp
from people.views.acting import acted
from people.workplace import Workplace
from trail import clock
from trail.forms import Form

SHOWN = 50


class ExportForm(StepUp):
    """What of the month, and in which form; whole numbers only for who may see them anyway. Who exports shows again who they are."""

    within = EXPORTING

    kind = forms.ChoiceField(label=_("导出什么"), widget=forms.RadioSelect)
    form = forms.ChoiceField(label=_("什么格式"), choices=Export.Form.choices, widget=forms.RadioSelect, initial="xlsx")
    whole = forms.BooleanField(label=_("分成明细里写完整手机号"), required=False)
    reason = forms.CharField(
        label=_("为什么要完整号码"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, here: Workplace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = exporting.kinds(here)
        self.fields["kind"].choices = [c for c in Export.Kind.choices if c[0] in mine]  # type: ignore[attr-defined]
        self.fields["kind"].initial = mine[0] if mine else None
        if not here.may(Right.REVEAL):
            del self.fields["whole"], self.fields["reason"]


@needs(Right.EXPORT)
@require_http_methods(["GET", "POST"])
def exports(request: WorkRequest, month: str) -> HttpResponse:
    """What was exported of a month, and by whom (GET); export it (POST): a short file comes at once."""
    period, here = reads.month(month), request.workplace
    form = ExportForm(request.POST or None, request=request, here=here)
    pk = acted(request, form, f"export:{period}", lambda given, now: _ask(request, period, given, now))
    if pk is not None:
        export = Export.objects.get(pk=pk)
        return redirect("export_file" if export.opens(clock.now()) else "export", no=export.no)
    rows = Export.objects.filter(project=here.project, month=period).select_related("by").order_by("-at", "-pk")[:SHOWN]
    shown = {"period": period, "form": form, "rows": [(row, row.opens(clock.now())) for row in rows]}
    return render(request, "finance/exports.html", shown, status=form.http_status)


def _ask(request: WorkRequest, month: str, given: dict[str, Any], now: datetime) -> Export:
    return exporting.ask_for_export(
        here=request.workplace, month=month, kind=given["kind"], form=given["form"], whole=given.get("whole", False),
        reason=given.get("reason", ""), at=now,
    )  # fmt: skip


def _own(request: WorkRequest, no: str) -> Export:
    """One's own export of this project; anybody else's is not found."""
    return get_object_or_404(Export, no=no, project=request.workplace.project, by=request.user)


@needs(Right.EXPORT)
@require_GET
def export(request: WorkRequest, no: str) -> HttpResponse:
    """How far it is; then the link, for a quarter of an hour. Looks again by itself while somebody is at it."""
    return _shown(request, _own(request, no), Form())


def _shown(request: WorkRequest, row: Export, form: Form) -> HttpResponse:
    shown = {"export": row, "opens": row.opens(clock.now()), "form": form}
    return render(request, "finance/export.html", shown, status=form.http_status)


@needs(Right.EXPORT)
@require_POST
def export_retry(request: WorkRequest, no: str) -> HttpResponse:
    """Have one that failed made again."""
    row, form = _own(request, no), Form(request.POST)
    here = request.workplace
    again = acted(
        request, form, f"retry:{no}", lambda _given, now: exporting.retry_export(here=here, export=row, at=now)
    )
    return _shown(request, row, form) if again is None else redirect("export", no=no)


@needs(Right.EXPORT)
@require_GET
def export_file(request: WorkRequest, no: str) -> HttpResponseBase:
    """The file itself; 404 for anybody else, while it is not there, and when its link has expired (G18)."""
    row = _own(request, no)
    content = exporting.take_export(here=request.workplace, export=row, at=clock.now())
    if content is None:
        raise Http404
    return StreamingHttpResponse(content, headers=headers(row))
