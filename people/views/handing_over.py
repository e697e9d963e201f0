"""离职交接: who leaves, how far each hand-over has come, and the steps of one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.forms.handing_over import BooksForm, ConfirmLeaveForm, LeaveForm, SignatureForm
from people.leaving import BOOKS, COUNTS, RETENTION_YEARS, clearance, counted
from people.models import HandOver, Membership, User
from people.roles import Right, Role
from people.services.handing_over import (
    OFFICES,
    archive_hand_over,
    open_hand_over,
    receive_books,
    sign_hand_over,
    withdraw_hand_over,
)
from people.views.acting import acted
from trail import clock
from trail.forms import Form

A_PAGE = 30


def _rows(request: WorkRequest) -> Any:
    rows = HandOver.objects.filter(project=request.workplace.project)
    return rows.select_related("project", "user", "opened_by", "finance_by", "office_by", "archived_by", "withdrawn_by")


@needs(Right.HAND_OVER)
@require_GET
def handovers(request: WorkRequest) -> HttpResponse:
    """Those under way first, then the archive."""
    page = Paginator(_rows(request).order_by("-archived_at", "-opened_at", "-pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "people/handovers.html", {"page": page})


@needs(Right.HAND_OVER)
@require_http_methods(["GET", "POST"])
def handover_new(request: WorkRequest) -> HttpResponse:
    """Who leaves and when; a form that is filled in leads to what would follow."""
    form = LeaveForm(request.POST or None, people=_people(request))
    if request.method == "POST" and form.is_valid():
        again = {name: request.POST.get(name) for name in ("user", "last_day", "reason")}
        confirm = ConfirmLeaveForm(request=request, people=_people(request), initial=again)
        return _check(request, confirm, form.cleaned_data)
    return render(request, "people/handover_new.html", {"form": form}, status=form.http_status)


@needs(Right.HAND_OVER)
@require_POST
def handover_open(request: WorkRequest) -> HttpResponse:
    """It is done: they are out today, or after their last day."""
    here = request.workplace
    form = ConfirmLeaveForm(request.POST, request=request, people=_people(request))

    def do(given: dict[str, Any], at: datetime) -> str:
        picked = {name: given[name] for name in ("user", "last_day", "reason")}
        return open_hand_over(here=here, at=at, **picked).no

    no = acted(request, form, "handover", do)
    if no is not None:
        messages.success(request, _("离职交接 %(no)s 开始了") % {"no": no})
        return redirect("handover", no=no)
    if not {"user", "last_day"} <= set(form.cleaned_data):
        return redirect("handover_new")
    return _check(request, form, form.cleaned_data)


def _people(request: WorkRequest) -> "QuerySet[User]":
    """Who works here, or did and was never handed over; but oneself."""
    project = request.workplace.project
    held = Membership.objects.filter(project=project)
    gone = HandOver.objects.filter(project=project).exclude(archived_at=None).values("user")
    here = Q(pk__in=held.not_over(clock.now()).values("user"))
    found = User.objects.filter(here | (Q(pk__in=held.values("user")) & ~Q(pk__in=gone)))
    return found.exclude(pk=request.user.pk).order_by("name", "pk")


def _check(request: WorkRequest, form: ConfirmLeaveForm, given: dict[str, Any]) -> HttpResponse:
    """What this person holds, and what would end."""
    user, project, now = given["user"], request.workplace.project, clock.now()
    elsewhere = Membership.objects.not_over(now).filter(user=user).exclude(project=project).exists()
    shown = {
        "form": form, "person": user, "last_day": given["last_day"], "elsewhere": elsewhere,
        "counts": [(COUNTS[code].label, n) for code, n in counted(project, user, now).items()],
        "at_once": given["last_day"] <= localtime(now, project.zone).date(),
    }  # fmt: skip
    return render(request, "people/handover_check.html", shown, status=form.http_status)


@needs(Right.HAND_OVER)
@require_GET
def handover(request: WorkRequest, no: str) -> HttpResponse:
    """One hand-over as a list of tasks."""
    return _page(request, get_object_or_404(_rows(request), no=no))


def _page(request: WorkRequest, row: HandOver, **sent: Form) -> HttpResponse:
    here, now = request.workplace, clock.now()
    after = row.after or counted(row.project, row.user, now)
    form = next(iter(sent.values()), None)
    shown = {
        "row": row, "found": clearance(row, now), "form": form, "years": RETENTION_YEARS,
        "counts": [(COUNTS[code].label, row.before.get(code, 0), after.get(code, 0)) for code in COUNTS],
        "books": [(label, code, row.books.get(code)) for code, label in BOOKS.items()],
        "received": BooksForm(auto_id="books_%s"),
        "finance": sent.get("finance") or _signature(request, "finance"),
        "office": sent.get("office") or _signature(request, "office"), "again": Form(auto_id="archive_%s"),
        "closed": row.archived_at or row.withdrawn_at,
        "mine": row.user_id == here.user.pk, "is_finance": Role.FINANCE in here.roles, "is_office": bool(OFFICES & here.roles),
        "gone": not Membership.objects.not_over(now).filter(project=row.project, user=row.user).exists(),
    }  # fmt: skip
    return render(request, "people/handover.html", shown, status=form.http_status if form else 200)


def _signature(request: WorkRequest, as_: str, data: Any = None) -> SignatureForm:
    return SignatureForm(data, request=request, auto_id=f"{as_}_%s", initial={"as_": as_})


def _step(request: WorkRequest, no: str, name: str, form: Form, do: Callable[..., Any], said: str) -> HttpResponse:
    """One step of a hand-over; a refusal comes back on its page."""
    row = get_object_or_404(_rows(request), no=no)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return do(here=request.workplace, hand_over=row, at=now, **given)

    if acted(request, form, f"handover.{name}", act) is None:
        return _page(request, row, **{name: form})
    messages.success(request, said)
    return redirect("handover", no=no)


@needs(Right.HAND_OVER)
@require_POST
def handover_books(request: WorkRequest, no: str) -> HttpResponse:
    """Finance has got notebooks."""
    form = BooksForm(request.POST, auto_id="books_%s")

    def do(*, books: list[str], key: Any, **given: Any) -> HandOver:
        return receive_books(books=set(books), **given)

    return _step(request, no, "books", form, do, _("记下了，收到的本子"))


@needs(Right.HAND_OVER)
@require_POST
def handover_sign(request: WorkRequest, no: str) -> HttpResponse:
    """Finance or administration signs."""
    as_ = "finance" if request.POST.get("as_") == "finance" else "office"

    def do(*, as_: str, here: Any, hand_over: HandOver, at: datetime, **_proof: Any) -> HandOver:
        return sign_hand_over(here=here, hand_over=hand_over, as_=as_, at=at)

    return _step(request, no, as_, _signature(request, as_, request.POST), do, _("签好了"))


@needs(Right.HAND_OVER)
@require_POST
def handover_archive(request: WorkRequest, no: str) -> HttpResponse:
    """Counted once more and put away."""

    def do(*, key: Any, **given: Any) -> HandOver:
        return archive_hand_over(**given)

    return _step(request, no, "archive", Form(request.POST), do, _("存档了，以后只能看"))


@needs(Right.HAND_OVER)
@require_POST
def handover_withdraw(request: WorkRequest, no: str) -> HttpResponse:
    """They stay after all."""

    def do(*, key: Any, **given: Any) -> HandOver:
        return withdraw_hand_over(**given)

    return _step(request, no, "withdraw", Form(request.POST), do, _("撤回了，角色照旧"))
