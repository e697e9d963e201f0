"""Who may see which customer, receipt, deposit and deal. Fetching and authorising are one step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.shortcuts import get_object_or_404

from leads.models import Customer, Deal, Deposit, NotebookEntry, Ownership, Phone, Registration, Relation
from leads.screening import names
from people.models import Membership, Organisation, Project, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import clock

SEE_ALL = (Right.ALL_CUSTOMERS, Right.DESK)


def visible(here: Workplace) -> QuerySet[Customer]:
    """Customers of this project that this person may open: all, or those with a claim or an entry of their own.

    Of two records that were merged only the one that stands for both. Nothing of what an agency reported beyond its limit opens one.
    """
    mine = {"customer": OuterRef("pk"), "project": here.project}
    if not any(here.may(right) for right in SEE_ALL):
        by_me, me = {**mine, "by": here.user}, {**mine, "user": here.user}
    else:
        by_me = me = mine
    return Customer.objects.filter(merged_into=None).filter(
        Exists(Registration.objects.filter(told(here, "no"), **by_me)) | Exists(Ownership.objects.filter(told(here), **me))
        | Exists(NotebookEntry.objects.filter(told(here), **me))
    )  # fmt: skip


def told(here: Workplace, field: str = "source") -> Q:
    """Rows that rest on no report of this person's that is held back; `field` has the report's number. In the house none is."""
    if not here.outside:
        return Q()
    mine = Registration.objects.filter(project=here.project, by=here.user)
    return ~Q(**{f"{field}__in": mine.held_back().values("no")})


def customer_or_404(here: Workplace, pk: UUID) -> Customer:
    """Fetch and authorise in one step."""
    found = get_object_or_404(visible(here).prefetch_related("phones"), pk=pk)
    return _as_told(here, found) if here.outside and not _followed(here, found) else found


def _followed(here: Workplace, customer: Customer) -> bool:
    live = Ownership.objects.live_at(clock.now()).filter(told(here), customer=customer, project=here.project)
    return live.filter(user=here.user).exists()


def _as_told(here: Workplace, customer: Customer) -> Customer:
    """Somebody whom an agency does not follow, as it reported them itself: what others know of them is not its to read."""
    mine = Registration.objects.filter(told(here, "no"), customer=customer, project=here.project, by=here.user)
    report = mine.order_by("-at", "-pk").first()
    number = report.number if report and not report.masked else ""
    if not customer.stopped:
        customer.name, customer.honorific = called(report, customer)
    customer.code, customer.source, customer.as_told = "", Customer.Source.AGENCY, True
    customer._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    prefetch_related_objects(
        [customer], Prefetch("phones", Phone.objects.whole(number) if number else Phone.objects.none())
    )
    return customer


def called(report: Registration | None, customer: Customer) -> tuple[str, str]:
    """Name and salutation of somebody whom an agency does not follow: as its own report has them; without one, 张**."""
    return (report.name, report.honorific) if report else (names.hidden(customer.name), "")


def told_names(here: Workplace) -> bool:
    """Whether this person may know who else reported or follows a customer: the policy's disclosure, for the house only."""
    return any(here.may(right) for right in SEE_ALL) or (not here.outside and here.project.terms.disclose_owner)


def registrations(here: Workplace) -> QuerySet[Registration]:
    """Receipts that this person may open."""
    rows = Registration.objects.filter(project=here.project).select_related("by", "customer")
    return rows if here.may(Right.ALL_CUSTOMERS) else rows.filter(by=here.user)


def _follows(here: Workplace) -> Exists:
    return Exists(Ownership.objects.open().filter(customer=OuterRef("customer"), project=here.project, user=here.user))


def deposits(here: Workplace) -> QuerySet[Deposit]:
    """Deposits that this person may pay back: those they took, of customers they follow, or all."""
    rows = Deposit.objects.filter(project=here.project).select_related("customer", "by")
    return rows if here.may(Right.ALL_CUSTOMERS) else rows.filter(Q(by=here.user) | _follows(here))


def deals(here: Workplace) -> QuerySet[Deal]:
    """Deals that this person may open: finance and managers all, others those they signed, follow or claim."""
    rows = Deal.objects.filter(project=here.project).select_related("customer", "closer", "designer", "entered_by")
    if here.may(Right.SPLITS) or here.may(Right.ALL_CUSTOMERS):
        return rows
    mine = Q(closer=here.user) | Q(_follows(here))
    if here.may(Right.DEALS):
        claims = Registration.objects.filter(customer=OuterRef("customer"), project=here.project, by=here.user)
        mine |= Q(Exists(claims))
    return rows.filter(mine)


def colleagues(here: Workplace, at: datetime, *roles: str) -> QuerySet[User]:
    """Who works in this project in one of these roles."""
    held = Membership.objects.at(at).filter(project=here.project, role__in=roles)
    if here.outside:  # an agency knows its own people only
        held = held.filter(organisation=here.organisation)
    return User.objects.filter(memberships__in=held).distinct().order_by("name")


def sellers(here: Workplace, at: datetime) -> QuerySet[User]:
    """Who may follow customers."""
    return colleagues(here, at, Role.SALESPERSON, Role.AGENT)


def takers(here: Workplace, at: datetime) -> QuerySet[User]:
    """The same, with the company of each (`with_company`); within an agency all are its own."""
    rows = sellers(here, at)
    return rows.annotate(agency=Value(None, CharField())) if here.outside else with_company(rows, here.project, at)


def with_company(users: QuerySet[User], project: Project, at: datetime) -> QuerySet[User]:
    """These people, with the name of the company whose people the agents are: `agency`, None for the house's own."""
    held = Membership.objects.at(at).filter(project=project, organisation__kind=Organisation.Kind.DISTRIBUTOR)
    theirs = held.filter(user=OuterRef("pk")).order_by("-since", "-pk").values("organisation__name")[:1]
    return users.annotate(agency=Subquery(theirs))


def company_given(project: Project, held: Ownership | None, to: User, at: datetime) -> Organisation | None:
    """The outside company that gets a customer by whoever is to follow them now; None in the house, and where it has them already."""
    theirs = _outside(project, to, at)
    if theirs is None or (held and held.user and _outside(project, held.user, at) == theirs):
        return None
    return theirs


def _outside(project: Project, user: User, at: datetime) -> Organisation | None:
    held = Membership.objects.at(at).filter(
        project=project, user=user, organisation__kind=Organisation.Kind.DISTRIBUTOR
    )
    last = held.select_related("organisation").order_by("-since", "-pk").first()
    return last.organisation if last else None


def relation_rows(customer: Customer) -> QuerySet[Relation]:
    """Kin and friends, the first declared first."""
    rows = Relation.objects.filter(Q(customer=customer) | Q(other=customer))
    return rows.select_related("customer", "other", "staff").order_by("declared_at")


def relations(here: Workplace, customer: Customer, rows: Iterable[Relation]) -> list[dict[str, Any]]:
    """The same, seen from this customer; somebody whom this person may not open appears without a full name."""
    ends = [(row, row.other if row.customer_id == customer.pk else row.customer) for row in rows]
    others = [end.pk for _row, end in ends if end]
    open_ = set(visible(here).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    return [{"row": row, "other": end, "open": bool(end and end.pk in open_)} for row, end in ends]
