"""The report-discipline check (报备检查, D08-7.2, D08-4.2a): who was in touch with a customer and did not report them, or late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from leads.models import Contact, Customer, Ownership, Registration
from people.models import Membership, Routine, User
from people.roles import SELLING
from people.routines import Sheet, span

PROMPT = timedelta(hours=24)  # SLA_PROMPT: a report up to then is in time
NOT_REPORTED, LATE = "NOT_REPORTED", "LATE"
A_PAGE = 50
WORDS = {"not_reported": gettext_lazy("没有报备"), "reported_late": gettext_lazy("报备晚了")}


@dataclass(frozen=True, slots=True)
class Finding:
    """Somebody and a customer; how often they were in touch in the period, since when, and when the report came."""

    user: User
    customer: Customer
    contacts: int
    first: datetime
    reported: datetime | None

    @property
    def finding(self) -> str:
        """NOT_REPORTED or LATE."""
        return LATE if self.reported else NOT_REPORTED


def discipline(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """Everybody who was in touch in the period with a customer of whom they made no report, or later than a day after."""
    begin, end = span(routine)
    pairs = pairs_of(routine, begin, end, at)
    found = Paginator(pairs.order_by("by", "first", "customer"), A_PAGE).get_page(page)
    figures = {
        "not_reported": pairs.filter(reported=None).count(), "reported_late": pairs.exclude(reported=None).count(),
    }  # fmt: skip
    return Sheet(figures, "leads/work/discipline.html", {"page": found, "rows": _rows(list(found))})


def pairs_of(routine: Routine, begin: datetime, end: datetime, at: datetime) -> Any:
    """Salesperson and customer, with the first contact and the first report. Whom the house gave them need not be reported."""
    project = routine.project
    selling = Membership.objects.filter(project=project, role__in=SELLING, user=OuterRef("by"))
    about = {"project": project, "customer": OuterRef("customer")}
    reports = Registration.objects.filter(by=OuterRef("by"), at__lte=at, **about).order_by("at")
    given = Ownership.objects.filter(user=OuterRef("by"), **about).exclude(reason=Ownership.Reason.REGISTERED)
    all_ = Contact.objects.filter(Exists(selling), project=project, at__lte=at).values("by", "customer")
    return (
        all_.annotate(first=Min("at"), contacts=Count("pk", filter=Q(at__gte=begin, at__lt=end)))
        .filter(contacts__gt=0)
        .annotate(reported=_moment(reports.values("at")), given=_moment(given.order_by("since").values("since")))
        .filter(Q(reported=None) | Q(reported__gt=F("first") + PROMPT))
        .filter(Q(given=None) | Q(given__gt=F("first")))
    )


def _moment(rows: "QuerySet[Any, Any]") -> Subquery:
    return Subquery(rows[:1], output_field=DateTimeField())


def _rows(found: list[dict[str, Any]]) -> list[Finding]:
    users = User.objects.in_bulk({row["by"] for row in found})
    rows = Customer.objects.prefetch_related("phones").in_bulk({row["customer"] for row in found})
    return [
        Finding(users[row["by"]], rows[row["customer"]], row["contacts"], row["first"], row["reported"])
        for row in found
    ]
