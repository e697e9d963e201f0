"""What somebody followed who leaves goes to others (离职交接, G-10): to colleagues, the company, or the public pool."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import claims
from leads.models import Customer, NotebookEntry, Ownership, Task
from leads.services.ownership import note_in_book
from leads.signals import customer_moving
from people.models import HandOver, Membership, Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from trail.sentences import counted_noop

AT_ONCE = 100  # customers that a page hands on while somebody waits; more are left to a job
GIVEN = counted_noop("离职交接 %(no)s：%(n)s 位客户现在归你跟进")


@dataclass(frozen=True, slots=True)
class Targets:
    """Who gets the customers: the company (the default of G-10), the public pool, or these colleagues, evenly."""

    holder: str = Ownership.Holder.COMPANY
    people: tuple[User, ...] = ()


def held_by(project: Project, user: User) -> "QuerySet[Ownership]":
    """The customers whom somebody follows in a project, in a fixed order; those of a protection that has run out, too."""
    return Ownership.objects.open().filter(project=project, user=user).order_by("since", "pk")


def customers_held(*, project: Project, user: User, at: datetime) -> int:
    """How many that are: what must be nothing before anybody signs."""
    return held_by(project, user).count()


def lines_in(book: str) -> Callable[..., int]:
    """Counts the lines that somebody has in one of the three notebooks."""

    def count(*, project: Project, user: User, at: datetime) -> int:
        return NotebookEntry.objects.filter(project=project, user=user, book=book, at__lte=at).count()

    return count


def hand_customers(
    *, here: Workplace, hand_over: HandOver, targets: Targets, at: datetime, customers: Collection[UUID] | None = None,
    at_most: int = AT_ONCE,
) -> int:  # fmt: skip
    """Give the leaver's customers to others: these, or all, at most so many; gives how many were given.

    Each customer in a transaction of its own, under its lock, so that whoever registers, claims or rules meanwhile waits for
    one only, and what is done stays done. Colleagues get equal numbers. A customer whose case waits for a ruling stays with
    the company until then (G-10: open cases are finished). Raises Refusal: not one's to do, nobody who sells here, archived.
    """
    may_hand(here, hand_over, targets, at)
    rows = held_by(hand_over.project, hand_over.user)
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    load, given, got = _load(hand_over, targets), 0, Counter[int]()
    for customer in list(rows.values_list("customer", flat=True)[:at_most]):
        to = min(targets.people, key=lambda user: load[user.pk], default=None)
        held = _hand(here, hand_over, customer, targets.holder, to, at)
        given += held is not None
        if held and held.user_id:
            load[held.user_id] += 1
            got[held.user_id] += 1
    _tell(hand_over, got, at)
    return given


def may_hand(here: Workplace, hand_over: HandOver, targets: Targets, at: datetime) -> None:
    """Raises Refusal for whoever may not hand customers on, and for targets that cannot have them."""
    if not here.may(Right.HAND_OVER) or hand_over.project_id != here.project.pk:
        raise Refusal("not_yours", _("离职交接由主管、财务或管理员办"), status=404)
    if hand_over.user_id == here.user.pk:
        raise Refusal("self", _("自己的离职交接让别人来办"), status=409)
    if hand_over.archived_at or hand_over.withdrawn_at:
        raise Refusal("archived", _("已经存档或撤回了，不能再改"), status=409)
    if targets.holder == Ownership.Holder.PERSON:
        wanted = {user.pk for user in targets.people} - {hand_over.user_id}
        able = set(takers(hand_over, at).filter(pk__in=wanted).values_list("pk", flat=True))
        if not wanted or wanted != able or len(wanted) != len(targets.people):
            raise Refusal("taker_unknown", _("选在这个项目做销售的同事"), field="people")


def takers(hand_over: HandOver, at: datetime) -> "QuerySet[User]":
    """Who may get the leaver's customers: whoever sells here for the same organisation. An agency's stay its own."""
    theirs = Membership.objects.filter(project=hand_over.project, user=hand_over.user).values("organisation")
    same = Membership.objects.at(at).selling().filter(project=hand_over.project, organisation__in=theirs)
    rows = User.objects.filter(pk__in=same.values("user"), is_active=True).exclude(pk=hand_over.user_id)
    return rows.order_by("name", "pk")


@transaction.atomic
def _hand(
    here: Workplace, hand_over: HandOver, customer: UUID, holder: str, to: User | None, at: datetime
) -> Ownership | None:
    """One customer; None where the leaver no longer follows them: somebody was quicker."""
    locked = claims.lock_customer(Customer(pk=customer))
    held = claims.current(hand_over.project, locked, at)
    if held is None or held.user_id != hand_over.user_id:
        return None
    if to and _disputed(hand_over.project, locked):
        holder, to = Ownership.Holder.COMPANY, None
    claims.end(held, at=at, cause=hand_over.no)
    facts: dict[str, Any] = {"reason": Ownership.Reason.HANDOVER, "by": here.user.pk, "at": at}
    if holder == Ownership.Holder.POOL:
        given = claims.to_pool(held, locked, since=max(at, held.since), **facts)
    else:
        given = claims.give(hand_over.project, locked, to=to, holder=holder, source=hand_over.no, **facts)
    if to:
        note_in_book(hand_over.project, locked, to, NotebookEntry.Book.COLLECTION, hand_over.no, at)
    _pass_tasks_on(hand_over, locked, to, at)
    trail.note(
        by=here.user.pk, action="handover.customer", subject=f"customer:{customer}", at=at, project=here.project.code,
        no=hand_over.no, holder=str(holder), to=to.pk if to else None,
    )  # fmt: skip
    return given


def _pass_tasks_on(hand_over: HandOver, customer: Customer, to: User | None, at: datetime) -> None:
    """What the leaver meant to do about the customer is the next owner's to do; with nobody to do it, it is closed and says so."""
    waiting = Task.objects.filter(
        project=hand_over.project, customer=customer, user=hand_over.user, done_at__isnull=True
    )
    if to:
        waiting.update(user=to, told_at=None)
    else:
        waiting.update(done_at=at, done_note=hand_over.no)


def _disputed(project: Project, customer: Customer) -> bool:
    """Whether something stands against a colleague's getting them now: a case that waits for a ruling."""
    try:
        customer_moving.send(sender=Ownership, project=project, customer=customer)
    except Refusal:
        return True
    return False


def _load(hand_over: HandOver, targets: Targets) -> Counter[int]:
    """How many each of them has got of this hand-over already, so that a second round goes on evenly."""
    rows = Ownership.objects.filter(project=hand_over.project, source=hand_over.no, user__in=targets.people)
    counts = rows.order_by().values_list("user").annotate(n=Count("*"))
    return Counter(dict(counts))


def _tell(hand_over: HandOver, got: Counter[int], at: datetime) -> None:
    """One message for each colleague, however many customers."""
    for pk, count in sorted(got.items()):
        trail.tell(
            to=pk, kind="handover.given", sentence=GIVEN, at=at, project=hand_over.project.code, link="/me",
            no=hand_over.no, n=count,
        )  # fmt: skip


def said(given: int) -> str:
    """What came of it, in words."""
    return ngettext("%(n)d 位客户有了新的归属", "%(n)d 位客户有了新的归属", given) % {"n": given}
