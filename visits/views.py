"""Pages of the front desk: the desk itself, visits and their slips, rotation and duty."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import phones, vault
from leads.models import Customer
from people.access import WorkRequest, needs
from people.models import Site, User
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import once
from visits import desk as reads
from visits import services
from visits.forms import ArrivalForm, DutyForm, HandOverForm, LogFilter
from visits.models import Place, Visit
from visits.routing import Queue, Routing, Visitor, queue_of, route


def _site(request: WorkRequest) -> Site:
    return reads.site_of(request.workplace, request.session.get("site"))


def _form(request: WorkRequest, data: Any = None, **initial: Any) -> ArrivalForm:
    project, now = request.workplace.project, clock.now()
    people = {"sellers": reads.sellers(project, now), "brokers": reads.brokers(project, now)}
    return ArrivalForm(data, initial=initial, **people)


def _desk(request: WorkRequest, form: ArrivalForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole desk, with whatever was found or refused."""
    site, now = _site(request), clock.now()
    queue = queue_of(site, now)
    shown = {
        "form": form, "site": site, "now": now, "on_site": reads.on_site(site), "rotation": reads.rotation(queue, now),
        "routing": _routing(request, site, queue, form.data if form.is_bound else form.initial),
    }  # fmt: skip
    return render(request, "visits/desk.html", shown | more, status=status)


@needs(Right.DESK)
@require_GET
def desk(request: WorkRequest) -> HttpResponse:
    """接待台."""
    return _desk(request, _form(request), saved=request.session.pop("saved", ""))


@needs(Right.DESK)
@require_POST
def desk_search(request: WorkRequest) -> HttpResponse:
    """Whom may this mean? A POST, so that no number stands in an address. «这位» fills the form; 0 and Enter is a refusal."""
    text = request.POST.get("q", "").strip()
    if text == "0" and not request.htmx:  # only Enter says so: somebody may be about to type an area code
        return _refused(request)
    kind, rows = reads.found(request.workplace, text, clock.now()) if text else ("", [])
    chosen = _chosen(request, rows)
    typed = {"phone": text} if kind == "whole" else {"name": text} if kind == "name" and not text.isdigit() else {}
    form = _form(request, **(_known(chosen, text, kind) if chosen else typed))
    shown: dict[str, Any] = {"q": text, "results": rows, "searched": bool(text), "chosen": chosen}
    if request.htmx and not request.POST.get("choose"):
        return render(request, "visits/_results.html", shown)
    return _desk(request, form, **shown)


def _chosen(request: WorkRequest, rows: list[dict[str, Any]]) -> Customer | None:
    """The customer that was picked: by button, or by Enter where the search has one answer."""
    wanted = request.POST.get("choose", "")
    if wanted:
        return next((row["customer"] for row in rows if str(row["customer"].pk) == wanted), None)
    sole = rows[0] if len(rows) == 1 and not request.htmx else None
    return sole["customer"] if sole else None


def _known(customer: Customer, text: str, kind: str) -> dict[str, Any]:
    """What the records already say, so that nobody types it twice. The whole number only if it was typed."""
    return {"name": customer.name, "phone": text if kind == "whole" else "", "known": str(customer.pk)}


@needs(Right.DESK)
@require_POST
def desk_route(request: WorkRequest) -> HttpResponse:
    """Who should receive, as the answers stand now: a fragment."""
    site = _site(request)
    return render(
        request, "visits/_routing.html", {"routing": _routing(request, site, queue_of(site, clock.now()), request.POST)}
    )


def _routing(request: WorkRequest, site: Site, queue: Queue, data: Any) -> Routing:
    number = phones.read(str(data.get("phone") or ""))
    customer = Customer.objects.filter(phones__whole=vault.whole(number.e164)).first() if number.e164 else None
    if customer is None and not data.get("phone"):
        customer = reads.known(request.workplace, data.get("known"))
    named = {key: _user(data.get(key)) for key in ("invited_by", "asked_for", "brought_by")}
    return route(request.workplace.project, site, Visitor(customer, **named), clock.now(), queue)


def _user(pk: Any) -> User | None:
    return User.objects.filter(pk=pk).first() if str(pk or "").isdigit() else None


@needs(Right.DESK)
@require_POST
def check_in(request: WorkRequest) -> HttpResponse:
    """Log the visitor; what is wrong comes back with everything typed."""
    form = _form(request, request.POST)
    if form.is_valid():
        arrival = form.arrival(
            refused="refused" in request.POST, hand_to=_user(request.POST.get("to")),
            on_record=reads.number_of(request.workplace, form.cleaned_data["known"]),
        )  # fmt: skip
        try:
            return _checked_in(request, form, arrival)
        except Refusal as refusal:
            form.refuse(refusal)
    return _desk(request, form, status=form.http_status)


def _refused(request: WorkRequest) -> HttpResponse:
    form = _form(request, {})
    form.is_valid()
    return _checked_in(request, form, form.arrival(refused=True))


def _checked_in(request: WorkRequest, form: ArrivalForm, arrival: services.Arrival) -> HttpResponse:
    no, _new = once(
        key=form.cleaned_data.get("key"), by=request.user.pk, act="check_in", at=clock.now(),
        do=lambda: services.check_in(here=request.workplace, site=_site(request), arrival=arrival, at=clock.now()).no,
    )  # fmt: skip
    visit = Visit.objects.get(no=no)
    reception = visit.receptions.select_related("by").first()
    who = reception.by.name if reception else "—"
    request.session["saved"] = _("已登记 %(no)s，已通知%(who)s") % {"no": no, "who": who}
    return redirect("slip", no=no) if "print" in request.POST else redirect("desk")


@needs(Right.DESK)
@require_POST
def leave(request: WorkRequest, no: str) -> HttpResponse:
    """The visitor goes, with or without a gift."""
    visit = get_object_or_404(reads.visible(request.workplace), no=no)
    try:
        services.leave(here=request.workplace, visit=visit, gift=request.POST.get("gift", ""), at=clock.now())
        messages.success(request, _("%(no)s 已离开") % {"no": no})
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("desk")


@needs(Right.VISIT_LOG, Right.DESK)
@require_GET
def visits(request: WorkRequest) -> HttpResponse:
    """到访本: the site log."""
    form = LogFilter(request.GET or None)
    rows = reads.visible(request.workplace).prefetch_related("receptions__by").order_by("-arrived_at", "-pk")
    if form.is_valid():
        rows = _filtered(request, rows, form.cleaned_data)
    return render(
        request, "visits/log.html", {"filter": form, "page": Paginator(rows, 50).get_page(request.GET.get("page"))}
    )


def _filtered(request: WorkRequest, rows: Any, given: dict[str, Any]) -> Any:
    zone = request.workplace.project.zone
    if given["since"]:
        rows = rows.filter(arrived_at__gte=datetime.combine(given["since"], time(), zone))
    if given["until"]:
        rows = rows.filter(arrived_at__lt=datetime.combine(given["until"] + timedelta(days=1), time(), zone))
    rows = rows.on_site() if given["here"] else rows
    return rows.filter(registered=Visit.Registered.LATE) if given["late"] else rows


@needs(Right.VISIT_LOG, Right.DESK, Right.OWN_BOOKS)
@require_GET
def visit(request: WorkRequest, no: str) -> HttpResponse:
    """到访单: one visit, and who received it why."""
    return _visit_page(request, get_object_or_404(reads.visible(request.workplace), no=no))


def _visit_page(request: WorkRequest, found: Visit, form: HandOverForm | None = None) -> HttpResponse:
    sellers = reads.sellers(request.workplace.project, clock.now())
    shown = {
        "visit": found, "number": phones.mask34(found.number) if found.number else "",
        "receptions": found.receptions.select_related("by", "stands_in_for", "arranged_by").order_by("since", "pk"),
        "hand_over": form or HandOverForm(sellers=sellers), "form": form, "agency": reads.agency_of(found),
    }  # fmt: skip
    return render(request, "visits/visit.html", shown, status=form.http_status if form else 200)


@needs(Right.DESK)
@require_POST
def hand_over(request: WorkRequest, no: str) -> HttpResponse:
    """Somebody else receives from now on."""
    found = get_object_or_404(reads.visible(request.workplace), no=no)
    form = HandOverForm(request.POST, sellers=reads.sellers(request.workplace.project, clock.now()))
    if form.is_valid():
        try:
            services.hand_over(here=request.workplace, visit=found, to=form.cleaned_data["to"], at=clock.now())
            return redirect("visit", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return _visit_page(request, found, form)


@needs(Right.DESK)
@require_http_methods(["GET", "POST"])
def enter_late(request: WorkRequest, no: str) -> HttpResponse:
    """补登: data that the visitor gave only later."""
    found = get_object_or_404(reads.visible(request.workplace).filter(customer__isnull=True), no=no)
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_late(here=request.workplace, visit=found, arrival=form.arrival(), at=clock.now())
            return redirect("visit", no=no)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "visits/enter_late.html", {"form": form, "visit": found}, status=form.http_status)


@needs(Right.DESK, Right.VISIT_LOG)
@require_GET
def slip(request: WorkRequest, no: str) -> HttpResponse:
    """客户到访确认单: one A5 page, the number masked."""
    found = get_object_or_404(reads.visible(request.workplace), no=no)
    reception = found.receptions.select_related("by").order_by("since").first()
    shown = {
        "visit": found, "reception": reception, "number": phones.mask34(found.number) if found.number else "",
        "agency": reads.agency_of(found),
    }  # fmt: skip
    return render(request, "visits/slip.html", shown)


@needs(Right.ROTATION)
@require_http_methods(["GET", "POST"])
def rotation(request: WorkRequest) -> HttpResponse:
    """轮接与值班: the queue with reasons, and who is on duty."""
    site, now = _site(request), clock.now()
    form = DutyForm(request.POST or None, sellers=reads.sellers(request.workplace.project, now))
    if request.method == "POST" and form.is_valid():
        try:
            services.put_on_duty(here=request.workplace, site=site, at=now, **_duty(request, form))
            return redirect("rotation")
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {
        "site": site,
        "rows": reads.rotation(queue_of(site, now), now),
        "duties": reads.duties(site, now),
        "form": form,
    }
    return render(request, "visits/rotation.html", shown, status=form.http_status)


def _duty(request: WorkRequest, form: DutyForm) -> dict[str, Any]:
    today, zone = localtime(clock.now()).date(), request.workplace.project.zone
    given = form.cleaned_data
    ends = {key: datetime.combine(today, given[key], zone) for key in ("since", "until")}
    return {"user": given["user"], **ends}


@needs(Right.ROTATION)
@require_POST
def rotation_change(request: WorkRequest, pk: int) -> HttpResponse:
    """Away, back, one step up or down."""
    place = get_object_or_404(Place.objects.filter(site__project=request.workplace.project), pk=pk)
    change, at = request.POST.get("change"), clock.now()
    if change in ("away", "back"):
        services.set_away(here=request.workplace, place=place, away=change == "away", at=at)
    elif change in ("up", "down"):
        services.move_place(here=request.workplace, place=place, up=change == "up", at=at)
    else:
        raise Http404
    return redirect(reverse("rotation"))
