"""What the desk shows: who is here, the rotation, and whom a search may mean. No rival names, ever: a customer may be looking."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime

from leads import identity
from leads.models import Customer, Ownership
from people.models import Membership, Project, Site, User
from people.roles import SELLING, Right, Role
from people.workplace import Workplace
from visits import roster
from visits.codes import Scanned, code_in, scanned
from visits.models import Duty, Place, Reception, SiteTexts, Visit
from visits.routing import Queue, suspended

HEAD = 12  # places of the rotation that are at hand
STRENGTH = {"code": "ok", "whole": "ok", "masked": "warn", "last4": "warn", "name": "warn"}


def site_of(here: Workplace, chosen: Any) -> Site:
    """The open site that was chosen for this session, else the project's first; 404 for a project without one."""
    sites = Site.objects.filter(project=here.project, closed_at=None).select_related("texts").order_by("pk")
    found = (sites.filter(pk=chosen).first() if chosen else None) or get_object_or_404(sites[:1])
    found.project = here.project
    return found


def texts_in(site: Site) -> SiteTexts:
    """What the site has in place of the program's wording, from the query that found the site."""
    own: SiteTexts | None = getattr(site, "texts", None)
    return own or SiteTexts(site=site)


def sellers(project: Project, at: datetime) -> QuerySet[User]:
    """Who may be asked for, invite and receive; of agents with the name of their `agency`, which is None for the house's own."""
    held = Membership.objects.at(at).filter(project=project, role__in=SELLING)
    agency = held.filter(user=OuterRef("pk"), role=Role.AGENT).values("organisation__name")[:1]
    found = User.objects.filter(pk__in=held.values("user")).annotate(agency=Subquery(agency))
    return found.order_by("name", "pk")


def brokers(project: Project, at: datetime) -> QuerySet[User]:
    """The agents among them, who may bring a customer, by agency."""
    found: Any = sellers(project, at)
    agents: QuerySet[User] = found.filter(agency__isnull=False).order_by("agency", "name", "pk")
    return agents


def agency_of(visit: Visit) -> str:
    """The agency of whoever brought the customer: the slip is its proof (D07-8.2b). Empty where nobody did."""
    held = Membership.objects.filter(project=visit.project_id, user=visit.brought_by_id).select_related("organisation")
    last = held.order_by("-since", "-pk").first() if visit.brought_by_id else None
    return last.organisation.name if last else ""


def on_site(site: Site, at: datetime) -> tuple[list[dict[str, Any]], frozenset[int]]:
    """Visitors who have not left, the latest first, with who receives them, or for how long whoever was called has not answered.

    And everybody who is with a visitor, for the rotation.
    """
    now = FilteredRelation("receptions", condition=Q(receptions__until__isnull=True))
    rows = Visit.objects.on_site().filter(site=site).annotate(now=now).select_related("now__by")  # type: ignore[misc]
    visits = list(rows.order_by("-arrived_at", "-pk"))
    open_ = {visit.pk: getattr(visit, "now", None) for visit in visits}
    lines = [{"visit": one, "reception": open_[one.pk], "waits": _waits(open_[one.pk], at)} for one in visits[:30]]
    return lines, frozenset(reception.by_id for reception in open_.values() if reception)


def _waits(reception: Reception | None, at: datetime) -> int:
    """For how many seconds somebody was called in vain, by tens; 0 for whoever answered."""
    if reception is None or reception.answered_at:
        return 0
    return max(int((at - reception.since).total_seconds()) // 10 * 10, 1)


def rotation(queue: Queue, at: datetime) -> list[dict[str, Any]]:
    """The queue with the state of each: ready, receiving, away, suspended; and who is next."""
    first = next(iter(queue.next(at)), None)
    return [{"place": place, "state": _state(place, queue.busy, at), "next": place is first} for place in queue.places]


def head(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """As much of the rotation as the desk has room for, to whoever is next at least; and how many come behind."""
    to_next = next((count for count, row in enumerate(rows, start=1) if row["next"]), 0)
    shown = rows[: max(HEAD, to_next)]
    return shown, len(rows) - len(shown)


def _state(place: Place, engaged: frozenset[int], at: datetime) -> str:
    if suspended(place, at):
        return "suspended"
    return "away" if place.away else "busy" if place.user_id in engaged else "ready"


def site_in(here: Workplace, chosen: str, at_desk: Any) -> tuple[Site, list[Site]]:
    """The site that a page of settings is about, and all that are open: the one in the address, else the desk's. 404 for others."""
    sites = list(Site.objects.filter(project=here.project, closed_at__isnull=True).order_by("pk"))
    wanted = chosen or str(at_desk or "")
    found = next((site for site in sites if str(site.pk) == wanted), None)
    if found is None and (chosen or not sites):
        raise Http404
    return found or sites[0], sites


def duties(site: Site, at: datetime) -> QuerySet[Duty]:
    """Who is on duty now or later today."""
    midnight = roster.days_span(site.project, localtime(at, site.project.zone).date(), 1)[1]
    return roster.shifts_between(site, at, midnight)


def found(here: Workplace, text: str, at: datetime) -> tuple[str, list[dict[str, Any]], Scanned | None]:
    """Whom the search may mean, with who follows them; `code` for the number of a report or visit, and what it is about."""
    code, about = code_in(text), None
    if code:
        about = scanned(here, code)
        kind, customers = "code", [about.customer] if about and about.customer else []
        prefetch_related_objects(customers, "phones")
    else:
        kind, customers = identity.search(here.project, text)
    return kind, results(here, kind, customers, at), about


def results(here: Workplace, kind: str, customers: list[Customer], at: datetime) -> list[dict[str, Any]]:
    """Lines of the results, with who follows each and when they came last."""
    ids = [customer.pk for customer in customers]
    held = {
        o.customer_id: o
        for o in Ownership.objects.live_at(at).filter(project=here.project, customer__in=ids).select_related("user")
    }
    last = {
        v.customer_id: v
        for v in Visit.objects.filter(project=here.project, customer__in=ids).order_by("arrived_at")
    }  # fmt: skip
    return [_result(kind, customer, held.get(customer.pk), last.get(customer.pk)) for customer in customers]


def _result(kind: str, customer: Customer, held: Ownership | None, last: Visit | None) -> dict[str, Any]:
    phone = next(iter(customer.phones.all()), None)
    return {
        "customer": customer, "phone": phone, "held": held, "last": last, "kind": kind, "strength": STRENGTH[kind],
    }  # fmt: skip


def known(here: Workplace, pk: Any) -> Customer | None:
    """A customer of this project who was picked from the results."""
    try:
        return identity.of_project(here.project).filter(pk=pk).first() if pk else None
    except ValidationError:  # no id at all
        return None


def number_of(here: Workplace, pk: Any) -> str:
    """The whole number on record of a picked customer, so that nobody has to type it again; it is not shown."""
    customer = known(here, pk)
    phone = customer.phones.order_by("pk").first() if customer else None
    return phone.e164 if phone else ""


def visible(here: Workplace) -> QuerySet[Visit]:
    """Visits that this person may open: the desk and the log all, a receiver their own, and whoever was stood in for."""
    rows = Visit.objects.filter(project=here.project).select_related(
        "customer", "site", "invited_by", "asked_for", "brought_by", "registered_by"
    )
    if here.may(Right.DESK) or here.may(Right.VISIT_LOG) or here.may(Right.CORRECT):
        return rows
    mine = Q(receptions__by=here.user) | Q(receptions__stands_in_for=here.user)
    return rows.filter(mine).distinct()
