"""协商 (G-48): the parties write down what they agree on, each confirms it, and then it is a fact of the case.

Whether the policy lets an agreement go before its rules, and what it cannot set aside (X-23), the policy says; a person still signs.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.cases.parties import Party, parties
from arbitration.cases.proposals import policy_of
from arbitration.models import CaseEvent, Collision, Confirmation, Settlement
from arbitration.services.gates import recused
from arbitration.services.opening import lock, touch
from arbitration.services.recording import note, put_on_record, tell_parties
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

State = Settlement.State
OPEN, SETTLED, FAILED = "open", "settled", "failed"
WHOLE = 10_000
TO_CONFIRM = "collision.terms"
TALKS = "collision.talks"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed on: in words, who gets how much (basis points by `Party.key`, 0 too), and who follows the customer.

    `owner` None: nothing changes there.
    """

    text: str
    shares: dict[str, int]
    owner: User | None = None


def sides_of(case: Collision) -> list[Party]:
    """Who has to confirm: the parties as the policy of the case has them."""
    return parties(case, policy_of(case))


def side_of(user: User, sides: list[Party]) -> Party | None:
    """The side that somebody is of."""
    return next((side for side in sides if user in side.people), None)


def answered(settlement: Settlement, sides: list[Party]) -> set[str]:
    """The keys of the sides of which somebody has said yes or no."""
    who = {row.by_id for row in settlement.confirmations.all()}
    return {side.key for side in sides if who & {user.pk for user in side.people}}


def confirmed(case: Collision) -> Settlement | None:
    """The terms that all have confirmed, the latest."""
    rows = [row for row in case.settlements.all() if row.state == State.CONFIRMED]
    return max(rows, key=lambda row: (row.closed_at, row.pk), default=None)


def may_write(here: Workplace, case: Collision) -> list[Party]:
    """Raises Refusal where this person may not write terms in this case now; gives who has to confirm them."""
    sides = sides_of(case)
    if side_of(here.user, sides) is None and (not here.may(Right.RULE) or recused(here, case)):
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    _still_open(here, case)
    if len(sides) < 2:
        raise Refusal("one_side", _("这件案子只有一方，没有可以协商的（G-48）"), status=409)
    if any(row.state == State.OPEN for row in case.settlements.all()):
        raise Refusal("terms_open", _("已经有一份条款在等确认：先回应它，或者请写的人撤回（G-48）"), status=409)
    return sides


def may_answer(here: Workplace, settlement: Settlement) -> list[Party]:
    """Raises Refusal where this person cannot say yes or no to these terms; gives who has to confirm them."""
    case = settlement.collision
    sides = sides_of(case)
    side = side_of(here.user, sides)
    if side is None:
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    _still_open(here, case)
    _terms_open(settlement)
    if side.key in answered(settlement, sides):
        raise Refusal("answered_already", _("你这一方已经答复过了，答复不能改（G-48）"), status=409)
    return sides


def may_withdraw(here: Workplace, settlement: Settlement) -> None:
    """Raises Refusal where these terms are not this person's to take back, or not any more."""
    if settlement.by != here.user:
        raise Refusal("not_yours", _("只有写条款的人能撤回"), status=404)
    _terms_open(settlement)


def may_talk(here: Workplace, case: Collision) -> None:
    """Raises Refusal where this person cannot say how the talks stand."""
    if here.user.pk not in {claim.user_id for claim in case.claims.all()}:
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    _still_open(here, case)


def may_fail(here: Workplace, case: Collision) -> None:
    """Raises Refusal where this person cannot declare the talks failed: all have signed, or they have failed already."""
    may_talk(here, case)
    if confirmed(case) is not None:
        raise Refusal(
            "settled_already", _("各方都书面确认过了，一方不能反悔：要改，重写一份条款由各方确认（G-48）"), status=409
        )
    if _last_outcome(case) == FAILED:
        raise Refusal("failed_already", _("已经记过没有谈成；还想谈，写一份条款（G-48）"), status=409)


def _last_outcome(case: Collision) -> str | None:
    """How the talks stand: what was recorded last, or open again through terms written since."""
    talks = [row for row in case.events.all() if row.type == CaseEvent.Type.NEGOTIATION]
    last = max(talks, key=lambda row: (row.at, row.pk), default=None)
    if any(last is None or (row.at >= last.at and row.event_id != last.pk) for row in case.settlements.all()):
        return OPEN
    return last.payload["outcome"] if last else None


def _still_open(here: Workplace, case: Collision) -> None:
    if case.project_id != here.project.pk:
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    if case.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再协商（G-48）"), status=409)


def _terms_open(settlement: Settlement) -> None:
    if settlement.state != State.OPEN:
        said = _("这份条款已经有结果了：%(state)s（G-48）") % {"state": settlement.get_state_display()}
        raise Refusal("terms_closed", said, status=409)


@transaction.atomic
def write_terms(*, here: Workplace, case: Collision, agreement: Agreement, at: datetime) -> Settlement:
    """Write terms for the others to confirm; a party who writes them confirms them by that.

    Raises Refusal: not a party and not who rules, terms that wait already, shares that are not the whole (G-48), an owner who is
    no party.
    """
    locked = lock(case)
    sides = may_write(here, locked)
    _judge(agreement, sides)
    settlement = Settlement.objects.create(
        collision=locked, terms=agreement.text.strip()[:2000], owner=agreement.owner, shares=agreement.shares,
        by=here.user, at=at,
    )  # fmt: skip
    if side_of(here.user, sides):
        Confirmation.objects.create(settlement=settlement, by=here.user, agrees=True, at=at)
    touch(locked, here.user, at)
    trail.done(to=here.user.pk, kind="collision.duty", link=f"/cases/{locked.no}", at=at)
    for user in (user for side in sides if here.user not in side.people for user in side.people):
        trail.tell(
            to=user.pk, kind=TO_CONFIRM, project=locked.project.code, link=f"/cases/{locked.no}", at=at, to_do=True,
            sentence=gettext_noop("【协商】%(no)s 有一份书面条款等你确认"), no=locked.no,
        )  # fmt: skip
    note(here, locked, "settlement.write", at)
    return settlement


def _judge(agreement: Agreement, sides: list[Party]) -> None:
    need_words(agreement.text, "terms_empty", _("写下谈成了什么"), field="terms")
    keys = {side.key for side in sides}
    if set(agreement.shares) != keys or any(bp < 0 for bp in agreement.shares.values()):
        raise Refusal("shares_of_whom", _("每一方写一个比例，不分的写 0"), field="shares")
    if sum(agreement.shares.values()) != WHOLE:
        raise Refusal("shares_not_whole", _("比例加起来要正好 100%"), field=f"share_{sides[0].key}")
    if agreement.owner and not side_of(agreement.owner, sides):
        raise Refusal("owner_no_party", _("客户只能归当事人中的一位"), field="owner")


@transaction.atomic
def answer_terms(*, here: Workplace, settlement: Settlement, agrees: bool, why: str = "", at: datetime) -> Settlement:
    """A party's yes or no to written terms, once a side. The last yes makes them a fact of the case (G-48); one no ends them.

    Raises Refusal: answered already, terms that are closed by now, a no without a reason, terms that do not name everybody any more.
    """
    case = lock(settlement.collision)
    locked = Settlement.objects.get(pk=settlement.pk)
    locked.collision = case
    sides = may_answer(here, locked)
    if agrees and set(locked.shares) != {side.key for side in sides}:
        raise Refusal("party_joined", _("有新的一方加入，这份条款没有写到：重写一份（G-48）"), status=409)
    if not agrees:
        need_words(why, "reason_missing", _("写一句为什么不同意，对方看得到"), field="why")
    Confirmation.objects.create(settlement=locked, by=here.user, agrees=agrees, why=why.strip()[:300], at=at)
    trail.done(to=here.user.pk, kind=TO_CONFIRM, link=f"/cases/{case.no}", at=at)
    note(here, case, "settlement.confirm" if agrees else "settlement.reject", at)
    if not agrees:
        _close(locked, State.REJECTED, at)
        tell_parties(case, TALKS, gettext_noop("【协商】%(no)s 的条款有一方不同意"), at, but=here.user)
    elif len(answered(locked, sides)) == len(sides):
        _settle(here, case, locked, at)
        return locked
    touch(case, here.user, at)
    return locked


def _settle(here: Workplace, case: Collision, settlement: Settlement, at: datetime) -> None:
    """All have confirmed: what they agreed on is on record, and who rules hears of it."""
    payload = {
        "outcome": SETTLED, "shares": {key: bp for key, bp in settlement.shares.items() if bp},
        "confirmed_by": list(settlement.confirmations.order_by("at", "pk").values_list("by", flat=True)),
        "owner": settlement.owner_id,
    }  # fmt: skip
    type_ = CaseEvent.Type.NEGOTIATION
    settlement.event = put_on_record(
        here=here, case=case, type_=type_, payload=payload, action="collision.talks", at=at, outcome=SETTLED
    )
    _close(settlement, State.CONFIRMED, at)
    tell_parties(case, TALKS, gettext_noop("【协商】%(no)s 各方都确认了，等裁定"), at, but=here.user)


def _close(settlement: Settlement, state: str, at: datetime) -> None:
    settlement.state, settlement.closed_at = state, at
    settlement.save(update_fields=["state", "closed_at", "event"])
    trail.done(kind=TO_CONFIRM, link=f"/cases/{settlement.collision.no}", at=at)


@transaction.atomic
def withdraw_terms(*, here: Workplace, settlement: Settlement, at: datetime) -> Settlement:
    """Who wrote terms takes them back while not all have confirmed."""
    case = lock(settlement.collision)
    locked = Settlement.objects.get(pk=settlement.pk)
    locked.collision = case
    may_withdraw(here, locked)
    _close(locked, State.WITHDRAWN, at)
    touch(case, here.user, at)
    tell_parties(case, TALKS, gettext_noop("【协商】%(no)s 的条款撤回了"), at, but=here.user)
    note(here, case, "settlement.withdraw", at)
    return locked


@transaction.atomic
def record_talk(*, here: Workplace, case: Collision, at: datetime) -> CaseEvent:
    """A party has spoken with the other side, and they still talk (D08-5.4). Once a party."""
    locked = lock(case)
    may_talk(here, locked)
    if locked.events.filter(type=CaseEvent.Type.NEGOTIATION, by=here.user, payload__outcome=OPEN).exists():
        raise Refusal("talked_already", _("已经记过你和对方谈了；谈成了就写条款（D08-5.4）"), status=409)
    return _talks(here, locked, OPEN, gettext_noop("【协商】%(no)s 对方记了和你谈过"), at)


@transaction.atomic
def declare_failed(*, here: Workplace, case: Collision, at: datetime) -> CaseEvent:
    """谈不成: a party declares that the talks have failed; terms that wait are off. They may try again until the ruling (G-48)."""
    locked = lock(case)
    may_fail(here, locked)
    for waiting in locked.settlements.filter(state=State.OPEN):
        waiting.collision = locked
        _close(waiting, State.WITHDRAWN if waiting.by == here.user else State.REJECTED, at)
    return _talks(here, locked, FAILED, gettext_noop("【协商】%(no)s 有一方说谈不成"), at)


def _talks(here: Workplace, case: Collision, outcome: str, sentence: str, at: datetime) -> CaseEvent:
    trail.done(to=here.user.pk, kind="collision.duty", link=f"/cases/{case.no}", at=at)
    tell_parties(case, TALKS, sentence, at, but=here.user)
    return put_on_record(
        here=here, case=case, type_=CaseEvent.Type.NEGOTIATION, payload={"outcome": outcome}, action="collision.talks",
        at=at, outcome=outcome,
    )  # fmt: skip
