"""奖励 (D04-5.1): whoever cooperated in a collision and has outstanding results gets a commendation, a bonus or both."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.models import CaseEvent, Claim, Collision, Statement
from penalties.models import Reward, RewardStep
from penalties.services.stepping import link_of, next_step, tell
from people.models import Membership, User
from people.roles import Right, roles_with
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

K = RewardStep.Kind
PREFIX = "JL"
TO_APPROVE, APPROVED = "reward.proposed", "reward.approved"


@transaction.atomic
def propose_reward(
    *, here: Workplace, to: User, kind: str, case: str, cooperation: str, results: str, amount_fen: int | None = None, at: datetime,
) -> Reward:  # fmt: skip
    """Propose a reward: cooperation in a collision and outstanding results, both (D04-5.1).

    Raises Refusal: no right (404), oneself, no part in that collision (T2: results alone do not do), nothing said of either, a bonus
    without an amount.
    """
    if not here.may(Right.PUNISH):
        raise Refusal("not_yours", _("由主管、总经理提出"), status=404)
    if to == here.user:
        raise Refusal("rewards_self", _("选另一个人"), field="to")
    if not took_part(here, to, case):
        raise Refusal("not_eligible", _("TA 没有参加过这件撞单的协作，业绩再好也不按这一条奖（D04-5.1）"), field="case")
    cooperation = need_words(cooperation, "reward_incomplete", _("协作和业绩都要写"), field="cooperation")
    results = need_words(results, "reward_incomplete", _("协作和业绩都要写"), field="results")
    if (kind == Reward.Kind.COMMENDATION) == (amount_fen is not None):
        raise Refusal("amount_missing", _("奖金要填金额，表扬不填"), field="amount")
    made: Reward = Reward.objects.create(
        no=trail.next_number(PREFIX, at), project=here.project, to=to, kind=kind, amount_fen=amount_fen, case=case,
        cooperation=cooperation[:300], results=results[:300], by=here.user, at=at,
    )  # fmt: skip
    RewardStep.objects.create(reward=made, number=1, kind=K.PROPOSED, by=here.user, at=at)
    _note(made, "propose", here.user, at)
    words = gettext_noop("【奖励】%(no)s 等你批准")
    tell(made, approvers(made, at), kind=TO_APPROVE, sentence=words, at=at, to_do=True)
    return made


def took_part(here: Workplace, user: User, case: str) -> bool:
    """Whether somebody has a part in a collision: a claim, a statement, or something they put on record there."""
    found = Collision.objects.filter(no=case, project=here.project).first()
    if found is None:
        return False
    rows: tuple[Any, ...] = (
        Claim.objects.filter(collision=found, user=user),
        Statement.objects.filter(collision=found, by=user),
        CaseEvent.objects.filter(collision=found, by=user),
    )
    return any(row.exists() for row in rows)


def approvers(row: Reward, at: datetime) -> list[int]:
    """Managers who neither proposed it nor get it."""
    able = Membership.objects.people(row.project, roles_with(Right.PUNISH), at)
    return [pk for pk in able if pk not in (row.by_id, row.to_id)]


@transaction.atomic
def approve_reward(*, here: Workplace, reward: Reward, at: datetime) -> RewardStep:
    """A manager approves what another proposed; a bonus may be paid from then on. Raises Refusal: not theirs (404, 403), done (409)."""
    row = _second(here, reward, at)
    step = _add(row, K.APPROVED, here.user, at)
    tell(row, [row.to_id], kind=APPROVED, sentence=gettext_noop("【奖励】%(no)s 批准了，看看"), at=at)
    return step


@transaction.atomic
def drop_reward(*, here: Workplace, reward: Reward, reason: str, at: datetime) -> RewardStep:
    """It is not gone on with. Raises Refusal: not theirs (404), no reason, decided by now (409)."""
    row = _again(reward)
    if not here.may(Right.PUNISH) or row.project_id != here.project.pk or row.to_id == here.user.pk:
        raise Refusal("not_yours", _("由主管、总经理办"), status=404)
    reason = need_words(reason, "reason_missing", _("写明理由"), field="reason")
    return _add(row, K.DROPPED, here.user, at, text=reason[:300])


def _second(here: Workplace, reward: Reward, at: datetime) -> Reward:
    row = _again(reward)
    if not here.may(Right.PUNISH) or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("由主管、总经理批准"), status=404)
    if here.user.pk not in approvers(row, at):
        raise Refusal("second_person", _("由另一位主管批准：不是提出人，也不是得奖人"), status=403)
    return row


def _again(row: Reward) -> Reward:
    found: Reward = Reward.objects.select_related("project", "to", "by").prefetch_related("steps").get(pk=row.pk)
    return found


def _add(row: Reward, kind: RewardStep.Kind, by: User, at: datetime, **columns: Any) -> RewardStep:
    if row.last.kind != K.PROPOSED:
        raise Refusal("reward_decided", _("这份奖励已经定了"), status=409)
    stale = _("这份奖励刚有人办了一步。看最新的")
    step: RewardStep = next_step(row, stale=stale, kind=kind, by=by, at=at, **columns)
    trail.done(link=link_of(row), at=at)
    _note(row, kind, by, at)
    return step


def _note(row: Reward, what: str, by: User, at: datetime) -> None:
    trail.note(by=by.pk, action=f"reward.{what}", subject=f"reward:{row.no}", at=at, project=row.project.code)
