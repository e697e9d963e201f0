"""What has to be so before somebody signs a ruling (签字前检查): each with what to do, and what it stops where it is not."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.appeals import heard_by_another
from arbitration.cases.judgement import brought
from arbitration.cases.opened import deals_of
from arbitration.cases.parties import by_letter, led_by
from arbitration.cases.proposals import Proposal
from arbitration.models import Collision, Ruling
from leads.money import yuan
from people.roles import Right, Role
from people.workplace import Workplace
from trail.refusals import Refusal

CONFLICT, AUTHORITY = "G-47", "X-13"
RULINGS = frozenset({Ruling.Kind.AGREED.value, Ruling.Kind.OTHERWISE.value})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to be so before signing. `stops`: the kinds of decision that cannot be signed while it is not; `todo`: what helps.

    `waivable`: it can be signed all the same, where whoever rules says so and why.
    """

    name: str
    ok: bool
    label: str
    todo: str = ""
    clause: str = ""
    stops: frozenset[str] = frozenset()
    waivable: bool = False


def checklist(here: Workplace, case: Collision, proposal: Proposal, at: datetime) -> list[Check]:
    """The checks, in the order in which somebody would look."""
    return [
        _judged(case, proposal),
        _heard(case, at),
        _ripe(case, proposal),
        _conflict(here, case),
        _authority(here, case),
    ]


def stopped(checks: list[Check], kind: str, *, unheard: bool = False) -> None:
    """Raises Refusal (409) with the clause where a gate is shut for this kind of decision; `unheard`: that one is waived."""
    for check in checks:
        if check.ok or kind not in check.stops or (check.waivable and unheard):
            continue
        why = f"{check.todo}（{check.clause}）" if check.clause else check.todo
        raise Refusal(f"gate_{check.name}", why, field="unheard" if check.waivable else "", status=409)


def _judged(case: Collision, proposal: Proposal) -> Check:
    n = sum(row.open for row in brought(case, proposal.findings()))
    todo = ngettext("还有 %(n)s 条证据没认定：先写采信或不采信", "还有 %(n)s 条证据没认定：先写采信或不采信", n) % {
        "n": n
    }
    return Check("judged", n == 0, _("证据都认定了"), todo, stops=frozenset({Ruling.Kind.AGREED.value}))


def _heard(case: Collision, at: datetime) -> Check:
    """Every party said something, or was asked to and the term is over."""
    said = {row.by_id for row in case.statements.all()}
    silent = [claim.user.name for claim in by_letter(case) if claim.user_id not in said]
    over = case.evidence_due is not None and case.evidence_due <= at
    todo = _("%(who)s还没陈述：要求补证据，或勾「没陈述也裁」并在理由里写明为什么") % {"who": "、".join(silent)}
    return Check("heard", not silent or over, _("各方都陈述过"), todo, stops=RULINGS, waivable=True)


def _ripe(case: Collision, proposal: Proposal) -> Check:
    """Before the day that the policy names nobody rules (D07-8.2a)."""
    if proposal.status != "on_hold" or proposal.ruling is None:
        return Check("ripe", True, _("可裁日已到"))
    until, rules = proposal.ruling.get("until"), proposal.rules
    clause = next((id_ for id_ in proposal.ruling["fired"] if "hold" in rules[id_].then), "")
    if until:
        day = date_format(localtime(datetime.fromisoformat(until), case.project.zone), "DATE_FORMAT")
        todo = _("还没到可裁日：%(day)s 起可以裁") % {"day": day}
    else:
        todo = _("还没到可以裁的时候，先等制度说的那件事发生")
    return Check("ripe", False, _("可裁日已到"), todo, clause, RULINGS)


def _conflict(here: Workplace, case: Collision) -> Check:
    why = recused(here, case)
    return Check("conflict", not why, _("没有利益冲突"), why, CONFLICT, RULINGS | {"evidence"})


def conflict_in(checks: list[Check]) -> str:
    """Why this person may not rule, as the checks found it; empty when they may."""
    return next(check.todo for check in checks if check.name == "conflict")


def _authority(here: Workplace, case: Collision) -> Check:
    """Above the amount that the project sets, only the general manager signs; none set: always within."""
    limit = case.project.terms.sign_limit_yuan
    at_stake = commissions(case) or 0
    ok = limit is None or at_stake <= limit * 100 or Role.GENERAL_MANAGER in here.roles
    todo = _("涉及佣金 %(sum)s，超过 %(limit)s 由总经理签：上报总经理") % {
        "sum": yuan(at_stake),
        "limit": yuan((limit or 0) * 100),
    }
    return Check("authority", ok, _("金额在权限内"), "" if ok else todo, AUTHORITY, RULINGS)


def commissions(case: Collision) -> int | None:
    """The commissions that hang on a case, in fen: of all contracts of the customer here, whenever they were signed."""
    fens = [deal.commission_fen for deal in deals_of(case)]
    return sum(fens) if fens else None


def may_pass_up(here: Workplace, case: Collision) -> bool:
    """Whether there is a level above this person that the case has not reached."""
    return here.may(Right.RULE) and Role.GENERAL_MANAGER not in here.roles and not case.with_general_manager


def recused(here: Workplace, case: Collision) -> str:
    """Why this person may not rule on this case (G-47); empty when they may."""
    parties = {claim.user_id for claim in case.claims.all()}
    if here.user.pk in parties:
        return _("你是这件案子的当事人，不能裁")
    if case.with_general_manager and Role.GENERAL_MANAGER not in here.roles:
        return _("这件案子已上报，由总经理裁")
    if Role.GENERAL_MANAGER not in here.roles and 0 < len(led_by(here.user, case)) < len(parties):
        return _("你是其中一方的直属领导，不能裁这一件。请上报总经理")
    if heard_by_another(case, here.user):
        return _("这件案子因为对你裁定的申诉重新审理，由另一位总经理裁")
    return ""
