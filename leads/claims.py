"""First report wins, in the database: the locks under which a claim is looked up, decided and written (docs/locking.md).

Order, always: the key rows of one number (sorted, once), then the customer row. The partial unique index
`ownership_one_open` is the proof; the lock is what lets the loser be stored as a contesting claim instead of an error.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import succession, vault
from leads.identity import new_customer
from leads.models import Customer, Ownership, Phone
from leads.screening import names, phones
from people.models import Project, User
from people.services.guards import must_stay
from trail import prepared
from trail import services as trail
from trail.refusals import Refusal

LOCK_KEYS = """
INSERT INTO leads_claimkey (project_id, kind, index)
SELECT %(project)s, kind, decode(key, 'hex') FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS locked(kind, key)
ON CONFLICT (project_id, kind, index) DO UPDATE SET kind = EXCLUDED.kind WHERE false
"""
EXPIRED, CLAIMED = "expired", "claimed"  # what ended an ownership, where that is no number
CLOCK = "clock"


def lock_number(project: Project, number: str) -> None:
    """Wait until nobody else in this project works on this number, whole or masked.

    A whole number and each mask that may hide it share the key of their first and last three digits, so that a masked
    and a whole report of one number wait for each other too.
    """
    digits = phones.national(number)
    lock_keys(project, [("ends33", vault.ends(digits[:3], digits[-3:]))])


def lock_keys(project: Project, keys: Iterable[tuple[str, bytes]]) -> None:
    """Wait until nobody else in this project works on any of these: made or locked by one statement, in sorted order.

    PostgreSQL locks a row that is there already even where the condition of DO UPDATE lets it be.
    """
    rows = sorted(set(keys))
    if not rows:
        return
    kinds, indexes = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        given = {"project": project.pk, "kinds": list(kinds), "keys": [index.hex() for index in indexes]}
        prepared.execute(cursor, LOCK_KEYS, given)


def lock_customers(ids: Iterable[UUID]) -> dict[UUID, Customer]:
    """Wait until nobody else changes who follows any of these; each row as it is now. Sorted by id, once."""
    found = Customer.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return {customer.pk: customer for customer in found}


def lock_customer(customer: Customer) -> Customer:
    """Wait until nobody else changes who follows this customer; returns the row as it is now.

    Raises Refusal where it was merged meanwhile: what was decided on the page before would be written to nobody.
    """
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if locked.merged_into_id:
        raise Refusal("customer_merged", _("这位客户刚并到另一条记录里，刷新再做"), status=409)
    return locked


def find_or_create(e164: str, *, at: datetime, name: str, **given: str) -> tuple[Customer, bool]:
    """The customer whose number this is, locked; a new one where nobody has it.

    Somebody in another project may create the same customer at the same instant: then theirs is taken.
    """
    known = [phone.customer for phone in Phone.objects.whole(e164).select_related("customer")]
    if known:
        return lock_customer(_of_the_name(known, name, given.get("honorific", ""))), False
    try:
        with transaction.atomic():
            customer = new_customer(at=at, name=name, **given)
            Phone.of(customer, e164, at).save()
            return lock_customer(customer), True
    except IntegrityError:
        return lock_customer(Phone.objects.whole(e164)[0].customer), False


def _of_the_name(known: list[Customer], name: str, honorific: str) -> Customer:
    """Of several who share a number the one whom the name fits; else whose it was first."""
    fitting = [one for one in known if names.compatible(name, one.name, honorific, one.honorific)]
    return fitting[0] if len(fitting) == 1 else known[0]


def current(project: Project, customer: Customer, at: datetime) -> Ownership | None:
    """Whose customer this is now, a person's or the company's, under the customer's lock; None: free, or in the public pool.

    A protection that has run out is ended on the way, and the next in line are offered the customer, as the job does it.
    """
    held = in_force(project, customer, at)
    return None if held and held.holder == Ownership.Holder.POOL else held


def in_force(project: Project, customer: Customer, at: datetime) -> Ownership | None:
    """The open ownership, the pool's too, after all that time alone has done to it. Locks are held."""
    held: Ownership | None = Ownership.objects.open().filter(project=project, customer=customer).first()
    if held and held.protected_until and held.protected_until <= at:
        over = held.protected_until
        end(held, at=over, cause=EXPIRED)
        _tell_over(held, customer, at)
        held = to_pool(held, customer, reason=Ownership.Reason.EXPIRED, by=CLOCK, since=over, at=at)
    if held and held.holder == Ownership.Holder.POOL:
        succession.lapse(held, at=at)
    return held


def _tell_over(held: Ownership, customer: Customer, at: datetime) -> None:
    if held.user_id:
        trail.tell(
            to=held.user_id, kind="protection.over", project=held.project.code, link=f"/customers/{customer.pk}", at=at,
            sentence=gettext_noop("%(name)s的保护期已过，进入公海，不再归你"), name=names.hidden(customer.name),
        )  # fmt: skip


def to_pool(
    lost: Ownership, customer: Customer, *, reason: str, by: object, since: datetime, at: datetime
) -> Ownership:
    """Put a customer whose ownership was just ended into the public pool, and offer them to the next in line. Locks are held."""
    given = {"holder": Ownership.Holder.POOL, "reason": reason, "source": lost.source, "by": str(by), "since": since}
    pool = _open(lost.project, customer, given)
    succession.offer_next(pool, moment=since, at=at)
    return pool


def lock_holder(project: Project, user: User) -> None:
    """Wait until nobody else counts how many customers this person holds. Before the customer's lock, as a number's."""
    lock_keys(project, [("holder", user.pk.to_bytes(8))])


def reserved(project: Project, customer: Customer, user: User, at: datetime) -> bool:
    """Whether a customer whom nobody follows is not this person's to take: offered to somebody else, or just lost by them.

    A report is kept then and waits, as one that meets a live claim does. Locks are held; `in_force` has been asked before.
    """
    offer = succession.open_offer(project, customer)
    until = cooling_until(project, customer, user)
    return bool(offer and offer.to_id != user.pk and offer.until > at) or bool(until and until > at)


def cooling_until(project: Project, customer: Customer, user: User) -> datetime | None:
    """Until when somebody may not take a customer back whom they lost, where the terms say so; exclusive."""
    days = project.terms.pool_cooldown_days
    mine = Ownership.objects.filter(project=project, customer=customer, user=user, until__isnull=False)
    last = mine.order_by("-until").first() if days else None
    return days_after(project, last.until, days) if last and last.until else None


def days_after(project: Project, moment: datetime, days: int) -> datetime:
    """The end of so many whole local days after the day of `moment` (G-04), exclusive: midnight in the project's zone."""
    day = localtime(moment, project.zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time.min, tzinfo=project.zone)


def protected_until(project: Project, since: datetime) -> datetime | None:
    """When a protection that begins now ends: N whole local days after the first (G-04), exclusive. None: never."""
    days = project.terms.protection_days
    return None if days is None else days_after(project, since, days)


# What only puts on record whose the customer is; all else gives them to somebody, who must be there to follow them (G-10).
RECORDED = {Ownership.Reason.RULING, Ownership.Reason.IMPORTED, Ownership.Reason.MERGED, Ownership.Reason.PARTED}
# Of somebody who has been here already, the second stage begins at once.
CAME = {Ownership.Reason.WALK_IN, Ownership.Reason.BOUND}


def give(
    project: Project, customer: Customer, *, to: User | None, reason: str, source: str, by: object, at: datetime,
    holder: str = Ownership.Holder.PERSON,
) -> Ownership:  # fmt: skip
    """Open an ownership. The caller holds the lock and has ended the one before.

    The public pool's is ended here, and an offer to the next in line is answered by it.
    """
    if to is not None and reason not in RECORDED:
        must_stay(to, project, at)
    free(project, customer, taker=to, at=at)
    stage, until = str(Ownership.Stage.ONLY), None
    if holder == Ownership.Holder.PERSON and reason != Ownership.Reason.RULING:
        stage, until = first_stage(project, reason, at)
    given = {"to": to, "holder": holder, "reason": reason, "source": source, "by": str(by), "since": at}
    return _open(project, customer, given | {"stage": stage, "protected_until": until})


def free(project: Project, customer: Customer, *, taker: User | None, at: datetime) -> None:
    """Take the customer out of the public pool, and answer an offer to the next in line: somebody is about to follow them."""
    pooled = Ownership.objects.open().filter(project=project, customer=customer, holder=Ownership.Holder.POOL).first()
    if pooled:
        end(pooled, at=at, cause=CLAIMED)
    succession.close(project, customer, taker=taker, at=at)


def first_stage(project: Project, reason: str, at: datetime) -> tuple[str, datetime | None]:
    """The stage that an ownership begins in, and when that ends."""
    days = project.terms.deal_days
    if days is None:
        return Ownership.Stage.ONLY, protected_until(project, at)
    if reason in CAME:
        return Ownership.Stage.DEAL, days_after(project, at, days)
    return Ownership.Stage.VISIT, protected_until(project, at)


def _open(project: Project, customer: Customer, given: dict[str, Any]) -> Ownership:
    """Write an ownership."""
    to = given.pop("to", None)
    held: Ownership = Ownership.objects.create(project=project, customer=customer, user=to, **given)
    return held


def end(held: Ownership, *, at: datetime, cause: str) -> None:
    """End an ownership, once. Whoever no longer follows cannot hand over."""
    held.until, held.ended_for = max(at, held.since), cause
    held.save(update_fields=["until", "ended_for"])
    succession.withdraw_transfer(held, at=at)
