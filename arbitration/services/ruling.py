"""Ruling on a case: who may, on what page, and everything that follows, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.models import Collision, Ruling, Statement
from arbitration.proposals import Proposal, propose
from arbitration.sanctions import SanctionKind
from arbitration.services.opening import touch
from arbitration.shares import Shares, key_of, sharers
from arbitration.signals import ruling_issued
from leads import claims
from leads.models import Ownership
from leads.services import move_ownership
from people.models import Membership, Team, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.services import adjust_turns


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction that the one who rules proposes, or the policy does. Money in fen; never posted by itself."""

    to: User
    kind: str
    reason: str
    clause: str = ""
    amount_fen: int | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return str(SanctionKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the one who rules decided. `shares` are (person, agency, team for its fund or None for the company, basis points).

    They are 10,000 or none.
    """

    kind: str
    reason: str
    owner_kind: str = Ruling.Owner.UNCHANGED
    owner: User | None = None
    shares: Shares = ()
    sanctions: list[Sanction] = field(default_factory=list)
    evidence_due: datetime | None = None


EVIDENCE, ESCALATE = "evidence", "escalate"


@transaction.atomic
def decide_case(
    *, here: Workplace, case: Collision, seen_version: int, seen_proposal: str, decision: Decision, at: datetime
) -> Ruling | None:
    """Rule on a case, ask for evidence, or pass it up. Everything that follows is in this transaction.

    Lock order: customer, then case (docs/locking.md). Raises Refusal: stale page, not one's level, conflict of interest,
    no reason, shares that are not the whole. Returns the ruling, or None where the case goes on.
    """
    claims.lock_customer(case.customer)
    locked = Collision.objects.select_for_update().get(pk=case.pk)
    may_decide(here, locked, seen_version, decision.kind)
    if len(decision.reason.strip()) < 2:
        raise Refusal("reason_missing", _("写明理由，双方都看得到"), field="reason")
    if decision.kind == EVIDENCE:
        _ask_for_evidence(here, locked, decision, at)
        return None
    if decision.kind == ESCALATE:
        _pass_up(here, locked, decision, at)
        return None
    proposal = propose(locked, at)
    if decision.kind == Ruling.Kind.AGREED:
        decision = agreed(proposal, decision, seen_proposal)
    return _issue(here, locked, proposal, decision, at)


def may_decide(here: Workplace, case: Collision, seen_version: int, kind: str) -> None:
    """Raises Refusal: not one's own to rule, a page that is out of date, or a conflict of interest.

    Who may not rule may still pass the case up: else nobody of his level could move it.
    """
    if not here.may(Right.RULE) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件案子不归你裁"), status=404)
    if case.version != seen_version or case.closed:
        who = str(case.changed_by) if case.changed_by else _("系统")
        raise Refusal(
            "stale", _("这件案子刚被%(who)s改过。看最新的，再决定（你写的理由还在）") % {"who": who}, status=409
        )
    if (why := recused(here, case)) and (kind != ESCALATE or not may_pass_up(here, case)):
        raise Refusal("recused", why, status=403)


def may_pass_up(here: Workplace, case: Collision) -> bool:
    """Whether there is a level above this person that the case has not reached."""
    return here.may(Right.RULE) and Role.GENERAL_MANAGER not in here.roles and not case.with_general_manager


def recused(here: Workplace, case: Collision) -> str:
    """Why this person may not rule on this case (G-47); empty when they may."""
    parties = set(case.claims.values_list("user", flat=True))
    if here.user.pk in parties:
        return _("你是这件案子的当事人，不能裁")
    if case.with_general_manager and Role.GENERAL_MANAGER not in here.roles:
        return _("这件案子已上报，由总经理裁")
    led = Team.objects.filter(leader=here.user, memberships__project=case.project, memberships__user__in=parties)
    led_people = set(led.values_list("memberships__user", flat=True)) & parties
    if Role.GENERAL_MANAGER not in here.roles and 0 < len(led_people) < len(parties):
        return _("你是其中一方的直属领导，不能裁这一件。请上报总经理")
    return ""


def agreed(proposal: Proposal, decision: Decision, seen: str) -> Decision:
    """The decision that agreeing with the proposal makes. Raises Refusal when there is none, or it is another by now."""
    if proposal.status != "decided":
        raise Refusal("nothing_to_agree", _("没有可以同意的建议：要么改判，要么补证据，要么上报"), field="kind")
    if proposal.fingerprint != seen:
        raise Refusal("stale", _("建议因为新的事实变了。看最新的，再决定（你写的理由还在）"), status=409)
    kind, owner = proposal.owner()
    proposed = proposal.shares()
    whom = sharers([key for key, _bp in proposed])
    return Decision(
        kind=Ruling.Kind.AGREED, reason=decision.reason, owner_kind=kind,
        owner=User.objects.get(pk=owner) if owner else None,
        shares=[(who, bp) for who, (_key, bp) in zip(whom, proposed, strict=True)],
        sanctions=[*decision.sanctions, *_proposed_sanctions(proposal)],
    )  # fmt: skip


def _proposed_sanctions(proposal: Proposal) -> list[Sanction]:
    """The sanctions that the policy itself proposes; they stay proposals (trust.md §4)."""
    rows = proposal.ruling["sanctions"] if proposal.ruling and proposal.file else []
    found = [(_user(proposal, row["to"]), row) for row in rows]
    return [
        Sanction(
            to=user, kind=row["kind"], reason=row["clause"], clause=row["clause"], amount_fen=_fen(row.get("amount"))
        )
        for user, row in found
        if user
    ]


def _user(proposal: Proposal, token: str) -> User | None:
    pk = proposal.file.tokens.user(token) if proposal.file else None
    return User.objects.filter(pk=pk).first() if pk else None


def _fen(amount: str | None) -> int | None:
    return int(amount.replace(".", "")) if amount else None


def check_due(decision: Decision, at: datetime) -> None:
    """Evidence can only be asked for by a time that is still to come. Raises Refusal."""
    if decision.kind != EVIDENCE:
        return
    if decision.evidence_due is None:
        raise Refusal("due_missing", _("写明补证据的截止日期"), field="evidence_due")
    if decision.evidence_due <= at:
        raise Refusal("due_past", _("补证据的截止时间已经过了，选今天以后的日期"), field="evidence_due")


def _ask_for_evidence(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    check_due(decision, at)
    case.state, case.evidence_due = Collision.State.EVIDENCE, decision.evidence_due
    _say_why(here, case, decision, at)
    touch(case, here.user, at)
    due = localtime(decision.evidence_due, case.project.zone) if decision.evidence_due else None
    for claim in case.claims.all():
        trail.tell(
            to=claim.user_id, kind="collision.evidence", project=case.project.code, link=f"/cases/{case.no}", at=at,
            to_do=True, sentence=gettext_noop("【补证据】%(no)s 截止 %(due)s"), no=case.no,
            due=f"{due:%Y-%m-%d %H:%M}" if due else "—",
        )  # fmt: skip
    _note(here, case, "collision.evidence", at)


def _say_why(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    """The reason of a step that is no ruling stands in the case, where every party reads it."""
    Statement.objects.create(collision=case, by=here.user, text=decision.reason.strip()[:2000], at=at)


def _pass_up(here: Workplace, case: Collision, decision: Decision, at: datetime) -> None:
    if case.with_general_manager:
        raise Refusal("already_up", _("已经在总经理这里了"), field="kind")
    case.state, case.with_general_manager = Collision.State.ESCALATED, True
    _say_why(here, case, decision, at)
    touch(case, here.user, at)
    trail.done(kind="collision.to_rule", link=f"/cases/{case.no}", at=at)
    for held in Membership.objects.at(at).filter(project=case.project, role=Role.GENERAL_MANAGER):
        trail.tell(
            to=held.user_id, kind="collision.escalated", project=case.project.code, link=f"/cases/{case.no}", at=at,
            to_do=True, sentence=gettext_noop("【上报】%(no)s 等你裁定"), no=case.no,
        )  # fmt: skip
    _note(here, case, "collision.escalate", at, reason=len(decision.reason))


def _issue(here: Workplace, case: Collision, proposal: Proposal, decision: Decision, at: datetime) -> Ruling:
    """Write the ruling and everything that follows from it."""
    if decision.shares and sum(bp for _who, bp in decision.shares) != 10_000:
        raise Refusal("shares_not_whole", _("比例加起来要正好 100%"), field="shares")
    no = trail.next_number("CD", at)
    Ruling.objects.filter(collision=case, superseded_by__isnull=True).update(superseded_by=no)
    turns = proposal.ruling["turns"] if proposal.ruling and decision.kind == Ruling.Kind.AGREED else []
    keys = [key_of(who) for who, _bp in decision.shares]
    ruling = Ruling.objects.create(
        no=no,
        collision=case,
        kind=decision.kind,
        owner_kind=decision.owner_kind,
        owner=decision.owner,
        shares_kind=[key.kind for key in keys],
        shares_to=[key.pk for key in keys],
        shares_bp=[bp for _who, bp in decision.shares],
        turns=turns,
        reason=decision.reason.strip()[:2000],
        policy=proposal.policy,
        rules=proposal.ruling["fired"] if proposal.ruling and decision.kind == Ruling.Kind.AGREED else [],
        case_canonical=proposal.case_bytes,
        case_sha256=_digest(proposal.case_bytes),
        proposal_canonical=proposal.ruling_bytes,
        facts=proposal.facts,
        proposal_sha256=_digest(proposal.ruling_bytes),
        by=here.user,
        at=at,
    )
    case.state, case.evidence_due = Collision.State.RULED, None
    touch(case, here.user, at)
    trail.done(link=f"/cases/{case.no}", at=at)
    _carry_out(case, ruling, proposal, at)
    ruling_issued.send(sender=Ruling, ruling=ruling, sanctions=decision.sanctions, at=at)
    _note(here, case, "collision.rule", at, ruling=no, kind=decision.kind)
    return ruling


def _digest(content: bytes | None) -> bytes | None:
    return sha256(content).digest() if content is not None else None


def _carry_out(case: Collision, ruling: Ruling, proposal: Proposal, at: datetime) -> None:
    """Ownership, turns, and word to the parties."""
    holders = {
        Ruling.Owner.PERSON: Ownership.Holder.PERSON,
        Ruling.Owner.COMPANY: Ownership.Holder.COMPANY,
        Ruling.Owner.POOL: Ownership.Holder.POOL,
    }
    if ruling.owner_kind in holders:
        move_ownership(
            project=case.project, customer=case.customer, to=ruling.owner, holder=holders[Ruling.Owner(ruling.owner_kind)],
            source=ruling.no, by=ruling.by_id, at=at,
        )  # fmt: skip
    for turn in ruling.turns:
        user = proposal.file.tokens.user(turn["to"]) if proposal.file else None
        if user:
            adjust_turns(
                project=case.project, user=User.objects.get(pk=user), kind=turn["kind"], count=turn["count"],
                source=ruling.no, at=at,
            )  # fmt: skip
    for claim in case.claims.all():
        trail.tell(
            to=claim.user_id, kind="collision.ruled", project=case.project.code, link=f"/cases/{case.no}", at=at,
            sentence=gettext_noop("%(no)s 已裁定，看结果和理由"), no=case.no,
        )  # fmt: skip


@transaction.atomic
def reopen(*, here: Workplace, case: Collision, reason: str, at: datetime) -> Collision:
    """The general manager takes a ruled case up again; the ruling stays in force until another one supersedes it."""
    if Role.GENERAL_MANAGER not in here.roles:
        raise Refusal("not_yours_to_rule", _("只有总经理能重新审理"), status=404)
    if len(reason.strip()) < 2:
        raise Refusal("reason_missing", _("写明理由，双方都看得到"), field="reason")
    claims.lock_customer(case.customer)
    locked = Collision.objects.select_for_update().get(pk=case.pk)
    if locked.state != Collision.State.RULED:
        raise Refusal("not_ruled", _("这件案子还没有裁定"), status=409)
    if Collision.objects.unruled().filter(project=case.project, customer=case.customer).exists():
        raise Refusal("other_case_open", _("这位客户还有一件没裁的撞单，先裁那一件"), status=409)
    locked.state, locked.with_general_manager = Collision.State.ESCALATED, True
    touch(locked, here.user, at)
    Statement.objects.create(collision=locked, by=here.user, text=reason.strip()[:2000], at=at)
    _note(here, locked, "collision.reopen", at)
    return locked


def _note(here: Workplace, case: Collision, action: str, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"collision:{case.no}", at=at, project=case.project.code, **detail
    )
