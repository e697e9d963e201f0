"""设置 → 保存期限: for how long each class of data is kept."""

from datetime import datetime
from typing import Any

from people.workplace import Workplace
from trail import retention
from trail.models import Periodic, RetentionTerm
from trail.retention import CLASSES, Kept

JOB = "forget_outlived"


def change_term(*, here: Workplace, code: str, days: int, at: datetime) -> RetentionTerm:
    """Keep a class so many days from now on. Raises Refusal for what nobody may set, and outside of what the law leaves open."""
    return retention.change_term(code=code, days=days, by=here.user.pk, project=here.project.code, at=at)


def classes(at: datetime) -> list[dict[str, Any]]:
    """Every class with its time, and how many the next run will let go of (`count`; None: never any)."""
    run, kept = next_run() or at, retention.terms()
    return [
        {"kept": one, "days": kept[one.code], "count": _count(one, kept[one.code], run)} for one in CLASSES.values()
    ]


def next_run() -> datetime | None:
    """When the job runs next; None before a worker ran for the first time."""
    return Periodic.objects.filter(name=JOB).values_list("next_at", flat=True).first()


def _count(one: Kept, days: int | None, run: datetime) -> int | None:
    return one.count(retention.before(run, days)) if one.count and days is not None else None
