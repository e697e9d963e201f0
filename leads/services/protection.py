"""How long a protection lasts: extended by what its owner does, decided within a range; what has run out, and who is warned."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims, succession
from leads.models import Contact, Customer, Offer, Ownership, ProtectionChange, Registration
from leads.screening import names
from people.models import Membership, Project, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.models import Allowance
from trail.refusals import Refusal, need_words
from trail.sentences import counted_noop

Why = ProtectionChange.Why
MEANS = {Contact.Mode.FIELD_VISIT: Why.VISIT, Contact.Mode.SAMPLE: Why.SAMPLE}
HOLDS = {Why.VISIT, Why.SAMPLE}  # what holds a customer by D20-1c: not a call
A_BATCH = 50  # customers whose rows one transaction of the job holds
REMEMBERED = timedelta(days=36)  # that somebody was warned; longer than a warning comes before the end


def why_of(mode: str) -> str:
    """What being in touch in this way means for a protection: a visit, a sample, or a follow-up (a call is one)."""
    return str(MEANS.get(Contact.Mode(mode), Why.FOLLOW_UP))


@transaction.atomic
def extend_on(
    *, project: Project, customer: Customer, user: User, why: str, source: str, at: datetime
) -> ProtectionChange | None:
    """What the owner did moves the end of their protection, as the terms say; never nearer. None where it moves nothing.

    `why`: "visit", "follow_up" or "sample" (`why_of` a contact's mode); `source`: the visit's number, or the contact. The first
    visit begins the second stage. What others do, and what comes too late, moves nothing (G-23).
    """
    held = claims.current(project, claims.lock_customer(customer), at)
    if held is None or held.user_id != user.pk or held.protected_until is None:
        return None
    ends = list(_reached(held, why, at))
    if not ends or ((becomes := max(ends)) <= held.protected_until and not _enters(held, why)):
        return None
    return _move(held, max(becomes, held.protected_until), why=why, source=source, by=user, at=at)


def _reached(held: Ownership, why: str, at: datetime) -> Iterator[datetime]:
    """The ends that this could bring the protection to."""
    terms = held.project.terms
    if _enters(held, why) and terms.deal_days is not None:
        yield claims.days_after(held.project, at, terms.deal_days)
    if why in HOLDS and terms.sample_days is not None:
        yield claims.days_after(held.project, at, terms.sample_days)
    if why in terms.extend_on and terms.extend_days is not None and _may_extend(held):
        yield claims.days_after(held.project, at, terms.extend_days)


def _may_extend(held: Ownership) -> bool:
    terms = held.project.terms
    return held.changes.filter(why__in=terms.extend_on).count() < terms.extend_limit


def _enters(held: Ownership, why: str) -> bool:
    """Whether this is the first visit, with which the second stage begins."""
    return why == Why.VISIT and held.stage == Ownership.Stage.VISIT and held.project.terms.deal_days is not None


def _move(
    held: Ownership, becomes: datetime | None, *, why: str, by: User, at: datetime, source: str = "", reason: str = ""
) -> ProtectionChange:
    """Write the new end, and what moved it. Locks are held."""
    entered = _enters(held, why)
    change = ProtectionChange.objects.create(
        ownership=held, was=held.protected_until, becomes=becomes, why=Why.STAGE if entered else why, source=source,
        reason=reason, by=by, at=at,
    )  # fmt: skip
    held.protected_until = becomes
    held.stage = Ownership.Stage.DEAL if entered else held.stage
    held.save(update_fields=["protected_until", "stage"])
    return change


@transaction.atomic
def decide_protection(*, here: Workplace, customer: Customer, days: int, reason: str, at: datetime) -> ProtectionChange:
    """A manager decides within the policy's range how many days a customer is protected, from the day it began (D11-M1a, G-22).

    Raises Refusal: no range, outside it, nobody follows them or without expiry, no reason, or it would end sooner than now.
    """
    if not here.may(Right.ALLOCATE):
        raise Refusal("protection_not_yours", _("保护期由主管定"), status=404)
    _judge_days(here.project, days)
    reason = need_words(reason, "reason_missing", _("写明理由"), field="reason")
    held = claims.current(here.project, claims.lock_customer(customer), at)
    if held is None or held.user is None or held.protected_until is None:
        raise Refusal("protection_none", _("这位客户现在没有在计的保护期"), field="days", status=409)
    becomes = claims.days_after(here.project, held.since, days)
    if becomes <= held.protected_until:
        until = f"{localtime(held.protected_until, here.project.zone):%Y-%m-%d %H:%M}"
        raise Refusal(
            "protection_shorter", _("现在已经保护到 %(until)s，只能往后定") % {"until": until}, field="days", status=409
        )
    change = _move(held, becomes, why=Why.DECIDED, reason=reason[:100], by=here.user, at=at)
    trail.note(
        by=here.user.pk, action="protection.decide", subject=f"customer:{customer.pk}", at=at, project=here.project.code,
        days=days,
    )  # fmt: skip
    return change


def _judge_days(project: Project, days: int) -> None:
    low, high = project.terms.protection_min, project.terms.protection_max
    if low is None or high is None:
        raise Refusal("protection_fixed", _("制度没有给保护期留范围，不能单独定"), field="days", status=409)
    if not low <= days <= high:
        raise Refusal(
            "protection_out_of_range", _("写 %(min)s 到 %(max)s 天") % {"min": low, "max": high}, field="days"
        )


@transaction.atomic
def keep_signed(*, project: Project, customer: Customer, user: User, source: str, at: datetime) -> None:
    """The owner signed the contract: a signed customer does not run out into the public pool. Locks are held."""
    held = claims.current(project, customer, at)
    if held and held.user_id == user.pk and held.protected_until is not None:
        _move(held, None, why=Why.STAGE, source=source, by=user, at=at)


# What time alone does.


def expire_due(*, at: datetime) -> int:
    """End every protection that has run out, and every offer that nobody answered; gives how many customers that were.

    In batches; a customer whom somebody else has locked is left to them, or to the next run. Twice is as good as once.
    """
    done, locked = 0, set[UUID]()
    while batch := _due(at, locked):
        free = _expire(batch, at)
        locked |= {pk for _project, pk in batch} - free
        done += len(free)
    return done


def _due(at: datetime, locked: set[UUID]) -> list[tuple[int, UUID]]:
    """Project and customer of what has run out, the earliest first."""
    over = Ownership.objects.open().filter(protected_until__lte=at).exclude(customer__in=locked)
    asked = Offer.objects.filter(answer=None, until__lte=at).exclude(customer__in=locked)
    first = list(over.order_by("protected_until").values_list("project", "customer")[:A_BATCH])
    return first or list(asked.order_by("until").values_list("project", "customer")[:A_BATCH])


@transaction.atomic
def _expire(batch: list[tuple[int, UUID]], at: datetime) -> set[UUID]:
    rows = Customer.objects.select_for_update(skip_locked=True).filter(pk__in={pk for _project, pk in batch})
    free = {customer.pk: customer for customer in rows.order_by("pk")}
    projects = Project.objects.in_bulk([project for project, _pk in batch])
    over = Ownership.objects.open().filter(customer__in=list(free), user__isnull=False, protected_until__lte=at)
    counts = Counter(over.values_list("project", flat=True))
    for project, pk in batch:
        if pk in free:
            held = claims.in_force(projects[project], free[pk], at)
            if (
                held is None or held.holder != Ownership.Holder.POOL
            ):  # two customers became one: there is nothing to offer
                succession.close(projects[project], free[pk], taker=None, at=at)
    for project, count in counts.items():
        _tell_managers(projects[project], count, at)
    return set(free)


def _tell_managers(project: Project, count: int, at: datetime) -> None:
    """One message a day, whose number grows."""
    for pk in Membership.objects.people(project, [Role.MANAGER], at):
        trail.tell_counted(
            to=pk, kind="pool.expired", sentence=POOLED, n=count, project=project.code, link="/pool", at=at,
            since=project.midnight(at),
        )  # fmt: skip


NAMED = 5  # of many, so many are named
SOON = gettext_noop("【快到期】%(names)s的保护期还剩不到 %(hours)s 小时，%(until)s 到期。跟进或约到访可以延期")
SOON_MANY = counted_noop("【快到期】%(n)s 位客户的保护期还剩不到 %(hours)s 小时：%(names)s。跟进或约到访可以延期")
POOLED = counted_noop("今天有 %(n)s 位客户的保护期过了，进了公海")


def warn_ending(*, at: datetime) -> int:
    """Tell owners that a protection ends within the hours that the terms name, once each; several at once in one message.

    Gives how many messages. A protection that was extended meanwhile is warned of anew.
    """
    told = 0
    for project in Project.objects.filter(closed_at=None):
        told += _warn(project, at)
    return told


@transaction.atomic
def _warn(project: Project, at: datetime) -> int:
    hours = project.terms.warn_hours
    return sum(_tell(project, *group, at) for group in _near(project, hours, at).items()) if hours else 0


def _near(project: Project, hours: tuple[int, ...], at: datetime) -> dict[tuple[int, int], list[Ownership]]:
    """What to tell whom: (user, hours) → the protections that came so near to their end since the last look."""
    span = {"protected_until__gt": at, "protected_until__lte": at + timedelta(hours=max(hours))}
    near: dict[str, tuple[int, int, Ownership]] = {}
    rows = Ownership.objects.open().filter(project=project, user__isnull=False, **span)
    rows = rows.exclude(Exists(Registration.objects.filter(no=OuterRef("source")).held_back()))  # not told of it at all
    for held in rows.select_related("customer").order_by("protected_until", "pk"):
        until, user = held.protected_until, held.user_id
        if until and user:
            nearest = min(h for h in hours if until <= at + timedelta(hours=h))
            near[f"protection:{held.pk}:{until:%y%m%d%H%M}:{nearest}"] = (user, nearest, held)
    known = set(Allowance.objects.filter(key__in=near).values_list("key", flat=True))
    found = defaultdict(list)
    for key, (user, nearest, held) in near.items():
        if key not in known and limits.take(key, limit=1, within=REMEMBERED, at=at):
            found[user, nearest].append(held)
    return found


def _tell(project: Project, who: tuple[int, int], ending: list[Ownership], at: datetime) -> int:
    user, hours = who
    one, n = ending[0], len(ending)
    until = f"{localtime(one.protected_until, project.zone):%Y-%m-%d %H:%M}"
    said = "、".join(names.hidden(held.customer.name) for held in ending[:NAMED]) + ("…" if n > NAMED else "")
    facts: dict[str, Any] = {"hours": hours, "names": said, "n": n} | ({"until": until} if n == 1 else {})
    trail.tell(
        to=user, kind="protection.ending", project=project.code, link=f"/customers/{one.customer_id}" if n == 1 else "/me",
        sentence=SOON if n == 1 else SOON_MANY, at=at, **facts,
    )  # fmt: skip
    return 1
