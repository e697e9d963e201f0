"""The way of a sanction: told, answered, decided by a second person, signed for or not, released to Finance (trust.md §4.2, G32).

No step can be left out (`penalties/steps.py`), and none happens by itself.
"""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.money import yuan
from penalties import powers
from penalties.models import Nature, Sanction, SanctionStep
from penalties.schedule import row_of
from penalties.services.carrying_out import carry_out, undo
from penalties.services.gates import not_paused, payable_here
from penalties.services.recording import again, take
from penalties.services.stepping import tell
from penalties.terms import answer_until, appeal_until
from people.models import Membership
from people.roles import Right, roles_with
from people.workplace import Workplace
from trail.refusals import Refusal, need_words

K = SanctionStep.Kind
TO_ANSWER, TO_DECIDE, TO_SIGN = "sanction.noticed", "sanction.answered", "sanction.decided"
TO_POST, RESULT = "sanction.payable", "sanction.result"


@transaction.atomic
def notice_sanction(
    *, here: Workplace, sanction: Sanction, fact: str, evidence: str, own_fault: str = "", at: datetime
) -> SanctionStep:
    """Tell whom it is against: the fact, the rule, the amount, the evidence; from then on they have at least five working days.

    Raises Refusal: not one's to handle (404), the ruling is under appeal (409), no fact or evidence, and for the fine of a superior
    no fault of their own (D01-P.c5: nobody answers for others alone).
    """
    row = _handled(here, sanction)
    not_paused(row)
    fact = need_words(fact, "notice_incomplete", _("告知要写清事实和证据"), field="fact")
    evidence = need_words(evidence, "notice_incomplete", _("告知要写清事实和证据"), field="evidence")
    said = [_("事实：%(what)s") % {"what": fact[:400]}, _("证据：%(what)s") % {"what": evidence[:300]}]
    if needs_own_fault(row):
        own_fault = need_words(
            own_fault, "own_fault_missing", _("写明上级自己错在哪里；只因下属受罚，不能连带"), field="own_fault"
        )
        said.append(_("本人过错：%(what)s") % {"what": own_fault[:200]})
    until = answer_until(row.project, at)
    step = take(row, K.NOTICED, by=here.user, at=at, text="\n".join(said), due_at=until)
    words = gettext_noop("【处分】%(no)s 要处分你，先看事实和依据，在期限内写申辩")
    tell(row, powers.told(row, at), kind=TO_ANSWER, sentence=words, at=at, to_do=True)
    return step


def needs_own_fault(row: Sanction) -> bool:
    """Whether it is a sanction for what others did (连带): D01-P.c5."""
    found = row_of(row.clause, row.kind)
    return found is not None and found.own_fault


@transaction.atomic
def answer_sanction(*, here: Workplace, sanction: Sanction, text: str, at: datetime) -> SanctionStep:
    """Whom it is against says their side, once, within the term. Raises Refusal: not theirs (404), empty, too late (409)."""
    row = _theirs(here, sanction)
    text = need_words(text, "answer_empty", _("写下你的说明"), field="text")
    if row.last.kind == K.NOTICED and row.last.due_at and at >= row.last.due_at:
        raise Refusal("answer_late", _("申辩期过了，决定以后还可以申诉"), status=409)
    step = take(row, K.ANSWERED, by=here.user, at=at, text=text[:1000])
    words = gettext_noop("【处分】%(no)s 本人写了申辩，可以决定了")
    tell(row, powers.deciders(row, at), kind=TO_DECIDE, sentence=words, at=at, to_do=True)
    return step


@transaction.atomic
def decide_sanction(
    *, here: Workplace, sanction: Sanction, reason: str, amount_fen: int | None = None, at: datetime
) -> SanctionStep:
    """A second person decides, after the answer or the end of its term; what is not money is carried out (G-17, G32).

    Raises Refusal: who proposed it, is a party, or whose superior it is about (403); too early, or the ruling is under appeal
    (409); an amount outside what the clause allows; no reason.
    """
    row = again(sanction)
    _second_person(here, row, at)
    not_paused(row)
    until = row.last.due_at
    if row.last.kind == K.NOTICED and until and at < until:
        said = _("先等本人申辩：没有写，期限到 %(until)s") % {"until": _shown(row, until)}
        raise Refusal("unheard", said, status=409)
    reason = need_words(reason, "reason_missing", _("写明理由，本人看得到"), field="reason")
    step = take(
        row, K.DECIDED, by=here.user, at=at, text=reason[:1000], amount_fen=_amount(row, amount_fen),
        due_at=appeal_until(row.project, at),
    )  # fmt: skip
    carry_out(row, at)
    words = gettext_noop("【处分】%(no)s 决定了，去签收；不服可以申诉")
    tell(row, powers.told(row, at), kind=TO_SIGN, sentence=words, at=at, to_do=True)
    others = [pk for pk in powers.handlers(row, at) if pk != here.user.pk]
    tell(row, others, kind="sanction.told", sentence=gettext_noop("【处分】%(no)s 决定了"), at=at)
    return step


def _second_person(here: Workplace, row: Sanction, at: datetime) -> None:
    if not here.may(Right.PUNISH) or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("由主管、总经理决定"), status=404)
    if here.user.pk not in powers.deciders(row, at):
        said = _("由另一个人决定：不是提出人、不是当事人、不是本人的下属；主管的和解除的由总经理定")
        raise Refusal("second_person", said, status=403)


def _amount(row: Sanction, given: int | None) -> int | None:
    """What was decided, within the range. Raises Refusal outside of it."""
    if row.nature == Nature.NON_MONETARY:
        return None
    amount = given or row.amount_fen
    low, high = row.minimum_fen or 1, row.maximum_fen or row.amount_fen
    if amount is None:
        raise Refusal("amount_missing", _("填金额"), field="amount")
    if amount < low or (high is not None and amount > high):
        said = _("这一条的金额在 %(low)s 到 %(high)s 之间（G-17）")
        raise Refusal("amount_outside", said % {"low": yuan(low), "high": yuan(high or amount)}, field="amount")
    return amount


@transaction.atomic
def drop_sanction(*, here: Workplace, sanction: Sanction, reason: str, at: datetime) -> SanctionStep:
    """It is not gone on with, before it was decided. Raises Refusal: not one's to handle (404), no reason, decided by now (409)."""
    row = _handled(here, sanction)
    _reasoned(reason)
    known = row.step(K.NOTICED)
    step = take(row, K.DROPPED, by=here.user, at=at, text=reason.strip()[:1000])
    if known:
        tell(row, powers.told(row, at), kind=RESULT, sentence=gettext_noop("【处分】%(no)s 不办了，看理由"), at=at)
    return step


@transaction.atomic
def acknowledge_sanction(*, here: Workplace, sanction: Sanction, at: datetime) -> SanctionStep:
    """Whom it is against signs that they read it; they may still appeal. Raises Refusal: not theirs (404), not decided (409)."""
    return take(_theirs(here, sanction), K.ACKNOWLEDGED, by=here.user, at=at)


@transaction.atomic
def record_refusal(*, here: Workplace, sanction: Sanction, text: str, at: datetime) -> SanctionStep:
    """Whom it is against does not sign: that is put on record, with who was there, and holds nothing up (trust.md §4.2)."""
    row = _handled(here, sanction)
    text = need_words(text, "refusal_incomplete", _("写明什么时候、谁在场"), field="text")
    return take(row, K.REFUSED_TO_SIGN, by=here.user, at=at, text=text[:1000])


@transaction.atomic
def release_sanction(*, here: Workplace, sanction: Sanction, at: datetime) -> SanctionStep:
    """It may be posted by Finance from now on: a person says so, after the term to appeal (trust.md §4.2).

    Raises Refusal: not one's to handle (404), a kind that is never paid here, such as a fine that is only recorded, the term to
    appeal runs, the ruling is under appeal (409).
    """
    row = _handled(here, sanction)
    not_paused(row)
    payable_here(row)
    decided = row.step(K.DECIDED)
    if decided and decided.due_at and at < decided.due_at and not row.step(K.APPEAL_DECIDED):
        said = _("申诉期到 %(until)s，到了再放行") % {"until": _shown(row, decided.due_at)}
        raise Refusal("appeal_runs", said, status=409)
    step = take(row, K.PAYABLE, by=here.user, at=at, amount_fen=row.in_force_fen)
    words = gettext_noop("【处分】%(no)s 可以入账了")
    tell(row, _keepers(row, at), kind=TO_POST, sentence=words, at=at, to_do=True)
    return step


@transaction.atomic
def reverse_sanction(*, here: Workplace, sanction: Sanction, reason: str, at: datetime) -> SanctionStep:
    """It is taken back by a step against it; what was posted Finance gives back. By the general manager, once money has moved.

    Raises Refusal: not one's to handle (404, 403), no reason, reversed already or never decided (409).
    """
    row = _handled(here, sanction)
    _reasoned(reason)
    if not powers.reverses(here, row):
        raise Refusal("reverse_by_general", _("已经入账的，由总经理撤销"), status=403)
    return take_back(here, row, reason, at)


def take_back(here: Workplace, row: Sanction, reason: str, at: datetime) -> SanctionStep:
    """Write the step against it, end what runs, and say so."""
    step = take(row, K.REVERSED, by=here.user, at=at, text=reason.strip()[:1000])
    undo(row, at)
    tell(row, powers.told(row, at), kind=RESULT, sentence=gettext_noop("【处分】%(no)s 撤销了，看理由"), at=at)
    if row.rest_fen < 0:
        words = gettext_noop("【处分】%(no)s 撤销了，扣过的要退回")
        tell(row, _keepers(row, at), kind=TO_POST, sentence=words, at=at, to_do=True)
    return step


def _keepers(row: Sanction, at: datetime) -> list[int]:
    return Membership.objects.people(row.project, roles_with(Right.BOOKKEEPING), at)


def _reasoned(reason: str) -> None:
    need_words(reason, "reason_missing", _("写明理由"), field="reason")


def _handled(here: Workplace, sanction: Sanction) -> Sanction:
    row = again(sanction)
    if not powers.handles(here, row):
        raise Refusal("not_yours", _("由没有牵涉的主管或总经理办"), status=404)
    return row


def _theirs(here: Workplace, sanction: Sanction) -> Sanction:
    row = again(sanction)
    if not powers.theirs(here, row):
        raise Refusal("not_yours", _("只有本人能办"), status=404)
    return row


def _shown(row: Sanction, moment: datetime) -> str:
    return date_format(localtime(moment, row.project.zone), "Y-m-d H:i")
