"""A manager proposes a sanction: from an accusation that was established, or conduct that a manager found (never from a rumour)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.sanctions import SanctionKind
from leads.money import yuan
from penalties import powers
from penalties.models import Accusation, AccusationStep, Nature, Sanction
from penalties.nature import natures_for
from penalties.policy import policy_at
from penalties.reads import handles
from penalties.repeats import for_the_same, times_before
from penalties.schedule import SUSPENSION_DAYS, Act, Proposed, Row, proposed, schedule
from penalties.services.accusing import again
from penalties.services.recording import create
from penalties.services.stepping import tell
from people.models import Organisation, Project, User
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal, need_words
from visits.models import Conduct

PROPOSED = "sanction.proposed"
UNSETTLED = ("D01-P.c4", "D01-P.c5")  # they punish that nobody settled, beside what punishes an act (G-31)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a manager proposes: kind, what it is in law, money in fen, days, the clause, and why."""

    kind: str
    reason: str
    nature: str = ""
    amount_fen: int | None = None
    days: int | None = None
    clause: str = ""
    against_agency: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sanction is for: whom it would meet, the act as it was found, its number and case, the fact in words."""

    project: Project
    to: User
    act: Act
    number: str
    case: str
    fact: str
    at: datetime


def of_accusation(row: Accusation) -> Ground | None:
    """What an accusation comes to: established, against the accused; knowingly false, against who reported; else nothing."""
    found = row.finding
    if found is None:
        return None
    if found.kind == AccusationStep.Kind.ESTABLISHED:
        act = Act(row.kind, found.severity or "normal", found.stopped, found.customer_lost, found.loss_fen)
        return Ground(row.project, row.against, act, row.no, row.case, found.text, row.happened_at)
    if found.malicious:
        return Ground(row.project, row.by, Act("false_report"), row.no, row.case, found.text, row.at)
    return None


def of_conduct(row: Conduct) -> Ground | None:
    """What conduct at the desk comes to, once a manager found that it was so (D18-6, D17-1.1, D17-2.6)."""
    found = row.decided
    if found is None or not found.established:
        return None
    act = Act(row.kind, stopped=row.stopped)
    return Ground(row.project, row.by, act, f"{powers.CONDUCT}{row.pk}", "", found.reason, row.happened_at)


def offered(ground: Ground, at: datetime) -> list[Proposed]:
    """What the schedule of the policy in force proposes for it (G-17, G-31)."""
    rows = schedule(policy_at(ground.project, at))
    return proposed(rows, ground.act, times_before(ground.project, ground.to, at))


@transaction.atomic
def propose_from_accusation(*, here: Workplace, accusation: Accusation, plan: Plan, at: datetime) -> Sanction:
    """A sanction for what an accusation established. Raises Refusal: not one's to handle (404), not established (409), and `_checked`."""
    if not handles(here, accusation, at):
        raise Refusal("not_yours", _("由处理这件举报的人提出"), status=404)
    return _propose(here, of_accusation(again(accusation)), plan, at)


@transaction.atomic
def propose_from_conduct(*, here: Workplace, conduct: Conduct, plan: Plan, at: datetime) -> Sanction:
    """A sanction for conduct that was found. Raises Refusal: no manager or named in it (404), not established (409), and `_checked`."""
    if not here.may(Right.PUNISH) or conduct.project_id != here.project.pk:
        raise Refusal("not_yours", _("由主管、总经理提出"), status=404)
    return _propose(here, of_conduct(conduct), plan, at)


def _propose(here: Workplace, ground: Ground | None, plan: Plan, at: datetime) -> Sanction:
    if ground is None:
        raise Refusal("not_established", _("没有认定属实，不能处分"), status=409)
    if here.user == ground.to:
        raise Refusal("not_yours", _("不能处分自己"), status=404)
    User.objects.select_for_update(of=("self",)).get(
        pk=ground.to.pk
    )  # of two proposals at once the second sees the first
    row = _row(ground, plan, at)
    whom = _whom(ground, plan, at)
    _checked(ground, whom, plan, row, at)
    person = whom if isinstance(whom, User) else None
    made = create(
        project=ground.project, to=person, organisation=None if person else whom, kind=plan.kind,
        nature=plan.nature or natures_for(ground.project, whom, plan.kind, at)[0], amount_fen=plan.amount_fen,
        minimum_fen=row.low if row and plan.amount_fen else None, maximum_fen=_most(ground, plan, row), days=_days(plan),
        clause=plan.clause, policy=policy_at(ground.project, at), act=ground.number, case=ground.case, fact=ground.fact[:500],
        reason=plan.reason.strip()[:300], by=here.user, at=at,
    )  # fmt: skip
    words = gettext_noop("【处分】%(no)s 提出了处分，等你告知本人")
    tell(
        made,
        [pk for pk in powers.handlers(made, at) if pk != here.user.pk],
        kind=PROPOSED,
        sentence=words,
        at=at,
        to_do=True,
    )
    return made


def _row(ground: Ground, plan: Plan, at: datetime) -> Row | None:
    """The row of the schedule in force that the plan names."""
    rows = schedule(policy_at(ground.project, at))
    fitting = [row for row in rows if row.clause == plan.clause and row.fits(ground.act) and not row.by_ruling]
    return next((row for row in fitting if any(step.kind == plan.kind for step in row.steps)), None)


def _whom(ground: Ground, plan: Plan, at: datetime) -> User | Organisation:
    """The person, or where it is asked for the agency that they work for."""
    if not plan.against_agency:
        return ground.to
    held = ground.to.memberships.at(at).filter(project=ground.project, organisation__kind="distributor")
    found = held.select_related("organisation").first()
    if found is None:
        raise Refusal("no_agency", _("TA 不是分销公司的人"), field="against_agency")
    agency: Organisation = found.organisation
    return agency


def _checked(ground: Ground, whom: User | Organisation, plan: Plan, row: Row | None, at: datetime) -> None:
    """Raises Refusal: nothing of the kind in law, a clause that does not provide for it, a sum outside of its range, too few days,
    the general manager fined as a superior, or another sanction for the same act (G-31)."""
    reason = plan.reason if plan.kind in SanctionKind.values else ""
    need_words(reason, "reason_missing", _("选处分、写理由"), field="reason")
    if plan.nature and plan.nature not in natures_for(ground.project, whom, plan.kind, at):
        raise Refusal("nature_wrong", _("这种处分不能这样算"), field="nature")
    if plan.clause and row is None:
        raise Refusal("clause_wrong", _("制度的这一条没有规定这样处分"), field="clause")
    _money(ground, whom, plan, row, at)
    if plan.kind == SanctionKind.SUSPENSION and (plan.days or SUSPENSION_DAYS) < SUSPENSION_DAYS:
        raise Refusal("too_few_days", _("停接至少 3 天（D17-1.h3）"), field="days")
    person = whom if isinstance(whom, User) else None
    others = for_the_same(ground.project, person, ground.number, ground.case)
    claim = Q(kind=SanctionKind.COMPENSATION)  # what is owed for a loss is no punishment: beside it, once
    others = others.filter(claim) if plan.kind == SanctionKind.COMPENSATION else others.exclude(claim)
    if person and (found := others.exclude(clause__in=UNSETTLED).first()):
        said = _("同一件事已经有处分 %(no)s：只留最重的一个。要换，先把它停掉（G-31）")
        raise Refusal("punished_already", said % {"no": found.no}, status=409)


def _money(ground: Ground, whom: User | Organisation, plan: Plan, row: Row | None, at: datetime) -> None:
    nature = plan.nature or natures_for(ground.project, whom, plan.kind, at)[0]
    if (nature == Nature.NON_MONETARY) == (plan.amount_fen is not None):
        raise Refusal("amount_missing", _("涉及钱的填金额，不涉及的不填"), field="amount")
    if nature == Nature.CONTRACT_PENALTY and not plan.clause:
        raise Refusal("clause_missing", _("违约金要写合同或制度的条款"), field="clause")
    low, high = (row.low or 1 if row else 1), _most(ground, plan, row)
    if plan.amount_fen is not None and (plan.amount_fen < low or (high is not None and plan.amount_fen > high)):
        said = _("这一条的金额在 %(low)s 到 %(high)s 之间（G-17）")
        raise Refusal("amount_outside", said % {"low": yuan(low), "high": yuan(high or low)}, field="amount")


def _most(ground: Ground, plan: Plan, row: Row | None) -> int | None:
    """The most that may be asked: of a loss what was proven (D13-6.2), else what the clause allows."""
    if plan.kind == SanctionKind.COMPENSATION:
        return ground.act.loss_fen or 0
    return row.high if row and plan.amount_fen is not None else None


def _days(plan: Plan) -> int | None:
    if plan.kind == SanctionKind.SUSPENSION:
        return plan.days or SUSPENSION_DAYS
    return plan.days or 7 if plan.kind == SanctionKind.RECTIFY else None
