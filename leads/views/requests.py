"""个人信息要求: what customers ask for, from the note at the desk to the answer (PIPL 44–50)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import privacy, reads
from leads.forms.requests import CorrectForm, ReleaseForm, SureForm, TakeForm, WhyForm
from leads.models import PersonRequest
from leads.privacy import requests as services
from leads.reads.requests import OPEN, requests_of, what_goes
from leads.views.act import act_page
from people.access import WorkRequest, needs
from people.roles import Right
from people.stepup import steps_up
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

A_PAGE = 50
Kind, State = PersonRequest.Kind, PersonRequest.State
Do = Callable[[PersonRequest, dict[str, Any], datetime], Any]
TYPES = {"json": "application/json", "html": "text/html; charset=utf-8"}


@needs(*services.MAY_TAKE)
@require_GET
def person_requests(request: WorkRequest) -> HttpResponse:
    """What waits, the first that is due before all others; and what is answered. Who takes requests down sees their own."""
    here, now, rows = request.workplace, clock.now(), requests_of(request.workplace)
    closed = rows.exclude(state__in=OPEN).order_by("-closed_at", "-pk")
    shown = {
        "open": rows.filter(state__in=OPEN).order_by("due_at", "pk")[:A_PAGE], "now": now, "handles": here.may(Right.PRIVACY),
        "page": Paginator(closed, A_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "leads/requests.html", shown)


@needs(*services.MAY_TAKE)
@require_http_methods(["GET", "POST"])
def person_request_new(request: WorkRequest, pk: UUID) -> HttpResponse:
    """A customer asks for something: written down, and handed on to whoever handles it."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = TakeForm(request.POST or None, initial={"kind": request.GET.get("kind", Kind.ACCESS)})

    def act(given: dict[str, Any], now: datetime) -> str:
        told = {name: given[name] for name in ("kind", "identified", "note")}
        return services.take_request(here=here, customer=found, at=now, **told).no

    no = acted(request, form, "request.take", act)
    if no is None:
        lines = [_("30 天内办好，由主管办；告诉客户编号"), _("不因为客户提了要求，就不接待")]
        return act_page(request, found, form, title=_("客户提了个人信息要求"), button=_("记下"), lines=lines)
    messages.success(request, _("记下了，编号 %(no)s") % {"no": no})
    return redirect("person_request", no) if here.may(Right.PRIVACY) else redirect("person_requests")


def _found(request: WorkRequest, no: str) -> PersonRequest:
    return get_object_or_404(requests_of(request.workplace), no=no)


def _finishing(sent: Any = None) -> WhyForm:
    """How the file reached the customer."""
    return WhyForm(sent, label=_("怎么给客户的"), missing=_("写怎么给客户的"), auto_id="finish_%s")


def _refusing(sent: Any = None) -> WhyForm:
    """Why nothing is done."""
    said = {"label": _("为什么不办"), "missing": _("写明为什么不办"), "hint": _("这句话要告诉客户")}
    return WhyForm(sent, **said, auto_id="refuse_%s")


def _page(request: WorkRequest, row: PersonRequest, **sent: Form) -> HttpResponse:
    """One request with what may be done about it; a form that was refused comes back filled in."""
    open_, state, now = row.state in OPEN, privacy.state(row.customer), clock.now()
    stands = privacy.hindrances(row.customer, now, erasing=row.kind == Kind.ERASE) if open_ else []
    shown: dict[str, Any] = {
        "row": row, "customer": row.customer, "open": open_, "state": state, "now": now, "me": request.user,
        "hindrances": stands if row.kind in (Kind.FREEZE, Kind.ERASE) else [], "once": Form(auto_id="once_%s"),
        "refuse": _refusing(), "finish": _finishing(),
    }  # fmt: skip
    if open_ and row.kind == Kind.CORRECT and not state:
        shown["correct"] = CorrectForm(customer=row.customer, auto_id="correct_%s")
    if state == "frozen":
        shown["release"] = ReleaseForm(request=request, auto_id="release_%s")
    status = max((form.http_status for form in sent.values()), default=200)
    shown["form"] = next(iter(sent.values()), None)
    return render(request, "leads/request.html", shown | sent, status=status)


@needs(Right.PRIVACY)
@require_GET
def person_request(request: WorkRequest, no: str) -> HttpResponse:
    """One request, and what may be done about it."""
    return _page(request, _found(request, no))


@needs(Right.PRIVACY)
@require_GET
@steps_up(back="person_request", without=("form",))
def person_request_file(request: WorkRequest, no: str, form: str) -> HttpResponseBase:
    """Everything kept about the customer, as a file for them."""
    if form not in TYPES:
        raise Http404
    row = _found(request, no)
    try:
        pieces = services.give_file(here=request.workplace, request=row, form=form, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect(refusal.way[0]) if refusal.way else redirect("person_request", no)
    headers = {"Content-Disposition": f'attachment; filename="{row.no}.{form}"', "Cache-Control": "no-store, private"}
    return StreamingHttpResponse(pieces, content_type=TYPES[form], headers=headers)


def _done(request: WorkRequest, no: str, name: str, form: Form, do: Do, said: str) -> HttpResponse:
    """Do it once and say so, or show the page with what stands against it."""
    row = _found(request, no)
    if acted(request, form, f"request.{name}", lambda given, now: do(row, given, now)) is None:
        return _page(request, row, **{name: form})
    messages.success(request, said)
    return redirect("person_request", no)


@needs(Right.PRIVACY)
@require_POST
def person_request_finish(request: WorkRequest, no: str) -> HttpResponse:
    """The file was handed over."""

    def do(row: PersonRequest, given: dict[str, Any], now: datetime) -> Any:
        return services.finish_request(here=request.workplace, request=row, answer=given["reason"], at=now)

    return _done(request, no, "finish", _finishing(request.POST), do, _("办好了"))


@needs(Right.PRIVACY)
@require_POST
def person_request_correct(request: WorkRequest, no: str) -> HttpResponse:
    """Put right what is wrong."""
    row = _found(request, no)
    form = CorrectForm(request.POST, customer=row.customer, auto_id="correct_%s")

    def do(row: PersonRequest, _given: Any, now: datetime) -> Any:
        return services.correct_request(here=request.workplace, request=row, at=now, **form.given())

    return _done(request, no, "correct", form, do, _("更正了，旧的留在历史里"))


@needs(Right.PRIVACY)
@require_POST
def person_request_freeze(request: WorkRequest, no: str) -> HttpResponse:
    """Stop using everything about the customer."""

    def do(row: PersonRequest, _given: Any, now: datetime) -> Any:
        return services.freeze_request(here=request.workplace, request=row, at=now)

    return _done(request, no, "freeze", Form(request.POST), do, _("停用了：查不到、对不上、看不到"))


@needs(Right.PRIVACY)
@require_POST
def person_request_release(request: WorkRequest, no: str) -> HttpResponse:
    """Use a frozen customer again."""

    def do(row: PersonRequest, given: dict[str, Any], now: datetime) -> Any:
        return services.release_request(here=request.workplace, request=row, reason=given["reason"], at=now)

    form = ReleaseForm(request.POST, request=request, auto_id="release_%s")
    return _done(request, no, "release", form, do, _("恢复了，和停用前一样"))


@needs(Right.PRIVACY)
@require_POST
def person_request_propose(request: WorkRequest, no: str) -> HttpResponse:
    """Hand an erasure to a second person."""

    def do(row: PersonRequest, _given: Any, now: datetime) -> Any:
        return services.propose_erasure(here=request.workplace, request=row, at=now)

    return _done(request, no, "propose", Form(request.POST), do, _("提了，等另一个人核对和同意"))


@needs(Right.PRIVACY)
@require_http_methods(["GET", "POST"])
def person_request_approve(request: WorkRequest, no: str) -> HttpResponse:
    """核对页: exactly what goes and what stays; then gone for good."""
    row = _found(request, no)
    form = SureForm(request.POST if request.method == "POST" else None, request=request)

    def act(_given: Any, now: datetime) -> Any:
        return services.approve_erasure(here=request.workplace, request=row, at=now)

    if acted(request, form, "request.approve", act) is not None:
        messages.success(request, _("删除了。号码可以重新登记，是新的一位客户"))
        return redirect("person_request", no)
    shown = {
        "row": row, "customer": row.customer, "form": form, "counts": what_goes(row.customer), "me": request.user,
        "hindrances": privacy.hindrances(row.customer, clock.now(), erasing=True),
    }  # fmt: skip
    return render(request, "leads/request_check.html", shown, status=form.http_status)


@needs(Right.PRIVACY)
@require_POST
def person_request_refuse(request: WorkRequest, no: str) -> HttpResponse:
    """Not done, for a reason that the customer is told."""

    def do(row: PersonRequest, given: dict[str, Any], now: datetime) -> Any:
        return services.refuse_request(here=request.workplace, request=row, reason=given["reason"], at=now)

    return _done(request, no, "refuse", _refusing(request.POST), do, _("记下了。把理由告诉客户"))
