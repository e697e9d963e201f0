"""客户到访确认单: printed at the desk, checked by anybody, signed by the customer on their own phone."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people.access import PUBLIC, WorkRequest, needs, open_to
from people.address import address_key
from people.roles import Right
from trail import clock, limits
from trail.refusals import Refusal
from trail.services import refused
from visits import desk as reads
from visits import services, slips
from visits.models import SiteRules, Slip
from visits.rules import rules_of
from visits.slip_forms import SignForm

GUESSES, WITHIN = 30, timedelta(minutes=10)


@needs(Right.DESK, Right.VISIT_LOG)
@require_GET
def slip(request: WorkRequest, no: str) -> HttpResponse:
    """The slip of the visit as it stands, on the site's paper or the other; issued when it is first shown."""
    visit, now = get_object_or_404(reads.visible(request.workplace), no=no), clock.now()
    issued = services.issue_slip(here=request.workplace, visit=visit, at=now)
    rules = rules_of(visit.site)
    wanted = request.GET.get("size", "")
    size = wanted if wanted in SiteRules.Size.values else rules.slip_size
    phone = rules.signing == SiteRules.Signing.PHONE
    signature = slips.signature_of(issued)
    shown = {
        "visit": visit, "slip": issued, "size": size, "sizes": SiteRules.Size.choices, "signing": rules.signing,
        "signature": signature, "check": request.build_absolute_uri(reverse("slip_check", args=[issued.code])),
        "sign": _sign_address(request, issued) if phone and signature is None else "", **slips.sheet(visit),
    }  # fmt: skip
    return render(request, "visits/slip.html", shown)


def _sign_address(request: HttpRequest, issued: Slip) -> str:
    ticket = services.ticket(issued, clock.now())
    return request.build_absolute_uri(reverse("slip_sign", args=[issued.code, ticket]))


@open_to(PUBLIC)
@require_GET
def slip_check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a slip holds: number, time and site, nothing about people. Guessing codes is limited; a right one is no guess."""
    key = f"slip-check:{address_key(request)}"
    if not limits.take(key, limit=GUESSES, within=WITHIN, at=clock.now()):
        return _told(request, 429, _("查得太多了。过 10 分钟再查"))
    found = slips.checked(code)
    if found is None:
        return _told(request, 404, _("没有这张确认单。看看码抄对了没有"))
    limits.give_back(key)
    return render(request, "visits/slip_check.html", {"found": found})


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def slip_sign(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The customer signs on their own phone: this visit only, a name and a tick."""
    now = clock.now()
    try:
        slip = services.admitted(code, token, now)
    except Refusal as refusal:
        return _told(request, refusal.status, refusal.sentence)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.sign_slip(slip=slip, name=given["name"], agreed=given["agreed"], at=now)
            return redirect("slip_sign", code=code, token=token)
        except Refusal as refusal:
            refused(refusal)
            form.refuse(refusal)
    over = slips.over_since(slip) is not None
    shown = {
        "form": form, "visit": slip.visit, "over": over, "zone": slip.visit.project.zone,
        "signature": slips.signature_of(slip), **slips.sheet(slip.visit)
    }  # fmt: skip
    return render(request, "visits/slip_sign.html", shown, status=form.http_status)


def _told(request: HttpRequest, status: int, sentence: Any) -> HttpResponse:
    return render(request, "visits/slip_none.html", {"sentence": sentence, "failed": True}, status=status)
