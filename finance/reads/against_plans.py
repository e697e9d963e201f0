"""Deals whose commission was typed otherwise than their plan says: a reminder, no more."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from finance.models import CommissionPlan
from finance.plans import due_fen, of_seller, standing
from finance.reads.months import begin, end
from leads.models import Deal
from people.models import Membership, Project


@dataclass(frozen=True, slots=True)
class OffPlan:
    """A deal whose commission is not what the plan of its day comes to."""

    deal: Deal
    plan: CommissionPlan
    due_fen: int


def off_plan(project: Project, period: str) -> list[OffPlan]:
    """Deals of this month whose commission was typed otherwise than their plan says; a deal without a plan is not among them.

    Three queries, however many deals. The plan is that of who signed: of their agency, or of their role on that local day.
    """
    first, last = begin(project, period), end(project, period)
    plans = standing(project, first.date(), last.date() - timedelta(days=1))
    if not plans:
        return []
    signed = Deal.objects.filter(project=project, signed_at__gte=first, signed_at__lt=last)
    deals = list(signed.select_related("customer", "closer").order_by("signed_at", "pk"))
    sellers = _memberships(project, deals)
    found = (
        (deal, of_seller(plans, sellers[deal.closer_id], project=project, product=deal.product, at=deal.signed_at))
        for deal in deals
    )
    checked_ = [OffPlan(deal, plan, due_fen(deal.amount_fen, plan.rate_bp)) for deal, plan in found if plan]
    return [row for row in checked_ if row.due_fen != row.deal.commission_fen]


def _memberships(project: Project, deals: list[Deal]) -> dict[int, list[Membership]]:
    """What each of those who signed is or was in the project."""
    held: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(project=project, user__in={deal.closer_id for deal in deals})
    for row in rows.select_related("organisation").order_by("since", "pk"):
        held[row.user_id].append(row)
    return held
