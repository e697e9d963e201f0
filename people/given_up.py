"""What the background gave up, tasks and letters: nothing tries it again by itself, so every administrator hears of it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from people.safekeeping import tell_administrators
from trail import clock
from trail.jobs import job
from trail.models import Delivery, Message
from trail.sentences import counted_noop

TASKS, LETTERS = "job.given_up", "letter.given_up"
SAID = {
    TASKS: counted_noop("后台有 %(count)s 个任务试完了还没做成。看出了什么事，再试或不管了"),
    LETTERS: counted_noop("有 %(count)s 条通知试完了还没发出去。看出了什么事，好了再发"),
}


@job(title=_("看有没有没做成的"))
def watch_given_up() -> None:
    """Tell of tasks and letters that were given up since it was last told of any."""
    now = clock.now()
    # A letter that tells of letters may itself not go: of that nobody is told, or it would never end.
    letters = Delivery.objects.filter(state=Delivery.State.FAILED).exclude(message__kind__in=SAID)
    _tell(TASKS, DBTaskResult.objects.failed().order_by(), "finished_at", now)
    _tell(LETTERS, letters, "done_at", now)


@transaction.atomic
def _tell(kind: str, given_up: QuerySet, when: str, at: datetime) -> None:
    newest = given_up.aggregate(at=Max(when))["at"]
    if newest and not Message.objects.filter(kind=kind, at__gte=newest).exists():
        tell_administrators(kind, SAID[kind], at, link=reverse("settings_jobs"), count=given_up.count())
