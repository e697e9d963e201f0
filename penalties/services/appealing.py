"""An appeal against a sanction: within the term, once, to the general manager who did not decide it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.money import yuan
from penalties import powers
from penalties.models import Sanction, SanctionStep
from penalties.services.process import RESULT, take_back
from penalties.services.recording import again, take
from penalties.services.stepping import tell
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal, need_words

K = SanctionStep.Kind
TO_DECIDE = "sanction.appealed"


@transaction.atomic
def appeal_sanction(*, here: Workplace, sanction: Sanction, reason: str, at: datetime) -> SanctionStep:
    """Whom it is against objects; nothing becomes payable meanwhile. Raises Refusal: not theirs (404), late or a second time (409)."""
    row = again(sanction)
    if not powers.theirs(here, row):
        raise Refusal("not_yours", _("只有本人能申诉"), status=404)
    decided = row.step(K.DECIDED)
    if decided and decided.due_at and at >= decided.due_at:
        raise Refusal("appeal_late", _("申诉期过了"), status=409)
    reason = need_words(reason, "reason_missing", _("写明为什么不服"), field="reason")
    step = take(row, K.APPEALED, by=here.user, at=at, text=reason[:1000])
    words = gettext_noop("【处分】%(no)s 本人申诉，等你处理")
    tell(row, powers.appeal_deciders(row, at), kind=TO_DECIDE, sentence=words, at=at, to_do=True)
    return step


@transaction.atomic
def decide_sanction_appeal(
    *, here: Workplace, sanction: Sanction, accepts: bool, reason: str, amount_fen: int | None = None, at: datetime
) -> SanctionStep:
    """The next level upholds it, lowers its amount, or takes it back. Raises Refusal: not one's level (404, 403), no reason, more
    than was decided, no appeal (409)."""
    row = again(sanction)
    if not here.may(Right.PUNISH) or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("由总经理处理申诉"), status=404)
    if here.user.pk not in powers.appeal_deciders(row, at):
        raise Refusal("second_person", _("申诉由没有牵涉、没有作决定的总经理处理"), status=403)
    reason = need_words(reason, "reason_missing", _("写明理由，本人看得到"), field="reason")
    amount = None if accepts else _lowered(row, amount_fen)
    step = take(row, K.APPEAL_DECIDED, by=here.user, at=at, text=reason[:1000], amount_fen=amount)
    if accepts:
        return take_back(here, row, reason, at)
    tell(row, powers.told(row, at), kind=RESULT, sentence=gettext_noop("【处分】%(no)s 的申诉有结果了，看理由"), at=at)
    return step


def _lowered(row: Sanction, given: int | None) -> int | None:
    """What is left of the amount; an appeal never makes it more."""
    was = row.in_force_fen
    if given is None or was is None:
        return was
    if not 0 < given <= was:
        said = _("申诉后的金额不能比 %(was)s 多；要全免，就认申诉成立") % {"was": yuan(was)}
        raise Refusal("amount_outside", said, field="amount")
    return given
