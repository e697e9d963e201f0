"""Keeping what a ruling proposes against somebody. Nothing is posted: a second person decides later (trust.md §4)."""

from datetime import datetime

from arbitration.models import Ruling
from arbitration.services import Sanction
from penalties.models import SanctionProposal


def propose_sanctions(*, ruling: Ruling, sanctions: list[Sanction], at: datetime) -> None:
    """List the sanctions of a ruling as proposals."""
    for sanction in sanctions:
        SanctionProposal.objects.create(
            project=ruling.collision.project, ruling=ruling.no, to=sanction.to, kind=sanction.kind,
            amount_fen=sanction.amount_fen, clause=sanction.clause, reason=sanction.reason, by=ruling.by, at=at,
        )  # fmt: skip
