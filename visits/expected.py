"""Who is expected (约到访): at a desk today, of a person, and what agents who could not come announced."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from leads import reads
from leads.models import Customer, Ownership, Registration
from leads.screening import phones
from people.models import Project, Site
from people.roles import Right
from people.workplace import Workplace
from visits.models import Expected, Visit

A_DESK = 50  # on one screen
# «今天下午到访»; not «今天不来看房», and not «明天到访»
TODAY = re.compile(r"今[天日晚早](?:[^，。；,;\n不没]{0,8})(?:到访|来访|到店|到场|看房|带看|过来|来看)")
STATES = {
    "coming": ("info", _("还没到")), "came": ("ok", _("到了")), "missed": ("", _("没来")), "withdrawn": ("", _("撤回了")),
}  # fmt: skip


def local_day(project: Project, at: datetime) -> date:
    """The calendar day of a moment where the project is (G-03)."""
    return localtime(at, project.zone).date()


def came(project: Project, customer: Customer | None, at: datetime) -> Visit | None:
    """The customer's first visit of the local day of `at` up to then, if there was one."""
    today = {"arrived_at__gte": project.midnight(at), "arrived_at__lte": at}
    visits = Visit.objects.filter(project=project, customer=customer, **today)
    first: Visit | None = visits.order_by("arrived_at", "pk").first() if customer else None
    return first


def announces(text: str) -> bool:
    """Whether an SMS says that the customer comes today."""
    return bool(TODAY.search(text))


def coming() -> QuerySet[Expected]:
    """Neither arrived nor withdrawn."""
    rows: QuerySet[Expected] = Expected.objects.filter(visit__isnull=True, withdrawn_at__isnull=True)
    return rows


def today(site: Site, at: datetime) -> list[Expected]:
    """Who is still expected at a site today, by the time said, those without one last.

    Each customer once, by whoever follows them, else who said so first: a customer may be looking at the screen.
    """
    rows = coming().filter(site=site, on=local_day(site.project, at), customer__isnull=False)
    rows = rows.select_related("customer", "by", "registration").prefetch_related("customer__phones")
    held = Ownership.objects.live_at(at).filter(project=site.project_id, customer=OuterRef("customer"))
    found = rows.annotate(follower=Subquery(held.values("user")[:1])).order_by("at", "pk")[: A_DESK * 2]
    once: dict[Any, Expected] = {}
    for row in sorted(found, key=lambda row: (row.follower != row.by_id, row.at, row.pk)):  # type: ignore[attr-defined]
        once.setdefault(row.customer_id, row)
    return sorted(once.values(), key=lambda row: (row.about is None, row.about or 0, row.pk))[:A_DESK]


def visible(here: Workplace) -> QuerySet[Expected]:
    """What this person may open: their own; the desk, the log and whoever sees all customers, everything of the project."""
    rows = Expected.objects.filter(project=here.project).select_related(
        "customer", "registration", "by", "site", "visit", "checked_by", "called_by"
    )
    all_ = (Right.DESK, Right.VISIT_LOG, Right.ALL_CUSTOMERS, Right.ANNOUNCED)
    return rows if any(here.may(right) for right in all_) else rows.filter(by=here.user)


def announced(here: Workplace) -> QuerySet[Expected]:
    """Visits that agents announced who could not come, the newest first."""
    return visible(here).filter(present=False).order_by("-at", "-pk")


def own_report(here: Workplace, customer: Customer) -> Registration | None:
    """This person's own report of the customer, the latest."""
    mine = Registration.objects.filter(project=here.project, customer=customer, by=here.user)
    return mine.order_by("-at", "-pk").first()


def may_expect(here: Workplace, customer: Customer) -> bool:
    """Whether this person may say that the customer comes: an agent of those they reported, others of whom they may see."""
    if here.outside:
        return own_report(here, customer) is not None
    return reads.visible(here).filter(pk=customer.pk).exists()


def of_customer(here: Workplace, customer: Customer, at: datetime) -> list[Expected]:
    """For the customer's page: whom this person sees expected, from today on."""
    rows = visible(here).filter(on__gte=local_day(here.project, at), customer=customer, withdrawn_at=None)
    return list(rows.order_by("on", "about", "pk")[:A_DESK])


def named_by(visit: Visit) -> Q:
    """Which expectations are of the customer of a visit: of their record, or of a masked report that turned out to be theirs."""
    return Q(customer=visit.customer_id) | Q(customer__isnull=True, registration__customer=visit.customer_id)


def state(row: Expected, at: datetime) -> str:
    """How far it is: coming, came, missed, withdrawn."""
    if row.withdrawn_at:
        return "withdrawn"
    if row.visit_id:
        return "came"
    return "coming" if row.on >= local_day(row.project, at) else "missed"


def number_of(row: Expected) -> str:
    """The customer's number, 前三后四."""
    if row.customer is None:
        report = row.registration
        return "" if report is None else report.number if report.masked else phones.mask34(report.number)
    first = next(iter(row.customer.phones.all()), None)
    return phones.mask34(first.e164) if first else ""


def told(rows: Iterable[Expected], at: datetime) -> list[dict[str, Any]]:
    """Each with its number, state and what of its tasks is late, for lists."""
    return [
        {
            "row": row, "number": number_of(row), "state": STATES[state(row, at)], "check": task(row.due_at, row.checked_at, at),
            "call": task(row.due_at, row.called_at, at),
        }
        for row in rows
    ]  # fmt: skip


def task(due: datetime | None, done: datetime | None, at: datetime) -> str:
    """How a task stands: done, done late, waiting, or late. Exactly at its time is in time (D11-M2b/T2, M2c/T2)."""
    if due is None:
        return ""
    if done:
        return "done" if done <= due else "done_late"
    return "waiting" if at <= due else "late"
