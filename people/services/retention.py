"""设置 → 保存期限: for how long each class of data is kept."""

from datetime import datetime
from typing import Any

from people.workplace import Workplace
from trail import retention
from trail.models import OutlivedCount, RetentionTerm
from trail.retention import CLASSES


def change_term(*, here: Workplace, code: str, days: int, at: datetime) -> RetentionTerm:
    """Keep a class so many days from now on. Raises Refusal for what nobody may set, and outside of what the law leaves open."""
    return retention.change_term(code=code, days=days, by=here.user.pk, project=here.project.code, at=at)


def classes(at: datetime) -> list[dict[str, Any]]:
    """Every class with its time, and how many the next run will let go of (`count`; None: never any), as of when (`counted_at`)."""
    kept, counts = retention.terms(), retention.counts(at)
    return [{"kept": one, "days": kept[code]} | _count(counts.get(code)) for code, one in CLASSES.items()]


def _count(row: OutlivedCount | None) -> dict[str, Any]:
    return {"count": row.count, "counted_at": row.at} if row else {"count": None, "counted_at": None}
