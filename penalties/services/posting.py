"""What Finance did with a sanction or a bonus, written where the sanction is. Called by finance's own service, in its transaction."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from penalties import payable
from penalties.models import Reward, RewardStep, Sanction, SanctionStep
from penalties.services.recording import again, take
from people.models import User
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def mark_posted(*, no: str, entry_no: str, amount_fen: int, at: datetime, by: User) -> SanctionStep | RewardStep:
    """So many fen of it stand in the ledger now, in this entry; negative: they were given back. By a person, never by itself.

    Raises Refusal: nothing is due under this number (409), more than may be deducted this month from whoever it is against
    (`penalties/guard.py`), more than is left.
    """
    reward = Reward.objects.select_related("project").prefetch_related("steps").filter(no=no).first()
    if reward is not None:
        return _bonus(reward, entry_no, amount_fen, at, by)
    row = again(get_object_or_404(Sanction, no=no))
    if row.to_id:  # two deductions of one wage do not look at the same rest of it
        User.objects.select_for_update(of=("self",)).get(pk=row.to_id)
    found = next((due for due in payable.due(row.project, at) if due.no == no), None)
    _within(found, amount_fen)
    return take(row, SanctionStep.Kind.POSTED, by=by, at=at, amount_fen=amount_fen, entry_no=entry_no)


def _bonus(reward: Reward, entry_no: str, amount_fen: int, at: datetime, by: User) -> RewardStep:
    found = next((due for due in payable.rewards(reward.project, at) if due.no == reward.no), None)
    _within(found, amount_fen)
    try:
        with transaction.atomic():
            step = RewardStep.objects.create(
                reward=reward, number=reward.last.number + 1, kind=RewardStep.Kind.POSTED, amount_fen=amount_fen,
                entry_no=entry_no, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refusal("stale", _("这份奖励刚有人办了一步。看最新的"), status=409) from error
    trail.note(
        by=by.pk, action="reward.posted", subject=f"reward:{reward.no}", at=at, project=reward.project.code
    )  # fmt: skip
    return step


def _within(due: payable.Due | None, amount_fen: int) -> None:
    """Raises Refusal for nothing due, and for more than is."""
    if due is None:
        raise Refusal("not_due", _("这一笔现在不能入账"), status=409)
    back = due.rest_fen < 0
    if amount_fen == 0 or (amount_fen < 0) != back or abs(amount_fen) > abs(due.deductible_fen):
        raise Refusal("over_the_guard", due.why or _("比还能入账的多"), status=409)
