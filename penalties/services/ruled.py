"""What a ruling proposes against somebody (signal `ruling_issued`), and that it waits while the ruling is under appeal."""

from datetime import datetime

from django.utils.translation import gettext_noop

from arbitration.models import Appeal, Claim, Ruling
from arbitration.services import Sanction as Ruled
from penalties import powers
from penalties.models import Sanction, SanctionStep
from penalties.nature import nature_of
from penalties.repeats import standing, times_before
from penalties.schedule import SUSPENSION_DAYS, row_of, weight
from penalties.services.recording import again, create, take
from penalties.services.stepping import tell
from trail import services as trail

K = SanctionStep.Kind
PROPOSED = "sanction.proposed"


def propose_sanctions(*, ruling: Ruling, sanctions: list[Ruled], at: datetime) -> None:
    """List what a ruling proposes: for each person the heaviest, and beside it what punishes that nobody settled (G-31: D01-P.c4, c5).

    What an earlier ruling of the case had proposed falls away: dropped, or reversed where it was decided.
    """
    _supersede(ruling, at)
    for one in _concurrent(sanctions):
        row = _proposal(ruling, one, at)
        words = gettext_noop("【处分】%(no)s 裁定提出了处分，等你告知本人")
        tell(row, powers.handlers(row, at), kind=PROPOSED, sentence=words, at=at, to_do=True)


def _concurrent(sanctions: list[Ruled]) -> list[Ruled]:
    """One for each person, the heaviest, of equals the earlier; and each of those that stand beside it once (G-31, G-43)."""
    best: dict[int, Ruled] = {}
    beside: dict[tuple[int, str], Ruled] = {}
    for one in sanctions:
        row = row_of(one.clause, one.kind)
        if row is not None and row.additional:
            beside.setdefault((one.to.pk, one.clause), one)
            continue
        kept = best.get(one.to.pk)
        if kept is None or weight(one.kind, one.amount_fen) > weight(kept.kind, kept.amount_fen):
            best[one.to.pk] = one
    return [*best.values(), *beside.values()]


def _proposal(ruling: Ruling, one: Ruled, at: datetime) -> Sanction:
    """With the range of its clause; a repeat within twelve months brings what the clause provides for one (G-17)."""
    project, row = ruling.collision.project, row_of(one.clause, one.kind)
    amount, nature = one.amount_fen, nature_of(project, one.to, one.kind, one.clause, at)
    if row and amount and not row.additional:
        step = row.step(times_before(project, one.to, at))
        amount = max(amount, step.amount or 0) if step.kind == one.kind else amount
    days = {"suspension": SUSPENSION_DAYS, "rectify": 7}.get(one.kind)
    money = row is not None and one.kind == "fine"
    return create(
        project=project, to=one.to, kind=one.kind, nature=nature, amount_fen=amount if nature != "non_monetary" else None,
        minimum_fen=row.low if money and row else None, maximum_fen=_high(row.high if money and row else None, amount),
        days=days, clause=one.clause, policy=str(ruling.policy or ""), act=ruling.no, case=ruling.collision.no,
        reason=one.reason[:300], by=ruling.by, at=at,
    )  # fmt: skip


def _high(high: int | None, amount: int | None) -> int | None:
    """The most that the clause allows; of what a policy sets higher itself, that."""
    return max(high, amount) if high is not None and amount is not None else high


def _supersede(ruling: Ruling, at: datetime) -> None:
    """Another ruling in the same case: what the earlier ones proposed no longer has a ruling."""
    rows = Sanction.objects.filter(project=ruling.collision.project, case=ruling.collision.no, act__startswith="CD-")
    for row in map(again, standing(rows.exclude(act=ruling.no))):
        kind = K.REVERSED if row.step(K.DECIDED) else K.DROPPED
        known = row.step(K.NOTICED)
        take(row, kind, by=ruling.by, at=at, text=ruling.no)
        if known:
            words = gettext_noop("【处分】%(no)s 不算了：案子有了新的裁定")
            tell(row, powers.told(row, at), kind="sanction.result", sentence=words, at=at)


def tell_sanctioned(*, appeal: Appeal, at: datetime) -> None:
    """A ruling is under appeal: whoever it proposes sanctions against and is no party hears that they wait (G-27)."""
    case = appeal.ruling.collision
    named = standing(Sanction.objects.filter(act=appeal.ruling.no, to__isnull=False))
    others = named.exclude(to__in=Claim.objects.filter(collision=case).values("user"))
    for pk in others.order_by("to").values_list("to", flat=True).distinct():
        trail.tell(
            to=pk, kind="sanction.paused", project=case.project.code, at=at, no=appeal.ruling.no,
            sentence=gettext_noop("【处罚】%(no)s 申诉中，对你的处罚建议先停"),
        )  # fmt: skip
