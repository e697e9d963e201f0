"""Leave to join a reception or get in touch (D18-6, D18-7), and what was reported of conduct."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads.models import Customer
from leads.reads import visible
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted, picked
from people.workplace import Workplace
from trail import clock
from trail.forms import Form
from visits import conduct as reads
from visits import services
from visits.conduct_forms import AllowForm, AnswerForm, ConductFilter, ConductForm, FindingForm
from visits.models import Conduct, Permission, Visit
from visits.receptions import last

A_PAGE = 50
CONCERNED = (Right.OWN_BOOKS, Right.ALLOCATE, Right.DESK)
READS = (Right.OWN_BOOKS, Right.CONDUCT)


@needs(*CONCERNED)
@require_http_methods(["GET", "POST"])
def permissions(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Who may get in touch with a customer: whom to ask, whom I let in, and what runs."""
    here, now = request.workplace, clock.now()
    found = reads.customer_for(here, pk, now)
    held = reads.hold(here.project, found, now)
    people = reads.colleagues(here.project, now).exclude(
        pk__in=[u.pk for u in (here.user, *(held.holders if held else ()))]
    )
    form = AllowForm(
        request.POST or None, people=people, present=bool(held and held.present), initial=request.GET.dict()
    )

    def act(given: dict[str, Any], at: datetime) -> Permission:
        return services.allow(here=here, customer=found, at=at, **picked(given, "to", "kind", "note"))

    if acted(request, form, "permission.give", act) is not None:
        messages.success(request, _("允许了，对方已收到消息"))
        return redirect("permissions", pk=pk)
    return _page(request, found, held, form, now)


def _page(
    request: WorkRequest, found: Customer, held: reads.Hold | None, form: AllowForm, now: datetime
) -> HttpResponse:
    here = request.workplace
    gives = reads.gives(here, found, now)
    named = here.project.terms.disclose_owner or gives or here.may(Right.DESK)
    shown = {
        "customer": found, "held": held, "form": form, "gives": gives, "named": named, "ask": Form(),
        "asks": reads.in_the_way(here.project, found, here.user, now), "wanted": here.project.terms.ask_receiver,
        "rows": reads.permissions_to(here, found, now)[:A_PAGE],
        "opens": here.may(Right.DESK) or visible(here).filter(pk=found.pk).exists(),
        "may_end": here.may(Right.ALLOCATE),
    }  # fmt: skip
    return render(request, "visits/permissions.html", shown, status=form.http_status)


@needs(*CONCERNED)
@require_POST
def permission_ask(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Ask whoever receives, or received, the customer to let me get in touch."""
    here, form = request.workplace, Form(request.POST)
    found = reads.customer_for(here, pk, clock.now())

    def act(_given: Any, now: datetime) -> str:
        return "、".join(user.name for user in services.ask_leave(here=here, customer=found, at=now))

    if (asked := acted(request, form, "permission.ask", act)) is not None:
        named = here.project.terms.disclose_owner
        messages.success(
            request, _("问了%(who)s，答复会发消息给你") % {"who": asked} if named else _("问了，答复会发消息给你")
        )
    return _back(request, form, found)


@needs(*CONCERNED)
@require_POST
def permission_end(request: WorkRequest, pk: int) -> HttpResponse:
    """It counts no more from now on."""
    here, form = request.workplace, Form(request.POST)
    row = get_object_or_404(Permission.objects.select_related("customer"), pk=pk, project=here.project)
    reads.customer_for(here, row.customer_id, clock.now())

    def act(_given: Any, now: datetime) -> Permission:
        return services.end_permission(here=here, permission=row, at=now)

    if acted(request, form, "permission.end", act) is not None:
        messages.success(request, _("收回了"))
    return _back(request, form, row.customer)


def _back(request: WorkRequest, form: Form, customer: Customer) -> HttpResponse:
    """To the page, with the sentence that says why not."""
    for sentence in (str(error) for errors in form.errors.values() for error in errors):
        messages.error(request, sentence)
    return redirect("permissions", pk=customer.pk)


@needs(*READS)
@require_GET
def conduct(request: WorkRequest) -> HttpResponse:
    """行为记录: what was reported, to managers all; to others what they reported and what names them."""
    here = request.workplace
    people, rows = reads.colleagues(here.project, clock.now()), reads.reported(here)
    form = ConductFilter(request.GET or None, people=people)
    if form.is_valid():
        kind, who = form.cleaned_data["kind"], form.cleaned_data["who"]
        rows = rows.filter(kind=kind) if kind else rows
        rows = rows.filter(Q(by=who) | Q(against=who)) if who else rows
        rows = reads.in_state(rows, form.cleaned_data["state"])
    shown = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")), "filter": form, "all": reads.sees_all(here),
        "may_report": here.may(Right.CONDUCT), "may_log": _may_log(here),
    }  # fmt: skip
    return render(request, "visits/conduct.html", shown)


@needs(*READS)
@require_http_methods(["GET", "POST"])
def conduct_new(request: WorkRequest) -> HttpResponse:
    """Put on record what could not be prevented: of the visit in the address, or of none."""
    here, now = request.workplace, clock.now()
    visit = _visit(request)
    me = None if here.may(Right.CONDUCT) else here.user
    form = ConductForm(
        request.POST or None,
        people=reads.colleagues(here.project, now),
        visit=visit,
        me=me,
        initial=_initial(visit, now),
    )

    def act(_given: Any, at: datetime) -> Any:
        return services.report_conduct(here=here, report=form.reported(), at=at)

    if acted(request, form, "conduct.report", act) is not None:
        messages.success(request, _("记下了，双方都会收到消息"))
        return redirect("conduct")
    return render(request, "visits/conduct_new.html", {"form": form, "visit": visit}, status=form.http_status)


@needs(*READS)
@require_GET
def conduct_one(request: WorkRequest, pk: int) -> HttpResponse:
    """One report: what both say to it, and what a manager found."""
    return _one(request, _reported(request, pk))


@needs(*READS)
@require_POST
def conduct_answer(request: WorkRequest, pk: int) -> HttpResponse:
    """Whom it names says their side."""
    row, form = _reported(request, pk), AnswerForm(request.POST)

    def act(given: dict[str, Any], at: datetime) -> Any:
        return services.answer_conduct(here=request.workplace, conduct=row, what=given["what"], at=at)

    if acted(request, form, "conduct.answer", act) is not None:
        messages.success(request, _("记下了，主管会看到"))
        return redirect("conduct_one", pk=pk)
    return _one(request, row, answer=form)


@needs(*READS)
@require_POST
def conduct_decide(request: WorkRequest, pk: int) -> HttpResponse:
    """A manager says whether it was so."""
    row, form = _reported(request, pk), FindingForm(request.POST)

    def act(given: dict[str, Any], at: datetime) -> Any:
        yes = given["established"] == "yes"
        return services.decide_conduct(
            here=request.workplace, conduct=row, established=yes, reason=given["reason"], at=at
        )

    if acted(request, form, "conduct.decide", act) is not None:
        messages.success(request, _("记下了，双方都会收到消息"))
        return redirect("conduct_one", pk=pk)
    return _one(request, row, decide=form)


def _reported(request: WorkRequest, pk: int) -> Conduct:
    return get_object_or_404(reads.reported(request.workplace), pk=pk)


def _one(
    request: WorkRequest, row: Conduct, *, answer: AnswerForm | None = None, decide: FindingForm | None = None
) -> HttpResponse:
    here, form = request.workplace, answer or decide
    shown = {
        "row": row, "all": reads.sees_all(here), "may_log": _may_log(here), "form": form,
        "answer": (answer or AnswerForm()) if reads.may_answer(here, row) else None,
        "decide": (decide or FindingForm()) if reads.may_decide(here, row) else None,
        "unheard": not services.heard(row, clock.now()),
    }  # fmt: skip
    return render(request, "visits/conduct_one.html", shown, status=form.http_status if form else 200)


def _may_log(here: Workplace) -> bool:
    return here.may(Right.DESK) or here.may(Right.VISIT_LOG)


def _visit(request: WorkRequest) -> Visit | None:
    """The visit that it is about. Who has not the right to report anything reports of a visit that they received; else 404."""
    no, here = request.GET.get("visit", "").strip(), request.workplace
    if not no and here.may(Right.CONDUCT):
        return None
    return get_object_or_404(reads.visits_to_report(here), no=no)


def _initial(visit: Visit | None, now: datetime) -> dict[str, Any]:
    """Whoever receives, or received last; now, or when the visitor left."""
    received = last(visit) if visit else None
    when = min(visit.left_at, now) if visit and visit.left_at else now
    return {"happened_at": localtime(when), "against": received.by_id if received else None}
