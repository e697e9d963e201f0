"""What follows from a ruling, in its transaction: who follows the customer, turns, tasks, and word to the parties."""

from datetime import datetime

from django.utils.translation import gettext_noop

from arbitration.cases.proposals import Proposal
from arbitration.models import Collision, Ruling
from arbitration.services.recording import tell_parties
from leads.models import Ownership
from leads.services import REASSIGN, move_ownership
from people.models import Membership, User
from people.roles import Role
from trail import services as trail
from visits.services import adjust_turns

# Whoever has to be found still follows nobody meanwhile: the company holds the customer, and nobody takes them from a pool.
HOLDERS = {
    Ruling.Owner.PERSON: Ownership.Holder.PERSON,
    Ruling.Owner.COMPANY: Ownership.Holder.COMPANY,
    Ruling.Owner.POOL: Ownership.Holder.POOL,
    Ruling.Owner.REASSIGN: Ownership.Holder.COMPANY,
}


def carry_out(case: Collision, ruling: Ruling, proposal: Proposal, at: datetime) -> None:
    """Ownership, turns, the task of finding somebody, and word to each party (D14-3.4: whoever ruled gives feedback)."""
    if case.customer and ruling.owner_kind in HOLDERS:
        move_ownership(
            project=case.project, customer=case.customer, to=ruling.owner, holder=HOLDERS[Ruling.Owner(ruling.owner_kind)],
            source=ruling.no, by=ruling.by_id, at=at,
        )  # fmt: skip
    if case.customer and ruling.owner_kind == Ruling.Owner.REASSIGN:
        _find_somebody(case, at)
    for turn in ruling.turns:
        user = proposal.file.tokens.user(turn["to"]) if proposal.file else None
        if user:
            adjust_turns(
                project=case.project, user=User.objects.get(pk=user), kind=turn["kind"], count=turn["count"],
                source=ruling.no, at=at,
            )  # fmt: skip
    tell_parties(case, "collision.ruled", gettext_noop("%(no)s 已裁定，看结果和理由"), at)


def _find_somebody(case: Collision, at: datetime) -> None:
    """The managers are to find somebody (D12-6.5b: sales management reallocates; D17-2.6 where nobody is left in the rotation)."""
    for pk in Membership.objects.people(case.project, [Role.MANAGER], at):
        trail.tell(
            to=pk, kind=REASSIGN, project=case.project.code, link=f"/customers/{case.customer_id}", at=at, to_do=True,
            sentence=gettext_noop("【重新分配】%(no)s 已裁定，给客户选一位销售"), no=case.no,
        )  # fmt: skip
