"""What a visit does to the claims on a customer: masked reports, the first owner, protection, the case of a second claim."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_noop

from leads import claims
from leads.models import Customer, NotebookEntry, Ownership, ProtectionChange, Registration
from leads.screening import names
from leads.services import bind_provisional, claim_walk_in, extend_on, note_in_book
from leads.signals import claim_contested
from people.models import Membership, Organisation, Project, User
from people.roles import SELLING
from trail import services as trail
from visits.models import Expected, Visit
from visits.receptions import first_received

OWNER = gettext_noop("%(name)s到了，由%(who)s接待")
OTHERS = gettext_noop("%(name)s到了，已有同事接待")


def told_apart(name: str, honorific: str) -> dict[str, str]:
    """张先生 is somebody called 张, and 先生: the desk has one input for both."""
    name, honorific = names.told_apart(name, honorific)
    return {"name": name, "honorific": honorific}


def settle_reports(
    project: Project, customer: Customer, e164: str, *, name: str, honorific: str, no: str, at: datetime
) -> list[Registration]:
    """Masked reports become this customer's; the first of them owns one whom nobody follows. Returns those that contest."""
    given = told_apart(name, honorific)
    bound = bind_provisional(project=project, customer=customer, e164=e164, **given, at=at, visit=no)
    held = claims.current(project, customer, at)
    if held is None and bound:
        held = claim_walk_in(
            project=project, customer=customer, user=bound[0].by, reason=Ownership.Reason.BOUND, source=bound[0].no,
            by=no, at=at,
        )  # fmt: skip
    return [report for report in bound if held and report.by_id != held.user_id]


def receiver_of(visit: Visit, *, moved: bool = False) -> User | None:
    """Whose visitor it is by whoever received them first; not who was called and did not come.

    `moved`: the visit was put to another customer at first. Then nobody is stood in for but whom the visitor named: the record that
    led to them was another's.
    """
    first = first_received(visit)
    if first is None:
        return None
    return first.by if moved and first.stands_in_for not in _named(visit) else first.whose


def follow_up(
    visit: Visit, customer: Customer, receiver: User | None, contesting: list[Registration], at: datetime, *, by: User,
    sure: bool = True,
) -> None:  # fmt: skip
    """Notebook, first ownership, and the case that a second claim opens; not `sure` who it is: no case before that is known."""
    held = claims.current(visit.project, customer, at) or first_claim(visit, customer, receiver, at, by=by)
    note_in_book(visit.project, customer, receiver, NotebookEntry.Book.VISIT, visit.no, visit.arrived_at)
    if held and held.user and sure:
        renew(held, visit, receiver, at)
        contest(visit, held, contesting, at)


def first_claim(
    visit: Visit, customer: Customer, receiver: User | None, at: datetime, *, by: User
) -> Ownership | None:  # fmt: skip
    """A customer of nobody's is whoever's brings or announces them, else whoever's receives them (G-58, D11-M2a); if they sell."""
    first = next((user for user in (*bringers(visit), receiver) if user and _sells(visit.project, user, at)), None)
    if first is None:
        return None
    return claim_walk_in(
        project=visit.project, customer=customer, user=first, reason=Ownership.Reason.WALK_IN, source=visit.no, by=by.pk,
        at=at,
    )  # fmt: skip


def bringers(visit: Visit) -> list[User]:
    """Whose bring it is: the agent's who came along; then theirs who announced it in time, which counts as brought (D11-M2a)."""
    announced = Expected.objects.filter(visit=visit, present=False, withdrawn_at=None).select_related("by", "visit")
    came = [visit.brought_by] if visit.brought_by else []
    return came + [row.by for row in announced.order_by("at", "pk") if row.counts]


def contest(visit: Visit, held: Ownership, contesting: Iterable[Registration], at: datetime) -> None:
    """A second claim opens a case: a report that was bound, or somebody who sells and was named at the desk."""
    claimants: list[tuple[User, str, Registration | None]] = [(report.by, report.no, report) for report in contesting]
    claimants += [
        (user, visit.no, None) for user in _named(visit) if user != held.user and _sells(visit.project, user, at)
    ]
    if claimants and held.user:
        claim_contested.send(
            sender=Visit, project=visit.project, customer=held.customer, trigger="visit", source=visit.no, deal=None,
            claimants=[(held.user, held.source, None), *claimants], at=at,
        )  # fmt: skip


def tell_concerned(visit: Visit, receiver: User | None, contesting: Iterable[Registration], at: datetime) -> None:
    """Colleagues with a claim of their own hear at once that the customer is here and received (D03-2.1b, D01-2.s2).

    Whoever follows the customer hears by whom; the others only that somebody does. An outside agent who is not there hears
    nothing: who comes to the desk is the house's.
    """
    if receiver is None:
        return
    live = Ownership.objects.live_at(at).filter(project=visit.project_id, customer=visit.customer_id)
    owner = live.values_list("user", flat=True).first()
    concerned = {owner, visit.invited_by_id, visit.asked_for_id, *(report.by_id for report in contesting)}
    own = Membership.objects.at(at).filter(project=visit.project_id, organisation__kind=Organisation.Kind.OWN)
    inside = own.filter(user__in=concerned - {None, receiver.pk}).values_list("user", flat=True).distinct()
    for user in inside:
        trail.tell(
            to=user, kind="visit.elsewhere", project=visit.project.code, link="/me", at=at,
            sentence=OWNER if user == owner else OTHERS, name=names.hidden(visit.name), who=receiver.name,
        )  # fmt: skip


def _named(visit: Visit) -> list[User]:
    """Whom the visitor or the desk named, or who announced the visit: who invited, who is asked for, who brought them."""
    return [user for user in (visit.invited_by, visit.asked_for, *bringers(visit)) if user]


def renew(held: Ownership, visit: Visit, receiver: User | None, at: datetime) -> None:
    """A visit to the owner moves the end of their protection, as the terms say: they received, invited, brought, announced, were
    asked for or were stood in for."""
    concerned = {receiver, *_named(visit)}
    if held.user and (held.user in concerned or visit.receptions.filter(stands_in_for=held.user).exists()):
        why = ProtectionChange.Why.VISIT
        extend_on(
            project=held.project, customer=held.customer, user=held.user, why=why, source=visit.no, at=at
        )  # fmt: skip


def _sells(project: Project, user: User, at: datetime) -> bool:
    return Membership.objects.at(at).filter(project=project, user=user, role__in=SELLING).exists()
