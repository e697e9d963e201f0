"""Who has seen how many whole numbers, and who asked to see more."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from leads.models import NumberLeave
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail.models import Entry

SPAN = timedelta(days=30)
BY_LINE = ("notebook.export", "visits.export", "export.ask")  # those that say `whole` hold as many numbers as `lines`


def seen(user: User, at: datetime) -> int:
    """How many whole numbers this person has seen in the thirty days before, by the audit log."""
    mine = _lately(at).filter(actor=str(user.pk))
    return sum(_by_actor(mine).values())


def seen_most(here: Workplace, at: datetime) -> list[dict[str, Any]]:
    """Who has seen how many in this project; the most first."""
    counts = _by_actor(_lately(at).filter(project=here.project.code))
    people = User.objects.in_bulk([int(actor) for actor in counts if actor.isdigit()])
    rows = [{"who": people[int(actor)], "n": n} for actor, n in counts.items() if actor.isdigit()]
    return sorted(rows, key=lambda row: (-row["n"], row["who"].name))


def _lately(at: datetime) -> "QuerySet[Entry]":
    return Entry.objects.filter(at__gt=at - SPAN, at__lte=at)


def _by_actor(entries: "QuerySet[Entry]") -> dict[str, int]:
    found: dict[str, int] = {}
    lines = entries.filter(action__in=BY_LINE, detail__whole=True).values("actor")
    for row in lines.annotate(n=Sum(Cast(KT("detail__lines"), BigIntegerField()))):
        found[row["actor"]] = row["n"] or 0
    looks = entries.filter(action="phone.reveal").values_list("actor", flat=True)
    handed = (
        entries.filter(action="person.exported").values_list("actor", "subject", "at").distinct()
    )  # a line in each project
    for actor in [*looks, *(actor for actor, _subject, _at in handed)]:
        found[actor] = found.get(actor, 0) + 1
    return found


def leaves(here: Workplace) -> "QuerySet[NumberLeave]":
    """One's own, the newest first; of whoever decides or may stand in, all of the project."""
    rows = NumberLeave.objects.filter(project=here.project).select_related("user", "first_by", "decided_by")
    rows = rows if here.may(Right.PRIVACY) or here.may(Right.SETTINGS) else rows.filter(user=here.user)
    return rows.order_by("-asked_at", "-pk")
