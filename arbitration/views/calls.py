"""通话清单: lines that are typed, or an operator's file that is tried first; only calls with the customer are kept."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from arbitration import services
from arbitration.cases import reads
from arbitration.forms.calls import CallFileForm, CallsForm, KeepForm, shown_line
from arbitration.models import CaseEvent, Collision
from arbitration.services.calling import MOST_CALLS, Looked
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


def _of_party(request: WorkRequest, no: str) -> Collision:
    """A case in which this person may still bring a call list."""
    found = reads.of_number(request.workplace, no)
    if found.closed or CaseEvent.Type.CALL_LIST not in services.kinds_for(request.workplace, found):
        raise Http404
    return found


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def case_calls(request: WorkRequest, no: str) -> HttpResponse:
    """Both forms (GET); calls that were typed (POST). 「再加几行」 stores nothing."""
    found, here = _of_party(request, no), request.workplace
    if request.method == "GET":
        return _page(request, found)
    form = CallsForm(request.POST, here=here, case=found, more="more" in request.POST)
    if form.more:
        return _page(request, found, typed=form)

    def do(given: dict[str, Any], now: Any) -> CaseEvent:
        file = given["file"].pk if given["file"] else None
        return services.submit_calls(here=here, case=found, calls=form.calls(), file=file, at=now)[0]

    if acted(request, form, f"calls:{no}", do) is not None:
        return _done(request, no, len(form.calls()))
    return _page(request, found, typed=form)


def _done(request: WorkRequest, no: str, n: int) -> HttpResponse:
    said = ngettext("提交了 %(n)s 条通话，不能再改，可以再补充", "提交了 %(n)s 条通话，不能再改，可以再补充", n)
    messages.success(request, said % {"n": n})
    return redirect("case", no=no)


def _page(
    request: WorkRequest,
    case: Collision,
    *,
    typed: CallsForm | None = None,
    sheet: CallFileForm | None = None,
    failed: Form | None = None,
) -> HttpResponse:
    """The page; what was refused comes back filled in. Nobody is told of mistakes where lines were only added."""
    wrong = next((form for form in (typed, sheet, failed) if form and not getattr(form, "more", False)), None)
    shown = {
        "case": case, "typed": typed or CallsForm(here=request.workplace, case=case), "sheet": sheet or CallFileForm(), "sent": wrong,
        "adding": bool(typed and typed.more), "most": MOST_CALLS,
    }  # fmt: skip
    return render(request, "arbitration/calls.html", shown, status=wrong.http_status if wrong else 200)


@needs(Right.OWN_BOOKS)
@require_POST
def case_calls_file(request: WorkRequest, no: str) -> HttpResponse:
    """Look at an operator's file: each line about the customer, understood or not, and how many of others there are. Stores nothing."""
    found = _of_party(request, no)
    form = CallFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            looked = services.look_at_calls(here=request.workplace, case=found, sheet=form.sheet(), at=clock.now())
            return _check(request, found, looked)
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, found, sheet=form)


def _check(request: WorkRequest, case: Collision, looked: Looked) -> HttpResponse:
    good = looked.read.good
    rows = [shown_line(ln.row, localtime(ln.call_at), ln.outgoing, ln.long) for ln in good if ln.call_at]
    chosen = [row for row, _said in rows] if len(rows) <= MOST_CALLS else []
    form = KeepForm(rows=rows, initial={"parcel": looked.parcel, "rows": chosen})
    shown = {
        "case": case, "form": form, "good": len(rows), "others": looked.read.others, "most": MOST_CALLS,
        "wrong": [line for line in looked.read.lines if line.why],
    }  # fmt: skip
    return render(request, "arbitration/calls_check.html", shown)


@needs(Right.OWN_BOOKS)
@require_POST
def case_calls_keep(request: WorkRequest, no: str) -> HttpResponse:
    """Submit the lines that were ticked."""
    found, form = _of_party(request, no), KeepForm(request.POST)

    def do(given: dict[str, Any], now: Any) -> CaseEvent:
        return services.keep_calls(
            here=request.workplace, case=found, parcel=given["parcel"], rows=given["rows"], at=now
        )[0]

    if acted(request, form, f"calls.keep:{no}", do) is not None:
        return _done(request, no, len(form.cleaned_data["rows"]))
    return _page(request, found, failed=form)
