"""企业账号: to a provider and back, to come in or to link what one has there; and unlinking it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people import providers
from people.access import PUBLIC, SIGNED_IN, WorkRequest, open_to
from people.address import address_key
from people.forms.second_factor import RecentProofForm
from people.models import Provider, SignIn
from people.providers import Flow, Trouble
from people.providers.reasons import AWAY, at_login
from people.services import single_sign_on as services
from people.stepup import steps_up
from people.views.login import come_in
from trail import clock
from trail.limits import take
from trail.refusals import Refusal

AWAY_SINCE = "provider"  # in the session: the one trip to a provider that is under way
TIME = timedelta(minutes=10)
LONGEST = 2000  # characters of what comes back
TRIPS = 600  # in ten minutes from one address: a whole house may come in at nine
INSIDE = "wxwork"  # how 企业微信 says that it is the browser


class Trip(NamedTuple):
    """What a browser was sent away for."""

    flow: Flow
    user: int | None  # who links it; None to come in
    then: str


@open_to(PUBLIC)
@require_GET
def sso_begin(request: Any, pk: int) -> HttpResponse:
    """To the provider, to come in."""
    then = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    return _away(request, get_object_or_404(Provider, pk=pk, on=True), then if safe else reverse("landing"))


@open_to(SIGNED_IN)
@require_GET
@steps_up(back="account", without=("pk",))
def identity_link(request: WorkRequest, pk: int) -> HttpResponse:
    """To the provider, to say who I am there."""
    return _away(request, get_object_or_404(Provider, pk=pk, on=True), reverse("account"), user=request.user.pk)


def _away(request: Any, provider: Provider, then: str, *, user: int | None = None) -> HttpResponse:
    now = clock.now()
    flow = Flow.new(services.back_address(provider), inside=INSIDE in request.headers.get("User-Agent", ""))
    if not take(f"sso:{address_key(request)}", limit=TRIPS, within=TIME, at=now):
        return _failed(request, "busy", 429)
    try:
        address = providers.begin(provider, flow)
    except Trouble as trouble:
        return _failed(request, trouble.code)
    request.session[AWAY_SINCE] = {
        "provider": provider.pk, "flow": asdict(flow), "user": user, "then": then, "at": now.isoformat()
    }  # fmt: skip
    return redirect(address)


@open_to(PUBLIC)
@require_GET
def sso_back(request: Any, pk: int) -> HttpResponse:
    """Back from the provider. What the session kept of the trip is used up, whatever comes of it."""
    provider = get_object_or_404(Provider, pk=pk, on=True)
    said = {name: value for name, value in request.GET.items() if len(value) <= LONGEST}
    trip = _trip(request, provider, said.get("state", ""), clock.now())
    if trip is None:
        return _failed(request, "state")
    try:
        who = services.vouched(provider=provider, flow=trip.flow, said=said)
    except Trouble as trouble:
        return _failed(request, trouble.code)
    return _arrived(request, provider, who, trip) if trip.user is None else _linked(request, provider, who, trip)


def _trip(request: Any, provider: Provider, state: str, at: datetime) -> Trip | None:
    """The trip that this browser is on, if it is this one, begun by whoever is logged in now, less than ten minutes ago."""
    kept = request.session.pop(AWAY_SINCE, None)
    if kept is None or kept["provider"] != provider.pk:
        return None
    trip = Trip(Flow(**kept["flow"]), kept["user"], kept["then"])
    in_time = timedelta(0) <= at - datetime.fromisoformat(kept["at"]) <= TIME
    ours = trip.user is None or trip.user == request.user.pk
    return trip if in_time and ours and constant_time_compare(state, trip.flow.state) else None


def _arrived(request: Any, provider: Provider, who: str, trip: Trip) -> HttpResponse:
    user = services.person_of(provider=provider, external_id=who, at=clock.now())
    if user is None:
        return render(request, "people/sso_unknown.html", {"provider": provider}, status=403)
    return come_in(request, user, way=SignIn.Way.PROVIDER, then=trip.then)


def _linked(request: WorkRequest, provider: Provider, who: str, trip: Trip) -> HttpResponse:
    try:
        services.link_identity(provider=provider, external_id=who, user=request.user, at=clock.now())
    except Refusal as refusal:
        return render(request, "people/sso_failed.html", {"said": refusal.sentence}, status=refusal.status)
    messages.success(request, _("连好了，以后可以用 %(name)s 登录") % {"name": provider.name})
    return redirect(trip.then)


def _failed(request: Any, code: str, status: int = 0) -> HttpResponse:
    status = status or (502 if code in AWAY else 403)
    return render(request, "people/sso_failed.html", {"said": at_login(code)}, status=status)


@open_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def identity_unlink(request: WorkRequest, pk: int) -> HttpResponse:
    """What I have at a provider lets nobody in here any more."""
    row = get_object_or_404(request.user.external_identities.select_related("provider", "user"), pk=pk)  # type: ignore[attr-defined]
    form = RecentProofForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        services.unlink_identity(row=row, at=clock.now())
        messages.success(request, _("%(name)s 断开了") % {"name": row.provider.name})
        return redirect("account")
    return render(request, "people/sso_unlink.html", {"form": form, "row": row}, status=form.http_status)
