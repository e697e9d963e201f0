"""申诉 (G-27): a party objects to a ruling, once, within the term; the next level upholds it or has the case heard anew.

Meanwhile nothing is paid or punished by that ruling: the apps on the right ask `arbitration.appeals.pending`.
"""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration import appeals
from arbitration.models import Appeal, Collision, Ruling
from arbitration.services.levels import rulers
from arbitration.services.opening import lock, touch
from arbitration.services.recording import note, tell_parties
from arbitration.services.ruling import reopen
from arbitration.signals import appeal_closed, appeal_opened
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

State = Appeal.State
TO_DECIDE = "collision.appeal"
HEARD = "collision.appealed"


def may_appeal(here: Workplace, ruling: Ruling, at: datetime) -> None:
    """Raises Refusal where this person cannot object to this ruling now."""
    case = ruling.collision
    if case.project_id != here.project.pk or not case.claims.filter(user=here.user).exists():
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    if ruling.appeals.filter(by=here.user).exists():
        raise Refusal("appealed_already", _("同一份裁定只能申诉一次，你已经申诉过了（G-27）"), status=409)
    if ruling.superseded_by:
        raise Refusal("superseded", _("这份裁定已经被新的取代，要申诉就对新的申诉（G-27）"), status=409)
    if not case.closed:
        raise Refusal("heard_anew", _("这件案子正在重新审理，等新的裁定（G-27）"), status=409)
    end = appeals.until(ruling, appeals.days_of(case))
    if at >= end:
        said = _("申诉期到 %(until)s 为止，已经过了（G-27）") % {"until": _shown(end, case)}
        raise Refusal("appeal_late", said, status=409)


def _shown(moment: datetime, case: Collision) -> str:
    return date_format(localtime(moment, case.project.zone), "Y-m-d H:i")


def may_decide_appeal(here: Workplace, appeal: Appeal, at: datetime) -> None:
    """Raises Refusal where this person cannot decide on this appeal now (G-27, G-47)."""
    ruling = appeal.ruling
    if not here.may(Right.RULE) or ruling.collision.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件申诉不归你处理"), status=404)
    if here.user not in appeals.deciders(ruling, at):
        raise Refusal(
            "recused", _("申诉由上一级处理：没有参与这件案子的总经理，先由没签过这份裁定的（G-27、G-47）"), status=403
        )
    _still_open(appeal)


def may_withdraw_appeal(here: Workplace, appeal: Appeal) -> None:
    """Raises Refusal where this appeal is not this person's to take back, or not any more."""
    if appeal.by != here.user:
        raise Refusal("not_yours", _("只有申诉人能撤回申诉"), status=404)
    _still_open(appeal)


def _still_open(appeal: Appeal) -> None:
    if appeal.state != State.OPEN:
        said = _("这件申诉已经有结果了：%(state)s（G-27）") % {"state": appeal.get_state_display()}
        raise Refusal("appeal_closed", said, status=409)


@transaction.atomic
def open_appeal(*, here: Workplace, ruling: Ruling, reason: str, at: datetime) -> Appeal:
    """A party objects to a ruling (G-27). Payments and sanctions by it wait from now on.

    Raises Refusal: no party, a second time, after the term, a ruling that is not in force or is being heard anew.
    """
    locked, found = _locked(ruling)
    may_appeal(here, found, at)
    reason = need_words(reason, "reason_missing", _("写明为什么不服，上一级和对方看得到"), field="reason")
    appeal = Appeal.objects.create(
        no=trail.next_number("SS", at), ruling=found, by=here.user, reason=reason[:2000], at=at
    )
    touch(locked, here.user, at)
    for user in appeals.deciders(found, at):
        trail.tell(
            to=user.pk, kind=TO_DECIDE, project=locked.project.code, link=f"/cases/{locked.no}", at=at, to_do=True,
            sentence=gettext_noop("【申诉】%(no)s 的裁定有人申诉，等你处理"), no=locked.no,
        )  # fmt: skip
    tell_parties(locked, HEARD, gettext_noop("【申诉】%(no)s 有人申诉，裁定的付款和处罚先停"), at, but=here.user)
    note(here, locked, "appeal.open", at, appeal=appeal.no, ruling=found.no)
    appeal_opened.send(sender=Appeal, appeal=appeal, at=at)
    return appeal


def _locked(ruling: Ruling) -> tuple[Collision, Ruling]:
    """The case, locked, and its ruling as it stands now."""
    case = lock(ruling.collision)
    found = Ruling.objects.get(pk=ruling.pk)
    found.collision = case
    return case, found


def _again(appeal: Appeal) -> tuple[Collision, Appeal]:
    case, ruling = _locked(appeal.ruling)
    found = Appeal.objects.get(pk=appeal.pk)
    found.ruling = ruling
    return case, found


@transaction.atomic
def decide_appeal(*, here: Workplace, appeal: Appeal, accepts: bool, reason: str, at: datetime) -> Appeal:
    """The next level upholds the ruling (维持), or has the case heard anew (重新审理): the ruling then stays in force until
    another supersedes it, and what waits goes on waiting. Others who appealed against the same ruling are answered alike.

    Raises Refusal: not one's level, decided or withdrawn by now, no reason, another case about the customer that is not ruled.
    """
    case, locked = _again(appeal)
    may_decide_appeal(here, locked, at)
    reason = need_words(reason, "reason_missing", _("写明理由，双方都看得到"), field="reason")
    state = State.ACCEPTED if accepts else State.UPHELD
    answered = list(locked.ruling.appeals.filter(state=State.OPEN)) if accepts else [locked]
    for one in answered:
        one.ruling = locked.ruling
        _close(one, state, at, here, reason)
    note(here, case, "appeal.decide", at, appeal=locked.no, outcome=state)
    if accepts:
        case = reopen(here=here, case=case, reason=reason, at=at)
        _call_who_rules(case, at)
    else:
        touch(case, here.user, at)
    sentence = (
        gettext_noop("【申诉】%(no)s 申诉成立，重新审理")
        if accepts
        else gettext_noop("【申诉】%(no)s 的裁定维持，看理由")
    )
    tell_parties(case, HEARD, sentence, at)
    return Appeal.objects.get(pk=locked.pk)


def _call_who_rules(case: Collision, at: datetime) -> None:
    for user in rulers(case, at):
        trail.tell(
            to=user.pk, kind="collision.escalated", project=case.project.code, link=f"/cases/{case.no}", at=at,
            to_do=True, sentence=gettext_noop("【申诉】%(no)s 重新审理，等你裁定"), no=case.no,
        )  # fmt: skip


def _close(appeal: Appeal, state: str, at: datetime, here: Workplace, reason: str) -> None:
    appeal.state, appeal.decided_by, appeal.decided_at = state, here.user, at
    appeal.decided_why = reason.strip()[:2000]
    appeal.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    _ended(appeal, at)


def _ended(appeal: Appeal, at: datetime) -> None:
    if not appeal.ruling.appeals.filter(state=State.OPEN).exists():
        trail.done(kind=TO_DECIDE, link=f"/cases/{appeal.ruling.collision.no}", at=at)
    appeal_closed.send(sender=Appeal, appeal=appeal, at=at)


@transaction.atomic
def withdraw_appeal(*, here: Workplace, appeal: Appeal, at: datetime) -> Appeal:
    """Who appealed takes it back while it is undecided; they cannot appeal against that ruling again (G-27: once)."""
    case, locked = _again(appeal)
    may_withdraw_appeal(here, locked)
    locked.state = State.WITHDRAWN
    locked.save(update_fields=["state"])
    touch(case, here.user, at)
    tell_parties(case, HEARD, gettext_noop("【申诉】%(no)s 的申诉撤回了"), at, but=here.user)
    note(here, case, "appeal.withdraw", at, appeal=locked.no)
    _ended(locked, at)
    return locked
