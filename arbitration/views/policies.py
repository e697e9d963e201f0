"""设置 → 制度: what is in force, what is shipped, and putting one in force: set, check, start; or stop."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arbitration import services
from arbitration import terms as rules_of_terms
from arbitration.forms.policies import PolicyForm
from arbitration.models import Collision, PolicyInForce
from arbitration.policies import offers, parameters, starting
from arbitration.policies.offers import Held, Offer
from people.access import WorkRequest, needs
from people.forms.second_factor import RecentProofForm
from people.models import Project
from people.roles import Right
from people.terms import Terms
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once


@needs(Right.POLICIES)
@require_GET
def settings_policies(request: WorkRequest) -> HttpResponse:
    """In force, fitting for a company that begins, and all that is shipped."""
    rows, lang = offers.open_rows(request.workplace.project, clock.now()), offers.language()
    all_ = offers.offers(rows)
    known = {offer.id: offer for offer in all_}
    shown = {
        "held": [_told(one, lang) for one in offers.held(rows)],
        "fitting": [(known[name], known[name].pack.title[lang], says) for name, says in offers.RECOMMENDED],
        "offers": [(offer, offer.pack.title[lang]) for offer in all_], "lang": lang, "next": _next(request),
    }  # fmt: skip
    return render(request, "arbitration/settings_policies.html", shown)


def _told(held: Held, lang: str) -> dict[str, Any]:
    return {"held": held, "title": held.pack.title[lang], "changed": held.changed(lang)}


@needs(Right.POLICIES)
@require_GET
def settings_policies_pack(request: WorkRequest, pack: str) -> HttpResponse:
    """One shipped policy: its rules in short, and what a project may set of it."""
    rows, offer = _found(request, pack)
    terms = starting.terms_of(offer, rows, request.workplace.project)
    initial = {"seen": offers.marker(rows), "next": _next(request)}
    return _page(request, offer, PolicyForm(offer=offer, terms=terms, initial=initial))


def _found(request: WorkRequest, pack: str) -> tuple[list[PolicyInForce], Offer]:
    return starting.found(request.workplace.project, pack, clock.now())


def _page(request: WorkRequest, offer: Offer, form: PolicyForm) -> HttpResponse:
    lang = offers.language()
    blocked = offer.blocked_by
    shown = {
        "offer": offer, "form": form, "title": offer.pack.title[lang], "rules": offers.rules_in_words(offer.pack, lang),
        "blocked": _told(blocked, lang) if blocked else None, "next": form["next"].value(),
    }  # fmt: skip
    return render(request, "arbitration/settings_policy.html", shown, status=form.http_status)


@needs(Right.POLICIES)
@require_POST
def settings_policies_check(request: WorkRequest, pack: str) -> HttpResponse:
    """核对页: what will govern from now on, with what the static checks find. Nothing is written here."""
    rows, offer = _found(request, pack)
    form = _sent(request, offer, rows)
    if not form.is_valid() or "back" in request.POST or offer.blocked_by:
        return _page(request, offer, form)
    return _check_page(request, offer, form, RecentProofForm(request=request))


def _sent(request: WorkRequest, offer: Offer, rows: list[PolicyInForce]) -> PolicyForm:
    return PolicyForm(request.POST, offer=offer, terms=starting.terms_of(offer, rows, request.workplace.project))


def _check_page(request: WorkRequest, offer: Offer, form: PolicyForm, proof: RecentProofForm) -> HttpResponse:
    project, lang, pack = request.workplace.project, offers.language(), offer.pack
    values, found = {**pack.values, **form.params}, services.examine(pack, form.params)
    shown = {
        "offer": offer, "form": form, "who": proof, "title": pack.title[lang], "lang": lang,
        "params": _changes(offer, values, lang), "terms": _terms_changed(project, offer, values, form.terms),
        "against": list(rules_of_terms.contradictions(values, form.terms)) if form.terms else [],
        "unruled": Collision.objects.unruled().filter(project=project).count(),
        "errors": [p for p in found if p.counts == "error"], "warnings": [p for p in found if p.counts == "warning"],
        "accepted": [p for p in found if p.counts == "accepted"],
        "replaces": _told(offer.replaces, lang) if offer.replaces else None,
    }  # fmt: skip
    return render(request, "arbitration/settings_policy_check.html", shown, status=proof.http_status)


def _changes(offer: Offer, values: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """The parameters that differ from the policy's own, or from what is in force."""
    now = {**offer.pack.values, **offer.params}
    return [
        {
            "label": parameters.label(name, param, lang), "value": parameters.said(name, values[name]), "clause": param["clause"],
            "before": parameters.said(name, now[name]),
        }
        for name, param in offer.pack.params.items()
        if values[name] != param["value"] or values[name] != now[name]
    ]  # fmt: skip


def _terms_changed(
    project: Project, offer: Offer, values: dict[str, Any], terms: Terms | None
) -> list[tuple[str, str, str]]:
    """What about, as it will be, and as it is where that is otherwise."""
    if terms is None:
        return []
    will_be = rules_of_terms.laid_down(offer.pack, values, terms, project.terms)
    pairs = zip(rules_of_terms.in_words(will_be), rules_of_terms.in_words(project.terms), strict=True)
    return [(about, new, "" if new == old else old) for (about, new), (_about, old) in pairs]


@needs(Right.POLICIES)
@require_POST
def settings_policies_start(request: WorkRequest, pack: str) -> HttpResponse:
    """启用: from now on this policy governs. Who does that shows again who they are."""
    rows, offer = _found(request, pack)
    form, proof = _sent(request, offer, rows), RecentProofForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, offer, form)
    if not proof.is_valid():
        return _check_page(request, offer, form, proof)
    try:
        _start(request, offer, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _again(request, pack, form)
    messages.success(request, _("「%(title)s」已启用") % {"title": offer.pack.title[offers.language()]})
    return redirect(_next(request) or "settings_policies")


def _start(request: WorkRequest, offer: Offer, form: PolicyForm) -> None:
    now, project = clock.now(), request.workplace.project

    def act() -> str:
        services.put_in_force(
            project=project, policy=services.publish(offer.id, at=now), terms=form.terms, params=form.params,
            by=request.user.pk, at=now, seen=form.cleaned_data["seen"],
        )  # fmt: skip
        return offer.id

    once(key=form.cleaned_data["key"], by=request.user.pk, act="policy.in_force", at=now, do=act)


def _again(request: WorkRequest, pack: str, form: PolicyForm) -> HttpResponse:
    """The page as things are now, with what was typed; sent again, it has seen them."""
    rows, offer = _found(request, pack)
    form.data = cast("QueryDict", form.data).copy()
    form.data["seen"] = offers.marker(rows)
    return _page(request, offer, form)


@needs(Right.POLICIES)
@require_http_methods(["GET", "POST"])
def settings_policies_stop(request: WorkRequest, pack: str) -> HttpResponse:
    """停用: a check page, then nothing is governed by this policy any more."""
    project, name = request.workplace.project, pack.partition("@")[0]
    held = starting.held_of(project, name, clock.now())
    form = RecentProofForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        try:
            _stop(request, name, form)
            messages.success(request, _("制度已停用"))
            return redirect("settings_policies")
        except Refusal as refusal:
            form.refuse(refusal)
    if held is None and not form.errors:
        raise Http404
    shown = {
        "held": held, "title": held.pack.title[offers.language()] if held else name, "form": form, "pack": pack,
        "unruled": Collision.objects.unruled().filter(project=project).count(),
    }  # fmt: skip
    return render(request, "arbitration/settings_policy_stop.html", shown, status=form.http_status)


def _stop(request: WorkRequest, pack: str, form: Form) -> None:
    now, project = clock.now(), request.workplace.project
    once(
        key=form.cleaned_data["key"], by=request.user.pk, act="policy.withdraw", at=now,
        do=lambda: str(services.withdraw(project=project, pack=pack, by=request.user.pk, at=now)),
    )  # fmt: skip


def _next(request: HttpRequest) -> str:
    """Where somebody wants to go back to, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None) else ""
