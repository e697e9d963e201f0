"""Pages of the front desk: find, route, check in, and who is here now."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from leads.models import Customer
from leads.privacy.notices import notice_of
from people.access import WorkRequest, needs
from people.models import Site
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import once, refused
from visits import arriving, codes, expected, gifts, services
from visits import desk as reads
from visits.forms import ArrivalForm, CheckInForm
from visits.models import Visit
from visits.party import party_of
from visits.routing import Queue, in_order
from visits.rules import rules_of
from visits.wording import texts_of

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # another one each time; the fragment is the same


def site_here(request: WorkRequest) -> Site:
    """The site at whose desk somebody works in this session."""
    return reads.site_of(request.workplace, request.session.get("site"))


def arrival_form(request: WorkRequest, data: Any = None, kind: type[ArrivalForm] = ArrivalForm, **initial: Any) -> Any:
    """The form of an arrival, with the people of this project."""
    sellers: list[Any] = list(
        reads.sellers(request.workplace.project, clock.now())
    )  # asked for once, agents among them
    brokers = sorted((user for user in sellers if user.agency), key=lambda user: (user.agency, user.name))
    return kind(data, initial=initial, sellers=sellers, brokers=brokers)


def _form(request: WorkRequest, data: Any = None, **initial: Any) -> CheckInForm:
    form: CheckInForm = arrival_form(request, data, CheckInForm, **initial)
    return form


def _desk(request: WorkRequest, form: CheckInForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole desk, with whatever was found or refused."""
    site, now = site_here(request), clock.now()
    shown = {
        "form": form, "site": site, "now": now, "floor": _floor(request, site, now), "texts": texts_of(site, own=reads.texts_in(site)),
        "card": arriving.card(request.workplace, site, form, now), "quiet": form.is_bound or form.initial,
        "notice": notice_of(request.workplace.project),
    }  # fmt: skip
    return render(request, "visits/desk.html", shown | more, status=status)


def _floor(request: WorkRequest, site: Site, now: datetime) -> dict[str, str]:
    """Who is here, whose turn it is and who is expected, as HTML with its tag."""
    here, (there, busy) = request.workplace, reads.on_site(site, now)
    turns, behind = reads.head(reads.rotation(Queue(in_order(site, now), busy), now))
    comers = [{"row": row, "number": expected.number_of(row)} for row in expected.today(site, now)]
    shown = {
        "on_site": there, "rotation": turns, "behind": behind, "expected": comers,
        "gifts": gifts.offered(site), "arranges": here.may(Right.ROTATION), "csrf_token": get_token(request),
    }  # fmt: skip
    html = render_to_string(
        "visits/_floor.html", shown
    )  # without the request: what every page has is not asked for again
    tag = sha256(TOKEN.sub("", html).encode()).hexdigest()[:20]
    return {"html": mark_safe(html), "tag": tag}  # noqa: S308  what the template rendered and escaped


@needs(Right.DESK)
@require_GET
def desk(request: WorkRequest) -> HttpResponse:
    """接待台; `?party=` a visit of today: one more of those who came together, asked only for name and number."""
    given: dict[str, Any] = {}
    try:
        no = request.GET.get("party", "").strip()
        party = party_of(site_here(request), no, clock.now()) if no else None
        given = arriving.of_party(party) if party else {}
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    form = _form(request, **given)
    if given:
        form.begin_at("name")
    return _desk(request, form, saved=request.session.pop("saved", None))


@needs(Right.DESK)
@require_GET
def desk_now(request: WorkRequest) -> HttpResponse:
    """Who is here and whose turn it is, asked every 20 seconds: 304 while nothing has changed."""
    floor = _floor(request, site_here(request), clock.now())
    tag = f'"{floor["tag"]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = render(request, "visits/_now.html", {"floor": floor})
    response["ETag"] = tag
    return response


@needs(Right.DESK)
@require_POST
def desk_search(request: WorkRequest) -> HttpResponse:
    """Whom may this mean? A POST, so that no number stands in an address. «这位» fills the form; 0 and Enter is a refusal."""
    text, here, now = request.POST.get("q", "").strip(), request.workplace, clock.now()
    if text == "0" and not request.htmx:  # only Enter says so: somebody may be about to type an area code
        return _refused(request)
    kind, rows, about = reads.found(here, text, now) if text else ("", [], None)
    if request.htmx:
        return render(request, "visits/_results.html", {"q": text, "results": rows, "searched": bool(text)})
    if about and about.visit:
        return redirect("visit", no=about.visit.no)
    row = _chosen(request, text, rows)
    form = _form(request, **_known(request, row["customer"] if row else None, text, kind, about, now))
    _begin(form, bool(row))
    shown: dict[str, Any] = {"q": text, "results": [row] if row else rows, "searched": bool(text), "chosen": row}
    return _desk(request, form, **shown)


def _chosen(request: WorkRequest, text: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The line that was picked: by button, or by Enter, which presses the first one's button or finds a single one.

    A button of lines that were found for another text is not meant: the keyboard was faster than the search.
    """
    wanted = request.POST.get("choose", "") if request.POST.get("found_for", text) == text else ""
    if wanted:
        return next((row for row in rows if str(row["customer"].pk) == wanted), None)
    return rows[0] if len(rows) == 1 else None


def _known(
    request: WorkRequest, customer: Customer | None, text: str, kind: str, about: codes.Scanned | None, now: datetime
) -> dict[str, Any]:
    """What the records already say, so that nobody types it twice. The whole number only if it was typed."""
    if customer is None and about is None:
        return {"phone": text} if kind in ("whole", "masked") else {"name": text} if kind == "name" and text else {}
    given: dict[str, Any] = {
        "name": customer.name if customer else about.name if about else "",
        "phone": text if kind == "whole" else "",
    }
    given |= {"known": str(customer.pk) if customer else ""}
    about = about or arriving.announced(site_here(request), customer, now)
    if about and about.invited_by:  # the receipt or the appointment says who invited; whom they ask for is still asked
        given |= {"invited_by": about.invited_by.pk, "brought_by": about.brought_by.pk if about.brought_by else ""}
    return given


def _begin(form: CheckInForm, chosen: bool) -> None:
    """The first item that is still open."""
    if not chosen and not (form.initial.get("name") and form.initial.get("phone")):
        form.begin_at("phone" if form.initial.get("name") else "name")
    elif form.open_questions and form.open_questions[0] != "first_time":
        form.begin_at(form.open_questions[0])


@needs(Right.DESK)
@require_POST
def desk_route(request: WorkRequest) -> HttpResponse:
    """Who should receive, as the answers stand now: a fragment, or without script the page with everything that was typed."""
    form = _form(request, request.POST)
    if not request.htmx:
        given = {name: request.POST.get(name, "") for name in (*form.fields,)}
        return _desk(request, _form(request, **given))
    card = arriving.card(request.workplace, site_here(request), form, clock.now())
    return render(request, "visits/_routing.html", {"card": card})


@needs(Right.DESK)
@require_POST
def check_in(request: WorkRequest) -> HttpResponse:
    """Log the visitor; what is wrong comes back with everything typed."""
    form = _form(request, request.POST)
    if form.is_valid():
        gone = "refused" in request.POST
        number = "" if gone else reads.number_of(request.workplace, form.cleaned_data["known"])
        arrival = form.arrival(refused=gone, hand_to=form.who("to"), on_record=number)
        try:
            return _checked_in(request, form, arrival)
        except Refusal as refusal:
            refused(refusal)
            form.refuse(refusal)
    return _desk(request, form, status=form.http_status)


def _refused(request: WorkRequest) -> HttpResponse:
    form = _form(request, {"refused": "1", "key": request.POST.get("key", "")})
    form.is_valid()
    return _checked_in(request, form, form.arrival(refused=True))


def _checked_in(request: WorkRequest, form: CheckInForm, arrival: services.Arrival) -> HttpResponse:
    site = site_here(request)
    no, _new = once(
        key=form.cleaned_data.get("key"), by=request.user.pk, act="check_in", at=clock.now(),
        do=lambda: services.check_in(here=request.workplace, site=site, arrival=arrival, at=clock.now()).no,
    )  # fmt: skip
    visit = Visit.objects.get(no=no)
    reception = visit.receptions.select_related("by").first()
    request.session["saved"] = {
        "no": no, "who": reception.by.name if reception else "", "refused": arrival.refused,
        "seconds": rules_of(site).answer_seconds if reception else 0,
    }  # fmt: skip
    return redirect("slip", no=no) if "print" in request.POST else redirect("desk")
