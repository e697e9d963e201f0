"""What whoever rules decides where it is no ruling yet: evidence, a day for talks, the next level."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.appeals import general_managers
from arbitration.cases.decisions import EVIDENCE, Decision
from arbitration.models import CaseEvent, Collision, Statement
from arbitration.services.gates import recused
from arbitration.services.opening import touch
from arbitration.services.recording import note
from people.models import Team
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

TALKS = timedelta(hours=24)


def check_due(decision: Decision, at: datetime) -> None:
    """Evidence can only be asked for by a time that is still to come. Raises Refusal."""
    if decision.kind != EVIDENCE:
        return
    if decision.evidence_due is None:
        raise Refusal("due_missing", _("写明补证据的截止日期"), field="evidence_due")
    if decision.evidence_due <= at:
        raise Refusal("due_past", _("补证据的截止时间已经过了，选今天以后的日期"), field="evidence_due")


def ask_for_evidence(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    """The parties bring evidence until a time; they are told until when."""
    check_due(decision, at)
    said = gettext_noop("【补证据】%(no)s 缺什么写在案子里，截止 %(due)s")
    due_at = decision.evidence_due.isoformat() if decision.evidence_due else ""
    _wait(here, case, decision, decision.evidence_due, said, at, due_at=due_at)
    note(here, case, "collision.evidence", at)


def let_negotiate(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    """Before a case goes up, the parties have a day to settle it themselves (D01-P.b, G-48); after it whoever rules goes on."""
    if case.with_general_manager:
        raise Refusal("already_up", _("已经在总经理这里了"), status=409)
    said = gettext_noop("【先协商】%(no)s 准备上报，%(due)s 前你们可以自己谈好，写成条款")
    _wait(here, case, decision, at + TALKS, said, at)
    note(here, case, "collision.negotiate", at)


def _wait(
    here: Workplace,
    case: Collision,
    decision: Decision,
    until: datetime | None,
    sentence: str,
    at: datetime,
    **facts: Any,
) -> None:
    """The case waits for the parties until a time, and each of them has something to do."""
    case.state, case.evidence_due = Collision.State.EVIDENCE, until
    _say_why(here, case, decision, at)
    touch(case, here.user, at)
    due = localtime(until, case.project.zone) if until else None
    for claim in case.claims.all():
        trail.tell(
            to=claim.user_id, kind="collision.evidence", project=case.project.code, link=f"/cases/{case.no}", at=at,
            to_do=True, sentence=sentence, no=case.no, due=f"{due:%Y-%m-%d %H:%M}" if due else "—",
            **facts,
        )  # fmt: skip


def _say_why(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    """The reason of a step that is no ruling stands in the case, where every party reads it."""
    Statement.objects.create(collision=case, by=here.user, text=decision.reason.strip()[:2000], at=at)


def pass_up(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    """To the general manager. What the parties could not settle goes up on record, and the policy may say what follows (D01-P.c);
    where only the one who rules has to stand back (G-47), it is no fault of theirs: decision 0015."""
    if case.with_general_manager:
        raise Refusal("already_up", _("已经在总经理这里了"), field="kind")
    above = general_managers(case, at)
    if not above:
        raise Refusal("nobody_above", _("没有能裁这件的总经理（是当事人或空缺）：请管理员先设一位（G-47）"), status=409)
    if not recused(here, case):
        up = {"to": above[0].pk}
        CaseEvent.objects.create(collision=case, type=CaseEvent.Type.ESCALATION, payload=up, by=here.user, at=at)
    case.state, case.with_general_manager = Collision.State.ESCALATED, True
    _say_why(here, case, decision, at)
    touch(case, here.user, at)
    trail.done(kind="collision.to_rule", link=f"/cases/{case.no}", at=at)
    for user in above:
        trail.tell(
            to=user.pk, kind="collision.escalated", project=case.project.code, link=f"/cases/{case.no}", at=at,
            to_do=True, sentence=gettext_noop("【上报】%(no)s 等你裁定"), no=case.no,
        )  # fmt: skip
    _say_it_went_up(case, {here.user.pk, *(user.pk for user in above)}, at)
    note(here, case, "collision.escalate", at, reason=len(decision.reason))


def _say_it_went_up(case: Collision, but: set[int], at: datetime) -> None:
    """The parties and those who lead them hear that it went up. No name is said."""
    parties = set(case.claims.values_list("user", flat=True))
    leaders = Team.objects.filter(
        memberships__user__in=parties, memberships__project=case.project, leader__isnull=False
    )
    for pk in sorted((parties | set(leaders.values_list("leader", flat=True))) - but):
        trail.tell(
            to=pk, kind="collision.went_up", project=case.project.code, link=f"/cases/{case.no}", at=at,
            sentence=gettext_noop("【上报】%(no)s 上报总经理了，等裁定"), no=case.no,
        )  # fmt: skip
