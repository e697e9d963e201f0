"""How often somebody was sanctioned before, and what stands for the same act already (G-17, G-31). Read only."""

from datetime import datetime

from django.db.models import Q, QuerySet

from penalties.models import Sanction, SanctionStep
from people.models import Project, User

K = SanctionStep.Kind


def year_before(moment: datetime) -> datetime:
    """The same day of the year before; 28 February for the 29th."""
    try:
        return moment.replace(year=moment.year - 1)
    except ValueError:
        return moment.replace(year=moment.year - 1, day=28)


def times_before(project: Project, user: User, at: datetime) -> int:
    """For how many acts somebody was sanctioned, as decided and not reversed, within the twelve months before (G-17)."""
    steps = SanctionStep.objects.filter(kind=K.DECIDED, at__gt=year_before(at), at__lt=at).values("sanction")
    rows = standing(Sanction.objects.filter(project=project, to=user, pk__in=steps))
    return int(rows.values("act").distinct().count())


def standing(rows: QuerySet[Sanction]) -> QuerySet[Sanction]:
    """Without what was dropped or reversed."""
    over = SanctionStep.objects.filter(kind__in=(K.DROPPED, K.REVERSED)).values("sanction")
    return rows.exclude(pk__in=over)


def for_the_same(project: Project, user: User | None, act: str, case: str) -> QuerySet[Sanction]:
    """What stands against somebody for the same act, or for the same case (G-31)."""
    same = Q(act=act) | (Q(case=case) if case else Q(pk__in=[]))
    found: QuerySet[Sanction] = standing(Sanction.objects.filter(same, project=project, to=user))
    return found
