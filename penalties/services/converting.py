"""A fine that nobody was told of becomes something lawful instead: a reduction of variable pay, or a sanction without money."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.sanctions import SanctionKind
from penalties import powers
from penalties.models import Nature, Sanction, SanctionStep
from penalties.nature import MONEY
from penalties.schedule import SUSPENSION_DAYS
from penalties.services.recording import again, create, take
from people.workplace import Workplace
from trail.refusals import Refusal

INSTEAD = tuple(kind for kind in SanctionKind if kind not in MONEY and kind != SanctionKind.DISMISSAL)


@transaction.atomic
def convert_sanction(
    *, here: Workplace, sanction: Sanction, instead: str, days: int | None = None, at: datetime
) -> Sanction:
    """Drop a proposed fine and propose what takes its place: `variable_pay`, or a kind without money (trust.md §4.2).

    Raises Refusal: not one's to handle (404), no fine, told by now (409), fewer than three days of suspension.
    """
    row = again(sanction)
    if not powers.handles(here, row):
        raise Refusal("not_yours", _("由没有牵涉的主管或总经理办"), status=404)
    if row.nature != Nature.FINE or row.last.kind != SanctionStep.Kind.PROPOSED:
        raise Refusal("not_convertible", _("只有还没告知的罚款能改"), status=409)
    if instead not in (Nature.VARIABLE_PAY, *INSTEAD):
        raise Refusal("instead_unknown", _("选一样"), field="instead")
    if instead == SanctionKind.SUSPENSION and (days or SUSPENSION_DAYS) < SUSPENSION_DAYS:
        raise Refusal("too_few_days", _("停接至少 3 天（D17-1.h3）"), field="days")
    made = _made(here, row, instead, days, at)
    take(row, SanctionStep.Kind.DROPPED, by=here.user, at=at, text=made.no)
    return made


def _made(here: Workplace, row: Sanction, instead: str, days: int | None, at: datetime) -> Sanction:
    kept: dict[str, Any] = {
        "project": row.project, "to": row.to, "organisation": row.organisation, "clause": row.clause, "policy": row.policy,
        "act": row.act, "case": row.case, "fact": row.fact, "reason": row.reason, "replaces": row, "by": here.user, "at": at,
    }  # fmt: skip
    if instead == Nature.VARIABLE_PAY:
        money: dict[str, Any] = {
            "amount_fen": row.amount_fen,
            "minimum_fen": row.minimum_fen,
            "maximum_fen": row.maximum_fen,
        }
        return create(kind=row.kind, nature=Nature.VARIABLE_PAY, **money, **kept)
    usual = {SanctionKind.SUSPENSION: SUSPENSION_DAYS, SanctionKind.RECTIFY: 7}.get(SanctionKind(instead))
    return create(kind=instead, nature=Nature.NON_MONETARY, days=(days or usual) if usual else None, **kept)
