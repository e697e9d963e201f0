"""Who is told that a case waits for them: in the morning what can be ruled, after a day what nobody has taken in hand."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from arbitration.appeals import general_managers
from arbitration.cases import queue
from arbitration.models import Collision
from arbitration.services import rulers
from people.models import Membership, Project
from people.roles import RULING
from people.workplace import Workplace, of_memberships
from trail import clock, limits
from trail import services as trail
from trail.jobs import job
from trail.sentences import counted_noop

TODAY, WAITING = "collision.today", "collision.waiting"
PATIENCE = timedelta(hours=24)
REMEMBERED = timedelta(days=365)  # that somebody was told that a case waits
RULABLE = counted_noop("【待裁定】今天有 %(n)s 件可以裁")
OVERDUE = gettext_noop("【超时】%(no)s 已等 %(hours)s 小时没人认领")


@job(title=gettext_lazy("早上告诉谁有几件撞单可以裁"))
def tell_rulable() -> None:
    """Once a day."""
    rulable(at=clock.now())


def rulable(*, at: datetime) -> int:
    """Tell everybody who rules how many cases they can move today; gives how many people. Nobody hears of none."""
    return sum(_tell_rulable(project, at) for project in Project.objects.filter(closed_at=None).order_by("pk"))


@transaction.atomic
def _tell_rulable(project: Project, at: datetime) -> int:
    day = f"{project.midnight(at):%y%m%d}"
    if not limits.take(f"rulable:{project.pk}:{day}", limit=1, within=REMEMBERED, at=at):
        return 0
    counts = {here.user.pk: queue.rows(here, queue.Wanted(), at).count() for here in _rule(project, at)}
    told = {pk: n for pk, n in counts.items() if n}
    for pk, n in told.items():
        trail.tell(to=pk, kind=TODAY, project=project.code, link="/cases", at=at, sentence=RULABLE, n=n)
    return len(told)


def _rule(project: Project, at: datetime) -> list[Workplace]:
    held = Membership.objects.at_work(at).filter(project=project, role__in=RULING, user__is_active=True)
    by_user: dict[int, list[Membership]] = defaultdict(list)
    for row in held.select_related("user", "project", "organisation", "team").order_by("user", "pk"):
        by_user[row.user_id].append(row)
    return [of_memberships(mine[0].user, mine) for mine in by_user.values()]


@job(title=gettext_lazy("提醒一天没人认领的撞单"))
def tell_waiting() -> None:
    """From time to time."""
    waiting(at=clock.now())


def waiting(*, at: datetime) -> int:
    """Tell who rules, and the level above them, of cases that nobody has taken in hand for a day; once each. Gives how many cases.

    The time runs from the opening, or from the end of what was waited for: evidence, a postponement, the day from which it may be ruled.
    """
    free = Collision.objects.unruled().filter(taken_by=None, opened_at__lte=at - PATIENCE)
    for still in ("evidence_due", "postponed_until", "ripe_at"):
        free = free.filter(Q(**{still: None}) | Q(**{f"{still}__lte": at - PATIENCE}))
    ripe = free.exclude(proposal=queue.ON_HOLD, ripe_at=None).select_related("project")
    return sum(_tell_waiting(case, at) for case in ripe.order_by("pk"))


@transaction.atomic
def _tell_waiting(case: Collision, at: datetime) -> int:
    since = max(filter(None, (case.opened_at, case.evidence_due, case.postponed_until, case.ripe_at)))
    if not limits.take(f"waiting:{case.pk}:{since:%y%m%d%H%M}", limit=1, within=REMEMBERED, at=at):
        return 0
    hours = int((at - since).total_seconds()) // 3600
    people = {user.pk for user in [*rulers(case, at), *general_managers(case, at)]}
    for pk in sorted(people):
        trail.tell(
            to=pk, kind=WAITING, project=case.project.code, link=f"/cases/{case.no}", at=at, sentence=OVERDUE, no=case.no,
            hours=hours,
        )  # fmt: skip
    return 1
