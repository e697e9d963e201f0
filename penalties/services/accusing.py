"""举报 (D08-7.3, D11-M6, D21-M6): somebody reports a violation and proves it; a manager who is neither investigates and says.

Who reported is known to those who handle it and to nobody else: not in the audit log, not in messages, not in a sanction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.models import Claim
from penalties import reads
from penalties.models import Accusation, AccusationStep
from penalties.services.stepping import link_of, next_step, tell
from people.models import Membership, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

K = AccusationStep.Kind
PREFIX = "JB"
PROTECTED = "protected"  # how the audit log calls whoever reported (people/audit.py)
DAYS_FOR_EVIDENCE = timedelta(days=7)  # D11-M6b leaves it open
TO_HANDLE, RESULT = "accusation.filed", "accusation.result"


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: who did what, when, when the reporter found out; the case that it is about, if any; what proves it."""

    against: User
    kind: str
    what: str
    happened_at: datetime
    known_at: datetime
    case: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it: established with its severity (G-18) and what D17-1.h and D13-6.2 ask, or dismissed, perhaps as malicious."""

    established: bool
    reason: str
    severity: str = "normal"
    stopped: bool | None = None
    customer_lost: bool = False
    loss_fen: int | None = None
    malicious: bool = False


@transaction.atomic
def file_accusation(*, here: Workplace, report: Report, at: datetime) -> Accusation:
    """Report a violation. Raises Refusal: no right (404), oneself, a time that is not yet, nothing said, a case in which the reporter
    has no part."""
    if not here.may(Right.ACCUSE):
        raise Refusal("not_yours", _("你不能在这里举报"), status=404)
    _judge(here, report, at)
    made: Accusation = Accusation.objects.create(
        no=trail.next_number(PREFIX, at), project=here.project, against=report.against, kind=report.kind,
        what=report.what.strip()[:1000], happened_at=report.happened_at, known_at=report.known_at, case=report.case,
        by=here.user, at=at,
    )  # fmt: skip
    AccusationStep.objects.create(accusation=made, number=1, kind=K.FILED, by=here.user, at=at)
    _note(made, "file", PROTECTED, at)
    if report.evidence.strip():
        add_step(made, K.EVIDENCE, here.user, at, text=report.evidence.strip()[:1000])
    words = gettext_noop("【举报】%(no)s 等你调查")
    tell(made, reads.accusation_handlers(made, at), kind=TO_HANDLE, sentence=words, at=at, to_do=True)
    return made


def prompt(row: Accusation) -> bool:
    """Whether it was reported within 24 hours from when the reporter found out (D08-7.3)."""
    return row.at - row.known_at <= timedelta(hours=24)


def _judge(here: Workplace, report: Report, at: datetime) -> None:
    if report.against == here.user:
        raise Refusal("accuses_self", _("选另一个人"), field="against")
    if not Membership.objects.filter(project=here.project, user=report.against).exists():
        raise Refusal("not_here", _("选这个项目的人"), field="against")
    if report.kind not in Accusation.Kind.values:
        raise Refusal("kind_unknown", _("选一样"), field="kind")
    need_words(report.what, "what_missing", _("写下经过"), field="what")
    if not report.happened_at <= report.known_at <= at:
        raise Refusal("times_wrong", _("先发生，再知道，都不能比现在晚"), field="known_at")
    own = Claim.objects.filter(collision__no=report.case, collision__project=here.project, user=here.user)
    if report.case and not own.exists():
        raise Refusal("case_unknown", _("只能填你是当事人的案子"), field="case")


@transaction.atomic
def withdraw_accusation(*, here: Workplace, accusation: Accusation, at: datetime) -> AccusationStep:
    """Who reported takes it back (D04-5.2a: then no sanction). Raises Refusal: not theirs (404), closed (409)."""
    return add_step(own(here, accusation), K.WITHDRAWN, here.user, at)


@transaction.atomic
def take_accusation(*, here: Workplace, accusation: Accusation, at: datetime) -> AccusationStep:
    """The investigation begins. Raises Refusal: not one's to handle (404), begun or closed already (409)."""
    row = _handled(here, accusation, at)
    if any(step.kind == K.TAKEN for step in row.timeline):
        raise Refusal("taken_already", _("已经在调查了"), status=409)
    return add_step(row, K.TAKEN, here.user, at)


@transaction.atomic
def judge_evidence(
    *, here: Workplace, accusation: Accusation, number: int, accepted: bool, reason: str, at: datetime
) -> AccusationStep:
    """Whether a piece of evidence is taken (G-19). Raises Refusal: not one's to handle (404), no such piece, judged already (409)."""
    row = _handled(here, accusation, at)
    piece = next((step for step in row.evidence if step.number == number), None)
    if piece is None:
        raise Refusal("evidence_unknown", _("没有这份证据"), status=404)
    if piece.accepted is not None:
        raise Refusal("judged_already", _("这份证据已经认定过"), status=409)
    reason = need_words(reason, "reason_missing", _("写明理由"), field="reason")
    kind = K.ACCEPTED if accepted else K.REJECTED
    return add_step(row, kind, here.user, at, about=number, text=reason[:1000])


@transaction.atomic
def find_accusation(*, here: Workplace, accusation: Accusation, finding: Finding, at: datetime) -> AccusationStep:
    """Established or dismissed. The burden of proof is the reporter's: without accepted evidence nothing is established (D11-M6b).

    A sanction may be proposed from what was established (`propose_from_accusation`); against who reported only where it was
    knowingly false. Raises Refusal: not one's to handle (404), not investigated, unproven, closed (409), no reason.
    """
    row = _handled(here, accusation, at)
    if not any(step.kind == K.TAKEN for step in row.timeline):
        raise Refusal("not_investigated", _("先开始调查"), status=409)
    need_words(finding.reason, "reason_missing", _("写明依据，不写是谁举报的"), field="reason")
    if finding.established and not row.proven:
        raise Refusal("unproven", _("没有采信的证据，不能认定（谁举报谁举证）"), status=409)
    if finding.established:
        facts: dict[str, Any] = {
            "severity": finding.severity, "stopped": finding.stopped, "customer_lost": finding.customer_lost,
            "loss_fen": finding.loss_fen,
        }  # fmt: skip
    else:
        facts = {"malicious": finding.malicious}
    kind = K.ESTABLISHED if finding.established else K.DISMISSED
    step = add_step(row, kind, here.user, at, text=finding.reason.strip()[:1000], **facts)
    trail.done(link=link_of(row), at=at)
    tell(row, [row.by_id], kind=RESULT, sentence=gettext_noop("【举报】%(no)s 有结果了"), at=at)
    return step


def own(here: Workplace, accusation: Accusation) -> Accusation:
    """The accusation as it is now, to who reported it. Raises Refusal for everybody else (404)."""
    row = again(accusation)
    if row.by_id != here.user.pk or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("只有举报人能办"), status=404)
    return row


def _handled(here: Workplace, accusation: Accusation, at: datetime) -> Accusation:
    row = again(accusation)
    if not reads.handles(here, row, at):
        raise Refusal("not_yours", _("由没有牵涉的主管或总经理处理"), status=404)
    return row


def again(row: Accusation) -> Accusation:
    """The accusation with its steps as they are now."""
    found: Accusation = (
        Accusation.objects.select_related("project", "against", "by").prefetch_related("steps").get(pk=row.pk)
    )
    return found


def refuse_closed(row: Accusation) -> None:
    """Raises Refusal once something came of it (409)."""
    if row.finding is not None:
        raise Refusal("accusation_closed", _("这件举报已经有结果了"), status=409)


def add_step(row: Accusation, kind: AccusationStep.Kind, by: User, at: datetime, **columns: Any) -> AccusationStep:
    """The next step. Raises Refusal once something came of it, or where somebody was faster (409)."""
    refuse_closed(row)
    stale = _("这件举报刚有人办了一步。看最新的")
    step: AccusationStep = next_step(row, stale=stale, kind=kind, by=by, at=at, **columns)
    row.timeline.append(step)
    _note(row, kind, PROTECTED if by.pk == row.by_id else str(by.pk), at)
    return step


def _note(row: Accusation, what: str, by: str, at: datetime) -> None:
    trail.note(by=by, action=f"accusation.{what}", subject=f"accusation:{row.no}", at=at, project=row.project.code)
