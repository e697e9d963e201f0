"""Ruling on a case: who may, on what page, and everything that follows, in one transaction."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.cases.decisions import ESCALATE, EVIDENCE, NEGOTIATE, Decision, Sanction
from arbitration.cases.precedence import in_order
from arbitration.cases.proposals import Proposal, propose
from arbitration.models import Appeal, Collision, Ruling, Statement
from arbitration.services.drafts import DECISION, drop_draft
from arbitration.services.effects import carry_out
from arbitration.services.gates import CONFLICT, checklist, may_pass_up, recused, stopped
from arbitration.services.opening import lock, touch
from arbitration.services.recording import note
from arbitration.services.steps import ask_for_evidence, let_negotiate, pass_up
from arbitration.shares import key_of, sharers
from arbitration.signals import ruling_issued
from people.models import User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

TAKE = {EVIDENCE: ask_for_evidence, ESCALATE: pass_up, NEGOTIATE: let_negotiate}


@transaction.atomic
def decide_case(
    *, here: Workplace, case: Collision, seen_version: int, seen_proposal: str, decision: Decision, at: datetime
) -> Ruling | None:
    """Rule on a case, ask for evidence, or pass it up. Everything that follows is in this transaction.

    Lock order: customer, then case (docs/locking.md). Raises Refusal: stale page, not one's level, no reason, shares that are not the
    whole; with the clause, a gate that is shut (`services/gates.py`). Returns the ruling, or None where the case goes on.
    """
    locked = lock(case)
    may_decide(here, locked, seen_version, decision.kind)
    need_words(decision.reason, "reason_missing", _("写明理由，双方都看得到"), field="reason")
    drop_draft(here=here, case=locked, form=DECISION)
    if decision.kind in TAKE:
        TAKE[decision.kind](here, locked, decision, at)
        return None
    proposal = propose(locked, at)
    stopped(checklist(here, locked, proposal, at), decision.kind, unheard=decision.unheard)
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
    if (why := recused(here, case)) and (kind not in (ESCALATE, NEGOTIATE) or not may_pass_up(here, case)):
        raise Refusal("recused", f"{why}（{CONFLICT}）", status=409)


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
        sanctions=[*decision.sanctions, *_proposed_sanctions(proposal)], unheard=decision.unheard,
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


def _issue(here: Workplace, case: Collision, proposal: Proposal, decision: Decision, at: datetime) -> Ruling:
    """Write the ruling and everything that follows from it."""
    if decision.shares and sum(bp for _who, bp in decision.shares) != 10_000:
        raise Refusal("shares_not_whole", _("比例加起来要正好 100%"), field="shares")
    no = trail.next_number("CD", at)
    in_force = Ruling.objects.filter(collision=case, superseded_by__isnull=True)
    superseded = list(in_force.values_list("no", flat=True))
    if superseded:
        in_force.update(superseded_by=no)
    turns = proposal.ruling["turns"] if proposal.ruling and decision.kind == Ruling.Kind.AGREED else []
    shares = in_order(case, decision)
    keys = [key_of(who) for who, _bp in shares]
    ruling = Ruling.objects.create(
        no=no,
        collision=case,
        kind=decision.kind,
        owner_kind=decision.owner_kind,
        owner=decision.owner,
        shares_kind=[key.kind for key in keys],
        shares_to=[key.pk for key in keys],
        shares_bp=[bp for _who, bp in shares],
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
    carry_out(case, ruling, proposal, at)
    ruling_issued.send(sender=Ruling, ruling=ruling, sanctions=decision.sanctions, at=at)
    more = {"supersedes": superseded[0]} if superseded else {}
    note(here, case, "collision.rule", at, ruling=no, kind=decision.kind, **more)
    return ruling


def _digest(content: bytes | None) -> bytes | None:
    return sha256(content).digest() if content is not None else None


def may_reopen(here: Workplace, case: Collision) -> bool:
    """Whether this person may hear a ruled case anew without an appeal: not a party (G-47), and no appeal waits (G-27)."""
    waits = Appeal.objects.filter(ruling__collision=case, state=Appeal.State.OPEN)
    may = Role.GENERAL_MANAGER in here.roles and case.state == Collision.State.RULED
    return may and not waits.exists() and not case.claims.filter(user=here.user).exists()


@transaction.atomic
def reopen(*, here: Workplace, case: Collision, reason: str, at: datetime) -> Collision:
    """The general manager takes a ruled case up again; the ruling stays in force until another one supersedes it."""
    if Role.GENERAL_MANAGER not in here.roles:
        raise Refusal("not_yours_to_rule", _("只有总经理能重新审理"), status=404)
    reason = need_words(reason, "reason_missing", _("写明理由，双方都看得到"), field="reason")
    locked = lock(case)
    if locked.claims.filter(user=here.user).exists():
        raise Refusal("recused", _("你是这件案子的当事人，不能重新审理（G-47）"), status=403)
    if Appeal.objects.filter(ruling__collision=locked, state=Appeal.State.OPEN).exists():
        raise Refusal("appeal_first", _("有申诉还没处理：处理申诉，就能重新审理（G-27）"), status=409)
    if locked.state != Collision.State.RULED:
        raise Refusal("not_ruled", _("这件案子还没有裁定"), status=409)
    same = {"matter": case.matter, "customer": case.customer, "subject": case.subject}
    if Collision.objects.unruled().filter(project=case.project, **same).exists():
        raise Refusal("other_case_open", _("这位客户还有一件没裁的撞单，先裁那一件"), status=409)
    locked.state, locked.with_general_manager = Collision.State.ESCALATED, True
    touch(locked, here.user, at)
    Statement.objects.create(collision=locked, by=here.user, text=reason[:2000], at=at)
    note(here, locked, "collision.reopen", at)
    return locked
