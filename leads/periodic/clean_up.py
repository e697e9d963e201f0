"""The monthly clean-up (客户清查, D12-6.5): whose customers brought no sale for a long time, and who was not followed up."""

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from leads import reads
from leads.forms.handing import CleanUpForm
from leads.models import Contact, Deal, Ownership
from people.models import Membership, Project, Routine, User
from people.routines import Sheet, midnight, span

LONG_TIME = 90  # days; strictly more (G-06, G-22: stale_days)
A_PAGE = 50
REALLOCATE, REMOVE = "REALLOCATE", "REMOVE"
WORDS = {
    "proposed": gettext_lazy("建议处理"), "stale": gettext_lazy("90 天没人跟进"), "reallocated": gettext_lazy("已重新分配"),
    "removed": gettext_lazy("已放回公海"),
}  # fmt: skip


def clean_up(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """What the department looks at: customers given out long ago without a sale, each with what is proposed.

    Reallocate first; of somebody who was reallocated already, and still bought nothing, remove from their list (the public
    pool). The owner may object, the department decides (X-37): nothing moves by itself.
    """
    project = routine.project
    rows = proposals(project, at).select_related("customer", "user").prefetch_related("customer__phones")
    found = Paginator(rows.order_by("since", "pk"), A_PAGE).get_page(page)
    shown = [
        {"held": held, "proposal": proposal_for(held), "days": days_since(project, held.since, at)} for held in found
    ]
    begin, end = span(routine)
    given = Ownership.objects.filter(project=project, since__gte=begin, since__lt=end)
    figures = {
        "proposed": found.paginator.count, "stale": stale(project, at).count(),
        "reallocated": given.filter(reason=Ownership.Reason.ALLOCATED).count(),
        "removed": given.filter(holder=Ownership.Holder.POOL, reason=Ownership.Reason.RELEASED).count(),
    }  # fmt: skip
    form = CleanUpForm(people=_takers(project, at), auto_id="clean_%s")
    return Sheet(figures, "leads/work/clean_up.html", {"page": found, "rows": shown, "clean": form})


def _takers(project: Project, at: datetime) -> "QuerySet[User]":
    held = Membership.objects.at(at).selling().filter(project=project).values("user")
    users = User.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")
    return reads.with_company(users, project, at)


def proposals(project: Project, at: datetime) -> "QuerySet[Ownership]":
    """Customers that somebody has followed for more than 90 days, and who have bought nothing here."""
    sold = Deal.objects.filter(project=OuterRef("project"), customer=OuterRef("customer"))
    rows: QuerySet[Ownership] = _long_held(project, at).filter(~Exists(sold))
    return rows.annotate(last=_last_contact())


def stale(project: Project, at: datetime) -> "QuerySet[Ownership]":
    """Customers whom somebody follows, and nobody was in touch with for more than 90 days."""
    lately = Contact.objects.filter(
        project=OuterRef("project"), customer=OuterRef("customer"), at__gte=long_ago(project, at)
    )
    rows: QuerySet[Ownership] = _long_held(project, at).filter(~Exists(lately))
    return rows


def _long_held(project: Project, at: datetime) -> Any:
    held = Ownership.objects.live_at(at).filter(project=project, holder=Ownership.Holder.PERSON)
    return held.filter(since__lt=long_ago(project, at))


def _last_contact() -> Subquery:
    rows = Contact.objects.filter(project=OuterRef("project"), customer=OuterRef("customer")).order_by("-at")
    return Subquery(rows.values("at")[:1], output_field=DateTimeField())


def proposal_for(held: Ownership) -> str:
    """REALLOCATE; REMOVE where that was tried."""
    return REMOVE if held.reason == Ownership.Reason.ALLOCATED else REALLOCATE


def long_ago(project: Project, at: datetime) -> datetime:
    """What lies before it is more than 90 local days ago: the day itself is not counted."""
    return midnight(localtime(at, project.zone).date() - timedelta(days=LONG_TIME), project.zone)


def days_since(project: Project, moment: datetime, at: datetime) -> int:
    """How many local days ago that was."""
    return (localtime(at, project.zone).date() - localtime(moment, project.zone).date()).days
