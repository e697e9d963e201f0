"""Who tries numbers through: found among the questions of the last day, and told to managers and administrators (trust.md §2.3).

It runs on its own, so that no question takes longer because of what was asked before.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from leads.models import PreCheck, Registration
from leads.models.register import Answer
from people.models import Membership, Project
from people.roles import Role
from trail import limits
from trail import services as trail

MISSES = 20  # free customers whom somebody asked for in a day and did not report
LOOKED_AT = timedelta(days=1)


def alert_probing(*, at: datetime) -> int:
    """Tell the managers and administrators of everybody who was over a limit, or asked for MISSES free customers and reported none of them.

    Once for each person and day, also with two workers at once. Gives how many were told of.
    """
    return sum(_alert(row, at) for row in _suspects(at))


def _suspects(at: datetime) -> list[dict[str, Any]]:
    """Project, person, questions over a limit and misses."""
    reported = {"by": OuterRef("by"), "project": OuterRef("project"), "m34": OuterRef("bucket")}
    unused = Q(answer=Answer.CLEAR, over=False) & ~Q(Exists(Registration.objects.filter(**reported)))
    projects = list(Project.objects.values_list("pk", flat=True))  # by name, so that the index of each is read
    asked = PreCheck.objects.filter(project__in=projects, at__gt=at - LOOKED_AT, at__lte=at).order_by()
    rows = asked.values("project", "by").annotate(
        overs=Count("pk", filter=Q(over=True)), misses=Count("index", distinct=True, filter=unused)
    )
    suspects: Any = rows.filter(Q(overs__gt=0) | Q(misses__gte=MISSES)).order_by("project", "by")
    return list(suspects)


@transaction.atomic
def _alert(row: dict[str, Any], at: datetime) -> bool:
    if not limits.take(f"probing:{row['project']}:{row['by']}", limit=1, within=LOOKED_AT, at=at):
        return False
    project = Project.objects.get(pk=row["project"])
    counts = {"overs": row["overs"], "misses": row["misses"]}
    trail.note(
        by="system", action="precheck.probing", subject=f"user:{row['by']}", at=at, project=project.code, **counts
    )
    watching = Membership.objects.people(project, [Role.MANAGER, Role.ADMINISTRATOR], at)
    for pk in (pk for pk in watching if pk != row["by"]):
        trail.tell(
            to=pk, kind="precheck.probing", project=project.code, link=f"/prechecks?by={row['by']}", to_do=True, at=at,
            sentence=gettext_noop("有人一天里查重太多：超限 %(overs)s 次，查了没报 %(misses)s 个。看看是不是在试号码"), **counts,
        )  # fmt: skip
    return True
