"""补登: whole visits after the fact, what a salesperson asks the desk to enter, slips of paper for an outage."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import paper as papers
from visits import services
from visits.gifts import offered
from visits.models import PaperSlip
from visits.record_forms import AskForm, PaperForm, PastForm, VoidForm
from visits.views.desk import site_here
from visits.wording import texts_of


def _form(request: WorkRequest, arrived_at: datetime | None = None) -> PastForm:
    site, now = site_here(request), clock.now()
    initial = {"arrived_at": arrived_at} if arrived_at else {}
    project, data = request.workplace.project, request.POST or None
    people = {"sellers": reads.sellers(project, now), "brokers": reads.brokers(project, now)}
    return PastForm(data, gifts=offered(site), initial=initial, **people)


def _entered(request: WorkRequest, form: PastForm, slip: PaperSlip | None) -> str | None:
    def enter(given: dict[str, Any], now: datetime) -> str:
        here, arrival = request.workplace, form.arrival(refused=given["refused"])
        return services.enter_visit(
            here=here,
            site=slip.site if slip else site_here(request),
            arrival=arrival,
            past=form.past(paper=slip),
            at=now,
        ).no

    return acted(request, form, "enter_visit", enter)


@needs(Right.DESK)
@require_http_methods(["GET", "POST"])
def late(request: WorkRequest) -> HttpResponse:
    """A visit that nobody logged when it was."""
    form = _form(request, _moment(request.GET.get("at", "")))
    if (no := _entered(request, form, None)) is not None:
        messages.success(request, _("已补登 %(no)s") % {"no": no})
        return redirect("visit", no=no)
    return render(request, "visits/late.html", {"form": form, "site": site_here(request)}, status=form.http_status)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=localtime().tzinfo)
    except ValueError:
        return None


@needs(Right.OWN_BOOKS)
@require_http_methods(["GET", "POST"])
def ask_visit(request: WorkRequest) -> HttpResponse:
    """A salesperson asks the desk to enter a visit that nobody logged; they write nothing themselves (D01-1)."""
    form = AskForm(request.POST or None)

    def ask(given: dict[str, Any], now: datetime) -> int:
        return services.ask_entry(here=request.workplace, visit=None, arrived_at=given["arrived_at"], at=now)

    if acted(request, form, "ask_visit", ask) is not None:
        messages.success(request, _("已请前台补登，到前台把客户信息报一下"))
        return redirect("me")
    return render(request, "visits/ask.html", {"form": form}, status=form.http_status)


@needs(Right.OWN_BOOKS)
@require_POST
def ask_entry(request: WorkRequest, no: str) -> HttpResponse:
    """A salesperson asks the desk to enter the data of a visitor whom they received."""
    visit = get_object_or_404(reads.visible(request.workplace), no=no)
    try:
        services.ask_entry(here=request.workplace, visit=visit, arrived_at=visit.arrived_at, at=clock.now())
        messages.success(request, _("已请前台补登，到前台把客户信息报一下"))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("visit", no=no)


# ── paper ──


@needs(Right.DESK)
@require_http_methods(["GET", "POST"])
def paper(request: WorkRequest) -> HttpResponse:
    """Slips of today: print blank ones, see what became of them."""
    site, now, form = site_here(request), clock.now(), PaperForm(request.POST or None)
    day = _day(request, localtime(now).date())

    def print_(given: dict[str, Any], at: datetime) -> str:
        slips = services.print_paper(
            here=request.workplace, site=site, count=given["count"], on=localtime(at).date(), at=at
        )
        return slips[0].no

    if (first := acted(request, form, "print_paper", print_)) is not None:
        return redirect("paper_blank", no=first)
    rows = papers.of_day(site, day, now)
    return render(
        request, "visits/paper.html", {"form": form, "site": site, "rows": rows, "day": day, "void": VoidForm()},
        status=form.http_status,
    )  # fmt: skip


def _day(request: WorkRequest, today: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today


def _slip(request: WorkRequest, no: str) -> PaperSlip:
    found: PaperSlip = get_object_or_404(papers.of_project(request.workplace.project), no=no)
    return found


@needs(Right.DESK)
@require_http_methods(["GET"])
def paper_blank(request: WorkRequest, no: str) -> HttpResponse:
    """The blank slips of one printing, one A5 page each."""
    first = _slip(request, no)
    slips = PaperSlip.objects.filter(site=first.site, printed_at=first.printed_at).order_by("pk")
    return render(
        request, "visits/paper_blank.html", {"slips": slips, "site": first.site, "texts": texts_of(first.site)}
    )


@needs(Right.DESK)
@require_http_methods(["GET", "POST"])
def paper_entry(request: WorkRequest, no: str) -> HttpResponse:
    """Enter what stands on a slip; its number becomes the visit's."""
    slip = _slip(request, no)
    form = _form(request)
    if _entered(request, form, slip) is not None:
        messages.success(request, _("已补登 %(no)s") % {"no": no})
        return redirect("paper")
    shown = {"form": form, "site": slip.site, "slip": slip}
    return render(request, "visits/late.html", shown, status=form.http_status)


@needs(Right.DESK)
@require_POST
def paper_void(request: WorkRequest, no: str) -> HttpResponse:
    """A slip will not be used."""
    slip = _slip(request, no)
    try:
        services.void_paper(
            here=request.workplace, paper=slip, note=request.POST.get("note", "").strip(), at=clock.now()
        )
        messages.success(request, _("%(no)s 已作废") % {"no": no})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("paper")
