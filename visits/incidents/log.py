"""The log of complaints and incidents: who may see what, filters, and the steps of one with what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from people.models import Membership, Project, User
from people.roles import Right, roles_with
from people.routines import ONE, Rhythm, around, midnight
from people.workplace import Workplace
from trail import clock
from visits.incidents.steps import Step, step_of, steps_of
from visits.models import Incident, IncidentStep

CONCERNED = (Right.INCIDENTS, Right.OWN_BOOKS)  # whoever follows the customer of a double sale is in charge of it


def visible(here: Workplace) -> QuerySet[Incident]:
    """What this person may open: all of the project, or what they are in charge of; nothing where the project keeps no log."""
    rows = Incident.objects.filter(project=here.project, project__keeps_incidents=True)
    rows = rows.select_related("project", "site", "customer", "visit", "in_charge", "entered_by", "closed_by")
    return rows if here.may(Right.INCIDENTS) else rows.filter(in_charge=here.user)


def overdue(at: datetime, steps: Any = None) -> QuerySet[IncidentStep]:
    """Steps that are, or were done, late. Exactly at the limit is in time; what was closed undone is measured at its close."""
    moment = Coalesce("done_at", "incident__closed_at", Value(at), output_field=DateTimeField())
    rows: QuerySet[IncidentStep] = IncidentStep.objects.all() if steps is None else steps
    return rows.alias(moment=moment).filter(due_at__lt=F("moment"))


def is_late(row: IncidentStep, closed_at: datetime | None, at: datetime) -> bool:
    """The same of one step."""
    return row.due_at is not None and (row.done_at or closed_at or at) > row.due_at


def listed(
    here: Workplace, at: datetime, *, kind: str = "", state: str = "", late: bool = False, month: date | None = None
) -> QuerySet[Incident]:
    """The log, the newest first, each with `late`, `done` and `all` steps. `state`: open or closed; `month`: any day of it."""
    rows = visible(here).annotate(
        late=Exists(overdue(at, IncidentStep.objects.filter(incident=OuterRef("pk")))),
        all=Count("steps"), done=Count("steps", filter=Q(steps__done_at__isnull=False)),
    )  # fmt: skip
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(closed_at__isnull=state == "open") if state else rows
    rows = rows.filter(late=True) if late else rows
    if month:
        begin, end = span(here, month)
        rows = rows.filter(happened_at__gte=begin, happened_at__lt=end)
    return rows.order_by("-happened_at", "-pk")


def span(here: Workplace, month: date) -> tuple[datetime, datetime]:
    """The local month of this day as moments, half-open."""
    first, last = around(Rhythm.MONTH, clock.nearest(month))
    return midnight(first, here.project.zone), midnight(last + ONE, here.project.zone)


@dataclass(frozen=True, slots=True)
class Line:
    """A step with its row; `waits`: the one that comes first is not done."""

    step: Step
    row: IncidentStep
    late: bool
    waits: Step | None


def lines(incident: Incident, at: datetime) -> list[Line]:
    """The steps in the order of the list; what was done under another cause stands last."""
    rows = {row.code: row for row in incident.steps.select_related("done_by")}
    order = {step.code: n for n, step in enumerate(steps_of(incident.kind, incident.cause))}
    shown = []
    for row in sorted(rows.values(), key=lambda row: (order.get(row.code, len(order)), row.pk)):
        step = step_of(incident.kind, row.code)
        first = rows.get(step.after)
        waits = step_of(incident.kind, step.after) if first and first.done_at is None else None
        shown.append(Line(step, row, is_late(row, incident.closed_at, at), waits))
    return shown


def in_charge(project: Project, at: datetime) -> QuerySet[User]:
    """Who may be in charge on site: whoever keeps the log."""
    held = of_project(project, roles_with(Right.INCIDENTS), at)
    return User.objects.filter(memberships__in=held).distinct().order_by("name")


def of_project(project: Project, roles: Sequence[str], at: datetime) -> QuerySet[Membership]:
    """Who holds one of these roles there now, and can log in."""
    held: QuerySet[Membership] = Membership.objects.at(at).filter(project=project, role__in=roles)
    return held.filter(user__is_active=True)
