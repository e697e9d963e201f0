"""What finance looks at: a month's lines, sums by person, and deals whose commission waits for a ruling."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from arbitration.appeals import pending
from arbitration.models import Collision, Ruling
from arbitration.shares import COMPANY, Key, Kind, label, sharers
from finance.models import CommissionLine, CommissionPlan
from finance.plans import choose, due_fen, standing
from leads.models import Deal
from people.models import Membership, Project, User
from people.roles import SELLING
from people.workplace import Workplace


def month(text: str) -> str:
    """A period of the form yyyymm; 404 for anything else."""
    if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", text):
        raise Http404
    return text


def around(period: str) -> tuple[str, str]:
    """The months before and after."""
    first = date(int(period[:4]), int(period[4:]), 1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return f"{before:%Y%m}", f"{after:%Y%m}"


def lines(project: Project, period: str) -> QuerySet[CommissionLine]:
    """A month's lines in the order of posting. `paused`: the ruling is under appeal, nothing is paid by it meanwhile (G-27)."""
    ruling = Ruling.objects.filter(no=OuterRef("ruling"))
    rows = CommissionLine.objects.filter(project=project, period=period).annotate(
        ruled=Subquery(ruling.values("kind")[:1]), reason=Subquery(ruling.values("reason")[:1]),
        paused=Exists(pending().filter(ruling__no=OuterRef("ruling"))),
    )  # fmt: skip
    return rows.select_related("deal", "deal__customer", "user", "organisation", "team").order_by("pk")


def ground(line: Any) -> str:
    """What a line of `lines` rests on: the clauses, or «改判» with the reason where it was ruled otherwise than proposed."""
    if line.ruled == Ruling.Kind.OTHERWISE:
        return _("改判：%(reason)s") % {"reason": line.reason}
    return str(line.clauses)


def by_person(project: Project, period: str) -> list[dict[str, Any]]:
    """What each person, agency and fund gets this month, and the company; largest first. `paused`: so much of it waits for an appeal."""
    grouped = lines(project, period).order_by().values("user", "organisation", "team")
    sums = grouped.annotate(fen=Sum("amount_fen"), waits=Sum("amount_fen", filter=Q(paused=True)))
    payees = sharers([_payee(row) for row in sums])
    rows = [
        {"name": label(payee), "fen": row["fen"], "paused": row["waits"]}
        for payee, row in zip(payees, sums, strict=True)
    ]
    return sorted(rows, key=lambda row: -row["fen"])


def _payee(row: Mapping[str, Any]) -> Key:
    columns = {"user": Kind.PERSON, "organisation": Kind.ORGANISATION, "team": Kind.TEAM_FUND}
    return next((Key(kind, row[column]) for column, kind in columns.items() if row[column]), COMPANY)


def mine(here: Workplace, period: str) -> QuerySet[CommissionLine]:
    """One's own lines; of one's agency too, as it is the agency that is paid; and of the fund of a team that one leads."""
    whose = Q(user=here.user) | Q(team__leader=here.user)
    if here.outside:
        whose |= Q(organisation=here.organisation)
    return lines(here.project, period).filter(whose)


def held(project: Project, period: str, now: datetime) -> QuerySet[Deal]:
    """Deals signed up to the end of this month whose commission waits for a case; none for a month that has not begun."""
    unruled = Collision.objects.unruled().filter(project=project, customer=OuterRef("customer"))
    _before, after = around(period)
    if now < _first(project, period):
        return Deal.objects.none()
    signed = {"project": project, "signed_at__lt": _first(project, after)}
    rows = Deal.objects.filter(Exists(unruled), lines__isnull=True, **signed)
    return rows.select_related("customer", "closer").order_by("signed_at")


def _first(project: Project, period: str) -> datetime:
    """The first moment of a month, where the project is."""
    return datetime(int(period[:4]), int(period[4:]), 1, tzinfo=project.zone)


def case_numbers(project: Project, deals: list[Deal]) -> dict[Any, str]:
    """Customer → number of the unruled case."""
    cases = Collision.objects.unruled().filter(project=project, customer__in=[deal.customer_id for deal in deals])
    return {case.customer_id: case.no for case in cases}


def checked(project: Project, period: str) -> dict[str, int]:
    """The check under the table: what is booked, and what the deals booked this month are worth."""
    total = lines(project, period).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return {"total": total, "count": lines(project, period).count()}


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
    _before, after = around(period)
    first, end = _first(project, period), _first(project, after)
    plans = standing(project, first.date(), end.date() - timedelta(days=1))
    if not plans:
        return []
    signed = Deal.objects.filter(project=project, signed_at__gte=first, signed_at__lt=end)
    deals = list(signed.select_related("customer", "closer").order_by("signed_at", "pk"))
    sellers = _memberships(project, deals)
    found = ((deal, _plan_of(deal, plans, sellers[deal.closer_id], project)) for deal in deals)
    checked_ = [OffPlan(deal, plan, due_fen(deal.amount_fen, plan.rate_bp)) for deal, plan in found if plan]
    return [row for row in checked_ if row.due_fen != row.deal.commission_fen]


def _memberships(project: Project, deals: list[Deal]) -> dict[int, list[Membership]]:
    """What each of those who signed is or was in the project."""
    held: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(project=project, user__in={deal.closer_id for deal in deals})
    for row in rows.select_related("organisation").order_by("since", "pk"):
        held[row.user_id].append(row)
    return held


def _plan_of(
    deal: Deal, plans: list[CommissionPlan], memberships: list[Membership], project: Project
) -> CommissionPlan | None:
    """Of several roles at once the selling one counts; deals name no product, so only plans for all products fit."""
    then = [m for m in memberships if m.since <= deal.signed_at and (m.until is None or m.until > deal.signed_at)]
    held = next((m for m in then if m.role in SELLING), then[0] if then else None)
    return choose(
        plans, on=localtime(deal.signed_at, project.zone).date(), organisation=held.organisation_id if held else None,
        role=held.role if held else None, product="",
    )  # fmt: skip


def rows(project: Project, period: str) -> Iterator[CommissionLine]:
    """The same lines, one after the other, for an export of any length."""
    yield from lines(project, period).prefetch_related("deal__customer__phones").iterator(chunk_size=500)


def unpaid_splits(*, project: Project, user: User, at: datetime) -> int:
    """How many shares somebody who leaves is still to be paid (G-10: deals signed before are paid): of this month's lines, which
    are paid out once it is over, and of deals they signed whose commission waits for a ruling.
    """
    period = f"{localtime(at, project.zone):%Y%m}"
    posted = lines(project, period).filter(user=user, reversed_by=None).exclude(basis=CommissionLine.Basis.REVERSAL)
    return posted.count() + held(project, period, at).filter(closer=user).count()
