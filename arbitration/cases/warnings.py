"""Early warnings (预警): those that nobody has looked at, of these two together; no case is open about any of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from arbitration.models import Collision, EarlyWarning
from leads.models import IdentityQuestion
from people.models import User
from people.workplace import Workplace

SHOWN_FOR = timedelta(days=30)  # what nothing came of by then is over


@dataclass(slots=True)
class Pair:
    """Two people, and the customers whom both may be after, the latest first."""

    by: User
    owner: User
    warnings: list[EarlyWarning] = field(default_factory=list)


def rows(here: Workplace, at: datetime) -> QuerySet[EarlyWarning]:
    """What is to be looked at: not where a case opened, or a person said who it is."""
    cases = Collision.objects.filter(project=OuterRef("project"), customer=OuterRef("customer"))
    opened = Exists(cases.unruled()) | Exists(cases.filter(opened_at__gte=OuterRef("at")))
    about = Q(registration=OuterRef("registration")) | Q(customer=OuterRef("about"), candidates=OuterRef("customer"))
    answered = Exists(IdentityQuestion.objects.filter(about, answer__isnull=False))
    found = EarlyWarning.objects.filter(project=here.project, dismissed_at__isnull=True, last_at__gt=at - SHOWN_FOR)
    merged = Q(about=F("customer"))  # the two records are one by now
    return found.exclude(opened).exclude(answered).exclude(merged).order_by("-last_at", "-pk")


def count_rows(here: Workplace, at: datetime) -> Any:
    """How many there are, as a row (`n`); none where there is none."""
    return rows(here, at).order_by().values("project").annotate(n=Count("pk"))


def shown(found: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
    """With what a line shows."""
    return found.select_related("by", "owner", "customer", "about").prefetch_related("customer__phones")


def pairs(found: Iterable[EarlyWarning]) -> list[Pair]:
    """Of each two people together, in the order of their latest."""
    grouped: dict[tuple[int, int], Pair] = {}
    for row in found:
        grouped.setdefault((row.by_id, row.owner_id), Pair(row.by, row.owner)).warnings.append(row)
    return list(grouped.values())
