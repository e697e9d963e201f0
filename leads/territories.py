"""Whose region or trade a customer is of (D14-4.2, D03-3.1b, D02-4.4).

A region goes before a trade; a row that names both holds only where both fit, and goes before one that names the region alone.
Of several that fit alike the heaviest weight goes first; the weight is the same for everybody until somebody changes it
(D03-2.3b). Of several with the same weight, all hold it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from leads.models import Territory
from people.models import Membership, Project, User
from people.roles import SELLING


def in_force(project: Project, at: datetime) -> QuerySet[Territory]:
    """The map of a project at a moment."""
    rows = Territory.objects.filter(Q(until__isnull=True) | Q(until__gt=at), project=project, since__lte=at)
    return rows.select_related("user", "team").order_by("region", "industry", "-weight", "pk")


def holding(rows: Iterable[Territory], region: str, industry: str) -> list[Territory]:
    """The rows that decide about a customer of this region and trade; none where nobody holds either."""
    fitting = [row for row in rows if row.region in ("", region) and row.industry in ("", industry)]
    closest = (
        [row for row in fitting if row.region and row.industry] or [row for row in fitting if row.region] or fitting
    )
    most = max((row.weight for row in closest), default=0)
    return [row for row in closest if row.weight == most]


def holders(project: Project, rows: Iterable[Territory], at: datetime) -> list[User]:
    """Who these rows name; of a team, its people who sell here."""
    rows = list(rows)
    teams = [row.team_id for row in rows if row.team_id]
    named = Q(pk__in=[row.user_id for row in rows if row.user_id])
    if teams:
        sells = Membership.objects.at(at).filter(project=project, team__in=teams, role__in=SELLING)
        named |= Q(memberships__in=sells)
    return list(User.objects.filter(named).distinct().order_by("name", "pk")) if rows else []
