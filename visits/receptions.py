"""Who received a visitor, one after another, and why: what a visit's page says of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User
from people.roles import Right
from people.workplace import Workplace
from visits.models import Reception, Visit
from visits.rules import rules_of

Why = Reception.Why
# Why it is them, in whole sentences: of a stand-in it is about whom they stand in for.
BECAUSE: dict[str, Any] = {
    Why.OWNER: gettext_lazy("客户由%(who)s跟进"), Why.ASKED_FOR: gettext_lazy("客户找%(who)s"),
    Why.INVITER: gettext_lazy("%(who)s邀约来的"), Why.PREVIOUS: gettext_lazy("上次由%(who)s接待"),
    Why.ON_DUTY: gettext_lazy("%(who)s今天值班"), Why.ROTATION: gettext_lazy("轮到%(who)s"),
    Why.DESK: gettext_lazy("%(arranged)s安排"), Why.UNANSWERED: gettext_lazy("前一位没有应答"),
    Why.PARTY: gettext_lazy("同行的由%(who)s接待"), Why.NOBODY: gettext_lazy("没有可接的人"),
}  # fmt: skip


def because(reception: Reception) -> str:
    """为什么是他."""
    return str(BECAUSE[reception.why]) % {"who": reception.whose.name, "arranged": reception.arranged_by.name}


def last(visit: Visit) -> Reception | None:
    """Who received a visitor last, or receives them; nobody who was called and did not answer."""
    rows = visit.receptions.filter(unanswered=False).select_related("by")
    found: Reception | None = rows.order_by("-since", "-pk").first()
    return found


def first_received(visit: Visit) -> Reception | None:
    """Who received a visitor first; nobody who was called and did not come."""
    rows = visit.receptions.filter(unanswered=False).select_related("by", "stands_in_for")
    found: Reception | None = rows.order_by("since", "pk").first()
    return found


def state(reception: Reception) -> str:
    """`answered`, `missed` (the next was called), `waiting` for an answer, or `over` without one."""
    if reception.answered_at:
        return "answered"
    if reception.until is None:
        return "waiting"
    return "missed" if reception.unanswered else "over"


def answerable(here: Workplace) -> QuerySet[Visit]:
    """Visits of which somebody may say that they come, or whether the visitor is gone: the desk of all, others where they were called."""
    rows: QuerySet[Visit] = Visit.objects.filter(project=here.project)
    return rows if here.may(Right.DESK) else rows.filter(receptions__by=here.user).distinct()


def concerns(here: Workplace, visit: Visit) -> bool:
    """Whether somebody received this visitor, or was stood in for."""
    mine = Q(by=here.user) | Q(stands_in_for=here.user)
    return bool(visit.receptions.filter(mine).exists())


def in_order(visit: Visit) -> QuerySet[Reception]:
    """All of a visit with the people in them, the first one first."""
    rows: QuerySet[Reception] = visit.receptions.select_related("by", "stands_in_for", "arranged_by")
    return rows.order_by("since", "pk")


def of_visit(here: Workplace, visit: Visit, at: datetime) -> dict[str, Any]:
    """What the page of a visit shows: whoever is called now, each reception with its reason and the queue before and after."""
    rows = list(in_order(visit))
    queued = {pk for row in rows for pk in (*row.queue_before, *row.queue_after)}
    names = {pk: user.name for pk, user in User.objects.in_bulk(queued).items()}
    lines = [
        {
            "row": row, "because": because(row), "state": state(row), "before": _named(row.queue_before, names),
            "after": _named(row.queue_after, names), "moved": row.queue_before != row.queue_after,
        }
        for row in rows
    ]  # fmt: skip
    now = next((row for row in rows if row.until is None), None)
    return {"receptions": lines, "now": now, "call": _call(here, visit, now, at)}


def _named(queue: list[int], names: dict[int, str]) -> str:
    return _("、").join(names.get(pk, "–") for pk in queue)


def _call(here: Workplace, visit: Visit, now: Reception | None, at: datetime) -> dict[str, Any] | None:
    """Who is called and has not answered, whether that is the reader, and from when on the desk may call the next."""
    if now is None or now.answered_at or visit.left_at:
        return None
    seconds = rules_of(visit.site).answer_seconds
    over = now.since + timedelta(seconds=seconds)
    return {"mine": now.by_id == here.user.pk, "seconds": seconds, "over": over <= at, "until": over}
