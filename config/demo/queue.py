"""How the queue looks on a working day: proposals worked out, one case in hand, one put off, and two people after the same customers."""

from datetime import datetime, timedelta

from arbitration import services
from arbitration.cases.queue import Wanted, rows
from arbitration.models import Collision
from config.demo.cast import MANAGERS, House
from leads.models import Ownership
from leads.services import add_task

PUT_OFF = timedelta(days=3)
PLANNED = 2


def queue(house: House, now: datetime) -> None:
    """何静 has the oldest case of the store in hand, 郑涛 lets one of the estate wait; 孙丽 plans to phone a colleague's customers."""
    while services.assess_changed(at=now):
        pass
    boss, second = (house.people[MANAGERS[project.code]] for project in (house.store, house.estate))
    for case in rows(boss, Wanted(), now)[:1]:
        services.take_case(here=boss, case=case, at=now)
    waiting: list[Collision] = list(rows(second, Wanted(), now))
    for case in waiting[1:2]:
        until = house.estate.midnight(now) + PUT_OFF
        services.postpone_case(here=second, case=case, until=until, reason="等甲方把到访确认单送来", at=now)
    _plans(house, now)


def _plans(house: House, now: datetime) -> None:
    """No case is open about these, and nobody else has asked yet."""
    sun = house.people["sunli"]
    open_ = Collision.objects.unruled().filter(project=house.store).values("customer")
    held = Ownership.objects.live_at(now).filter(project=house.store, user__isnull=False).exclude(user=sun.user)
    for row in held.exclude(customer__in=open_).select_related("customer").order_by("pk")[:PLANNED]:
        add_task(here=sun, customer=row.customer, what="约来看样板间", due_at=now + timedelta(days=1), at=now)
