"""Handing on many customers of somebody who leaves: a job, batch after batch, that can be killed and begun anew."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from leads.services.handing import Targets, hand_customers, may_hand
from people.models import HandOver, User
from people.workplace import Workplace, workplace
from trail import clock
from trail.jobs import UNFINISHED, job

BATCH = 200


@job(title=_("分配离职人员的客户"))
def hand_on(no: str, by: int, holder: str, people: list[int]) -> None:
    """Give all customers that are left to these; whoever asked must still be allowed to. Begun anew, it goes on where it was."""
    row = HandOver.objects.select_related("project", "user").get(no=no)
    here = workplace(User.objects.get(pk=by), row.project, clock.now())
    targets = Targets(holder, tuple(User.objects.filter(pk__in=people).order_by("pk")))
    while here and hand_customers(here=here, hand_over=row, targets=targets, at=clock.now(), at_most=BATCH):
        pass


def leave_to_job(*, here: Workplace, hand_over: HandOver, targets: Targets, at: datetime) -> None:
    """Put it into the queue. Raises Refusal at once for what the job would refuse."""
    may_hand(here, hand_over, targets, at)
    hand_on.enqueue(hand_over.no, here.user.pk, str(targets.holder), [user.pk for user in targets.people])


def handing_on(hand_over: HandOver) -> bool:
    """Whether a job is at it."""
    rows = DBTaskResult.objects.filter(task_path=hand_on.module_path, status__in=UNFINISHED)
    return rows.filter(args_kwargs__args__0=hand_over.no).exists()
