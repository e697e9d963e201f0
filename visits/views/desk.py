"""Pages of the front desk: find, route, check in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads import vault
from leads.models import Customer
from leads.screening import phones
from people.access import WorkRequest, needs
from people.models import Site, User
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import once
from visits import desk as reads
from visits import services
from visits.forms import ArrivalForm
from visits.models import Visit
from visits.routing import Queue, Routing, Visitor, queue_of, route
from visits.wording import texts_of


def site_here(request: WorkRequest) -> Site:
    """The site at whose desk somebody works in this session."""
    return reads.site_of(request.workplace, request.session.get("site"))


def arrival_form(request: WorkRequest, data: Any = None, **initial: Any) -> ArrivalForm:
    """The form of an arrival, with the people of this project."""
    project, now = request.workplace.project, clock.now()
    people = {"sellers": reads.sellers(project, now), "brokers": reads.brokers(project, now)}
    return ArrivalForm(data, initial=initial, **people)


def _desk(request: WorkRequest, form: ArrivalForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole desk, with whatever was found or refused."""
    site, now = site_here(request), clock.now()
    queue = queue_of(site, now)
    shown = {
        "form": form, "site": site, "now": now, "on_site": reads.on_site(site), "rotation": reads.rotation(queue, now),
        "routing": _routing(request, site, queue, form.data if form.is_bound else form.initial),
        "texts": texts_of(site),
    }  # fmt: skip
    return render(request, "visits/desk.html", shown | more, status=status)


@needs(Right.DESK)
@require_GET
def desk(request: WorkRequest) -> HttpResponse:
    """接待台."""
    return _desk(request, arrival_form(request), saved=request.session.pop("saved", ""))


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
    form = arrival_form(request, **(_known(chosen, text, kind) if chosen else typed))
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
    site = site_here(request)
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
    form = arrival_form(request, request.POST)
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
    form = arrival_form(request, {})
    form.is_valid()
    return _checked_in(request, form, form.arrival(refused=True))


def _checked_in(request: WorkRequest, form: ArrivalForm, arrival: services.Arrival) -> HttpResponse:
    no, _new = once(
        key=form.cleaned_data.get("key"), by=request.user.pk, act="check_in", at=clock.now(),
        do=lambda: services.check_in(here=request.workplace, site=site_here(request), arrival=arrival, at=clock.now()).no,
    )  # fmt: skip
    visit = Visit.objects.get(no=no)
    reception = visit.receptions.select_related("by").first()
    who = reception.by.name if reception else "—"
    request.session["saved"] = _("已登记 %(no)s，已通知%(who)s") % {"no": no, "who": who}
    return redirect("slip", no=no) if "print" in request.POST else redirect("desk")
