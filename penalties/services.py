"""Keeping what a ruling proposes against somebody. Nothing is posted: a second person decides later (trust.md §4)."""

from datetime import datetime

from django.utils.translation import gettext_noop

from arbitration.models import Appeal, Claim, Ruling
from arbitration.services import Sanction
from penalties.models import SanctionProposal
from trail import services as trail


def propose_sanctions(*, ruling: Ruling, sanctions: list[Sanction], at: datetime) -> None:
    """List the sanctions of a ruling as proposals."""
    for sanction in sanctions:
        SanctionProposal.objects.create(
            project=ruling.collision.project, ruling=ruling.no, to=sanction.to, kind=sanction.kind,
            amount_fen=sanction.amount_fen, clause=sanction.clause, reason=sanction.reason, by=ruling.by, at=at,
        )  # fmt: skip


def tell_sanctioned(*, appeal: Appeal, at: datetime) -> None:
    """A ruling is under appeal: whoever it proposes sanctions against and is no party hears that they wait (G-27)."""
    case = appeal.ruling.collision
    named = SanctionProposal.objects.filter(ruling=appeal.ruling.no)
    others = named.exclude(to__in=Claim.objects.filter(collision=case).values("user"))
    for pk in others.order_by("to").values_list("to", flat=True).distinct():
        trail.tell(
            to=pk, kind="sanction.paused", project=case.project.code, at=at, no=appeal.ruling.no,
            sentence=gettext_noop("【处罚】%(no)s 申诉中，对你的处罚建议先停"),
        )  # fmt: skip
