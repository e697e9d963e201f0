"""Who receives a customer, or received them last, and whom they let speak with them (D18-6, D18-7); what was reported of conduct.

The text knows no end of it (G-46): until there is a contract, whoever received the customer last is asked first. It ends, too,
where they, or a manager, gave the customer up to the public pool. A transfer, an allocation and a ruling end it for whoever
follows the customer from then on: who follows a customer needs nobody's leave.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from leads import reads as leads
from leads.models import Customer, Deal, Ownership
from leads.reads.pool import known_to_pool
from people.models import Membership, Project, User
from people.roles import Right, Role, roles_with
from people.workplace import Workplace
from visits.models import Conduct, Permission, Reception, Visit

SEES_ALL = (Right.ALLOCATE, Right.RULE)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody receives, or was the last to receive, a customer: the visit, and who received, stand-ins and whom they stood in for."""

    visit: Visit
    holders: tuple[User, ...]
    present: bool

    @property
    def kind(self) -> str:
        """What a colleague needs leave for: to join while the customer is there, to get in touch afterwards."""
        return Permission.Kind.JOIN if self.present else Permission.Kind.CONTACT

    @property
    def names(self) -> str:
        """Who is to be asked, the last to receive first."""
        return "、".join(user.name for user in self.holders)


def hold(project: Project, customer: Customer, at: datetime) -> Hold | None:
    """Who is to be asked at this moment; None: nobody received them, there is a contract, or they were given up."""
    rows = Reception.objects.filter(
        visit__project=project, visit__customer=customer, visit__arrived_at__lte=at, since__lte=at, unanswered=False
    ).select_related("visit", "by", "stands_in_for")
    last = rows.order_by("-visit__arrived_at", "-visit", "-since", "-pk").first()
    if last is None:
        return None
    visit, of_visit = last.visit, rows.filter(visit=last.visit_id).order_by("-since", "-pk")
    people = dict.fromkeys(user for row in of_visit for user in (row.by, row.stands_in_for) if user)
    found = Hold(visit, tuple(people), present=visit.left_at is None or visit.left_at > at)
    return None if not found.present and _over(project, customer, found, at) else found


def _over(project: Project, customer: Customer, held: Hold, at: datetime) -> bool:
    """Whether there is a contract, or the customer was given up to the public pool since that visit, by a person."""
    signed = Deal.objects.filter(project=project, customer=customer, signed_at__lte=at).exists()
    return signed or given_up(project, customer, held.visit, at) is not None


def given_up(project: Project, customer: Customer, visit: Visit, at: datetime) -> Ownership | None:
    """How the customer was put into the public pool by somebody, since a visit."""
    found = Ownership.objects.filter(
        project=project, customer=customer, holder=Ownership.Holder.POOL, reason=Ownership.Reason.RELEASED,
        since__gte=visit.arrived_at, since__lte=at,
    )  # fmt: skip
    return found.order_by("since").first()


def bound(project: Project, user: User, at: datetime) -> bool:
    """Whether the rules are addressed to somebody: consultants of the house who do not manage. An agency keeps its own rules."""
    roles = Membership.objects.at(at).filter(project=project, user=user).values_list("role", "organisation__kind")
    held = {role for role, _kind in roles}
    sells = any(role == Role.SALESPERSON and kind == "own" for role, kind in roles)
    return sells and not held & set(roles_with(Right.ALLOCATE))


def follows(project: Project, customer: Customer, user: User, at: datetime) -> bool:
    """Whether the customer is theirs."""
    return Ownership.objects.live_at(at).filter(project=project, customer=customer, user=user).exists()


def leave_of(project: Project, customer: Customer, user: User, held: Hold, at: datetime) -> Permission | None:
    """The leave under which somebody may get in touch at this moment: by whoever is to be asked, or a manager.

    What is given in the second of the act is given with it; what has ended counts no more. Leave to join is for that reception.
    """
    rows = Permission.objects.filter(project=project, customer=customer, to=user, at__lte=at)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    kinds = Q(kind=Permission.Kind.CONTACT)
    if held.present:
        kinds |= Q(kind=Permission.Kind.JOIN, at__gte=held.visit.arrived_at)
    by = Q(by__in=held.holders) | Q(ground=Permission.Ground.MANAGER)
    found: Permission | None = rows.filter(kinds, by).order_by("at", "pk").first()
    return found


def in_the_way(project: Project, customer: Customer, user: User, at: datetime) -> Hold | None:
    """Who must be asked before this person may get in touch with the customer at this moment, and has not given leave."""
    if not project.terms.ask_receiver or not bound(project, user, at):
        return None
    held = hold(project, customer, at)
    if held is None or user in held.holders or follows(project, customer, user, at):
        return None
    return None if leave_of(project, customer, user, held, at) else held


def givers(project: Project, customer: Customer, at: datetime) -> tuple[User, ...]:
    """Who may let a colleague in: who receives or received the customer, else who follows them."""
    if held := hold(project, customer, at):
        return held.holders
    rows = Ownership.objects.live_at(at).filter(project=project, customer=customer, user__isnull=False)
    return tuple(row.user for row in rows.select_related("user") if row.user)


def managers(project: Project, at: datetime) -> list[int]:
    """Who may assign somebody, and says what came of a report."""
    return Membership.objects.people(project, roles_with(Right.ALLOCATE), at)


def permissions(project: Project, customer: Customer) -> QuerySet[Permission]:
    """All leave given for a customer here, the newest first."""
    rows: QuerySet[Permission] = Permission.objects.filter(project=project, customer=customer)
    return rows.select_related("to", "by").order_by("-at", "-pk")


def permissions_to(here: Workplace, customer: Customer, at: datetime) -> QuerySet[Permission]:
    """Of this leave what this person may read: who gives it, the desk and managers all; others what they gave or got."""
    rows = permissions(here.project, customer)
    if gives(here, customer, at) or here.may(Right.DESK):
        return rows
    return rows.filter(Q(to=here.user) | Q(by=here.user))


def gives(here: Workplace, customer: Customer, at: datetime) -> bool:
    """Whether it is for this person to let a colleague in."""
    return here.may(Right.ALLOCATE) or here.user in givers(here.project, customer, at)


def colleagues(project: Project, at: datetime) -> QuerySet[User]:
    """Consultants of the house, who may be let in."""
    held = Membership.objects.at(at).filter(project=project, role=Role.SALESPERSON, organisation__kind="own")
    return User.objects.filter(memberships__in=held, is_active=True).distinct().order_by("name", "pk")


def sees_all(here: Workplace) -> bool:
    """Whether somebody reads everything that was reported here."""
    return any(here.may(right) for right in SEES_ALL)


def reported(here: Workplace) -> QuerySet[Conduct]:
    """What was reported of conduct: managers read all, others what they reported and what names them. The newest first."""
    rows: QuerySet[Conduct] = Conduct.objects.filter(project=here.project)
    if not sees_all(here):
        rows = rows.filter(Q(reported_by=here.user) | Q(by=here.user) | Q(against=here.user))
    rows = rows.select_related("by", "against", "reported_by", "customer", "visit", "finding__by")
    return rows.prefetch_related("answers__by").order_by("-happened_at", "-pk")


STATES = {
    "reported": Q(finding=None, answers=None), "answered": Q(finding=None, answers__isnull=False),
    "established": Q(finding__established=True), "dismissed": Q(finding__established=False),
}  # fmt: skip


def in_state(rows: QuerySet[Conduct], state: str) -> QuerySet[Conduct]:
    """Of these reports those that are so far (`Conduct.state`); all, where no state is named."""
    return rows.filter(STATES[state]).distinct() if state else rows


def may_answer(here: Workplace, row: Conduct) -> bool:
    """Whether it names this person, who has not said their side, and nobody has decided."""
    named = here.user.pk in (row.by_id, row.against_id)
    return named and row.decided is None and all(said.by_id != here.user.pk for said in row.answers.all())


def may_decide(here: Workplace, row: Conduct) -> bool:
    """Whether it is for this person to say whether it was so: a manager who neither reported it nor is named in it."""
    party = (row.by_id, row.against_id, row.reported_by_id)
    return here.may(Right.ALLOCATE) and row.decided is None and here.user.pk not in party


def visits_to_report(here: Workplace) -> QuerySet[Visit]:
    """Visits of which this person may report conduct: the desk and managers all, others those they received or had a stand-in for."""
    rows = Visit.objects.filter(project=here.project).select_related("customer")
    if here.may(Right.CONDUCT):
        return rows
    return rows.filter(Q(receptions__by=here.user) | Q(receptions__stands_in_for=here.user)).distinct()


def customer_for(here: Workplace, pk: UUID, at: datetime) -> Customer:
    """A customer whose leave is asked for or given: of mine, of the pool, or received by me. 404 for others and for agencies."""
    if here.outside:
        raise Http404
    found = get_object_or_404(Customer.objects.filter(merged_into=None).prefetch_related("phones"), pk=pk)
    pooled = here.may(Right.POOL) and known_to_pool(here).filter(pk=pk).exists()
    if (
        not pooled
        and not leads.visible(here).filter(pk=pk).exists()
        and here.user not in givers(here.project, found, at)
    ):
        raise Http404
    return found


def of_visit(here: Workplace, visit: Visit, receptions: Iterable[Reception]) -> dict[str, Any]:
    """What the page of a visit shows: whom the receiver let in, and what this person may do about it."""
    if visit.customer is None or here.outside:
        return {"permitted": [], "may_permit": False, "may_report": here.may(Right.CONDUCT)}
    mine = any(here.user.pk in (row.by_id, row.stands_in_for_id) for row in receptions)
    rows = permissions(here.project, visit.customer).filter(at__gte=visit.arrived_at, ended_at__isnull=True)
    if visit.left_at:
        rows = rows.exclude(kind=Permission.Kind.JOIN)
    shows = mine or here.may(Right.DESK) or here.may(Right.ALLOCATE)
    return {
        "permitted": rows if shows else [], "may_permit": shows, "may_report": mine or here.may(Right.CONDUCT),
    }  # fmt: skip
