"""What a customer's page and one's own page show of following up: tasks, profile, territory, records that lack something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from leads import completeness, grading
from leads.models import Customer, NotebookEntry, Profile, Task
from leads.profiles import skipped_stages
from people.models import User
from people.roles import SELLING, Right
from people.workplace import Workplace

MOST = 100
SOONEST = 5  # tasks on one's own page; the rest one click away


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task, and whether its time has gone by."""

    task: Task
    overdue: bool


def _marked(rows: Iterable[Task], at: datetime) -> list[ToDo]:
    return [ToDo(task, task.done_at is None and task.due_at < at) for task in rows]


def tasks(here: Workplace) -> QuerySet[Task]:
    """Tasks that this person may see: their own, or all."""
    rows = Task.objects.filter(project=here.project).select_related("customer", "user")
    return rows if here.may(Right.ALL_CUSTOMERS) else rows.filter(user=here.user)


def my_tasks(here: Workplace, at: datetime, most: int = SOONEST) -> list[ToDo]:
    """What waits for me, the earliest first: what is overdue, then today's."""
    waiting = Task.objects.filter(project=here.project, user=here.user, done_at=None).select_related("customer")
    return _marked(waiting.order_by("due_at", "pk")[:most], at)


def task_rows(here: Workplace, customer: Customer) -> QuerySet[Task]:
    """What is to be done, then what was done, about a customer; of others only for who may see all."""
    return tasks(here).filter(customer=customer).order_by("-done_at", "due_at", "pk")[:MOST]


def tasks_of(here: Workplace, customer: Customer, at: datetime) -> list[ToDo]:
    """The same, each with whether its time has gone by."""
    return _marked(task_rows(here, customer), at)


def following(
    here: Workplace, profile: Profile, tasks: Iterable[Task], at: datetime, story: Iterable[Any]
) -> dict[str, Any]:
    """The card of a customer's page, for whoever keeps the profile (`profiles.may_keep`)."""
    customer = profile.customer
    lacking = completeness.reported(name=customer.name, phone=bool(customer.phones.all()), needs=profile.needs)
    if any(moment.kind == "contact" for moment in story):
        lacking += [w for w in completeness.contacted(needs=profile.needs, intent=profile.intent) if w not in lacking]
    return {
        "following": profile, "letter": grading.letter(profile.potential, profile.importance),
        "tier": grading.tier(profile.profit_high, profile.loyalty_high), "lacking": lacking, "skipped": skipped_stages(profile),
        "tasks": [todo for todo in _marked(tasks, at) if todo.task.done_at is None],
        "may_grade": here.may(Right.ALLOCATE),
    }  # fmt: skip


def keepers(here: Workplace, at: datetime) -> list[dict[str, Any]]:
    """Everybody who sells here, or has lines in this project, with how many in each notebook."""
    lines = NotebookEntry.objects.filter(project=here.project, user__isnull=False)
    found: dict[int, dict[str, int]] = {}
    for row in lines.values("user", "book").annotate(lines=Count("*")).order_by():
        found.setdefault(row["user"], {})[row["book"]] = row["lines"]
    sells = Q(memberships__project=here.project, memberships__role__in=SELLING)
    people = User.objects.filter(sells | Q(pk__in=found)).distinct().order_by("name", "pk")
    return [
        {"user": user, "books": [found.get(user.pk, {}).get(book, 0) for book in NotebookEntry.Book.values]}
        for user in people
    ]
