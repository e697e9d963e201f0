"""What somebody will do about a customer (待办): add, finish, and a message when its time has come."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from leads.models import Customer, Task
from leads.screening import names
from leads.signals import plan_contact
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail import services as trail
from trail.jobs import job
from trail.refusals import Refusal

AT_ONCE = 500  # tasks that one run of the job tells of


@transaction.atomic
def add_task(
    *, here: Workplace, customer: Customer, what: str, due_at: datetime, at: datetime, user: User | None = None
) -> Task:
    """Something to be done by then, by oneself, or for a manager by whom they name. Raises Refusal for nothing, a time gone by, or
    a customer whom a colleague receives (D18-7)."""
    if not what.strip():
        raise Refusal("task_of_nothing", _("写要做什么"), field="what")
    if due_at <= at:
        raise Refusal("task_too_late", _("时间已经过了，写一个以后的"), field="due_at")
    whose = user or here.user
    if whose != here.user and not here.may(Right.ALL_CUSTOMERS):
        raise Refusal("task_not_yours", _("待办只能写给自己"), field="user", status=403)
    manager = here.user if whose != here.user else None
    plan_contact(Task, project=here.project, customer=customer, by=whose, arranged_by=manager, at=at)
    task = Task.objects.create(
        project=here.project, customer=customer, user=whose, what=what.strip()[:120], due_at=due_at, created_by=here.user,
        created_at=at,
    )  # fmt: skip
    if whose != here.user:
        given = gettext_noop("主管给你一件待办，客户 %(name)s")
        trail.tell(kind="task.given", sentence=given, **_of(task), at=at)
    return task


@transaction.atomic
def finish_task(*, here: Workplace, task: Task, note: str, at: datetime) -> Task:
    """It is done. Raises Refusal where it was."""
    row = Task.objects.select_for_update().get(pk=task.pk)
    if row.done_at is not None:
        raise Refusal("task_done", _("这件待办已经做完了"), status=409)
    row.done_at, row.done_note = at, note.strip()[:120]
    row.save(update_fields=["done_at", "done_note"])
    if not Task.objects.filter(
        user=row.user_id, customer=row.customer_id, project=row.project_id, done_at=None, due_at__lte=at
    ).exists():
        trail.done(link=_link(row), kind="task.due", to=row.user_id, at=at)
    return row


@transaction.atomic
def tell_due(*, at: datetime) -> int:
    """Whose time has come is told, once each; gives how many. Two at once: each takes what the other has not in hand."""
    due = Task.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        done_at=None, told_at=None, due_at__lte=at
    )
    rows = list(due.select_related("customer", "project").order_by("due_at")[:AT_ONCE])
    for task in rows:
        now = gettext_noop("客户 %(name)s 有一件待办到时间了")
        trail.tell(kind="task.due", sentence=now, to_do=True, **_of(task), at=at)
    Task.objects.filter(pk__in=[task.pk for task in rows]).update(told_at=at)
    return len(rows)


@job(title=gettext_lazy("提醒待办"))
def tell_due_tasks() -> None:
    """Whose tasks are due hears of it."""
    now = clock.now()
    while tell_due(at=now) == AT_ONCE:
        pass


def _of(task: Task) -> dict[str, Any]:
    """Whom a message about a task goes to, where it leads, and which customer it names."""
    name = names.hidden(task.customer.name)
    return {"to": task.user_id, "project": task.project.code, "link": _link(task), "name": name}


def _link(task: Task) -> str:
    return f"/customers/{task.customer_id}/tasks"
