"""What a decided sanction does by itself, where it is no money: a suspension reaches the rotation, a term to put right is asked for.

A warning is the letter on its page. A dismissal is only ever proposed: the general manager's decision is on record, nothing else
happens here (trust.md §4.2).
"""

from datetime import datetime

from arbitration.sanctions import SanctionKind
from penalties.models import Sanction
from penalties.services.stepping import link_of
from trail import services as trail
from trail.sentences import counted_noop
from visits.models import TurnChange
from visits.services import adjust_turns, lift_suspension


def carry_out(row: Sanction, at: datetime) -> None:
    """A suspension runs from the next day 00:00 for so many days (D17-1.h3); where the ruling began it, it is not doubled (G-31)."""
    if row.kind == SanctionKind.SUSPENSION and row.to and not _suspended_by_ruling(row):
        adjust_turns(
            project=row.project, user=row.to, kind=TurnChange.Kind.SUSPEND, count=row.days or 0, source=row.no, at=at
        )  # fmt: skip
    if row.kind == SanctionKind.RECTIFY and row.to:
        trail.tell(
            to=row.to.pk, kind="sanction.rectify", project=row.project.code, link=link_of(row), at=at, to_do=True,
            sentence=counted_noop("【处分】%(no)s 要你在 %(days)s 天里改正"), no=row.no, days=row.days,
        )  # fmt: skip


def undo(row: Sanction, at: datetime) -> None:
    """What runs of it ends."""
    if row.kind == SanctionKind.SUSPENSION and row.to:
        lift_suspension(project=row.project, user=row.to, source=row.no, at=at)


def _suspended_by_ruling(row: Sanction) -> bool:
    return TurnChange.objects.filter(source=row.act, user=row.to, kind=TurnChange.Kind.SUSPEND).exists()
