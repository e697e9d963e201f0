"""First report wins, in the database: the locks under which a claim is looked up, decided and written (docs/locking.md).

Order, always: the key rows of one number (sorted, once), then the customer row. The partial unique index
`ownership_one_open` is the proof; the lock is what lets the loser be stored as a contesting claim instead of an error.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from leads import vault
from leads.models import ClaimKey, Customer, Ownership, Phone
from leads.screening import phones
from people.models import Project, User
from trail import chain

EXPIRED = "expired"


def lock_number(project: Project, number: str) -> None:
    """Wait until nobody else in this project works on this number, whole or masked.

    A whole number and each mask that may hide it share the key of their first and last three digits, so that a masked
    and a whole report of one number wait for each other too.
    """
    digits = phones.national(number)
    key = {"project": project, "kind": "ends33", "index": vault.ends(digits[:3], digits[-3:])}
    ClaimKey.objects.bulk_create([ClaimKey(**key)], ignore_conflicts=True)
    ClaimKey.objects.select_for_update().get(**key)


def lock_customer(customer: Customer) -> Customer:
    """Wait until nobody else changes who follows this customer; returns the row as it is now."""
    return Customer.objects.select_for_update().get(pk=customer.pk)


def find_or_create(e164: str, *, at: datetime, name: str, **given: str) -> tuple[Customer, bool]:
    """The customer whose number this is, locked; a new one where nobody has it.

    Somebody in another project may create the same customer at the same instant: then theirs is taken.
    """
    from leads.identity import new_customer

    known = Phone.objects.whole(e164).select_related("customer").first()
    if known:
        return lock_customer(known.customer), False
    try:
        with transaction.atomic():
            customer = new_customer(at=at, name=name, **given)
            Phone.of(customer, e164, at).save()
            return lock_customer(customer), True
    except IntegrityError:
        return lock_customer(Phone.objects.whole(e164).get().customer), False


def current(project: Project, customer: Customer, at: datetime) -> Ownership | None:
    """Who follows this customer now, under the customer's lock. An ownership that has run out is ended on the way."""
    held: Ownership | None = Ownership.objects.open().filter(project=project, customer=customer).first()
    if held and held.protected_until and held.protected_until <= at:
        end(held, at=held.protected_until, cause=EXPIRED, by="clock")
        return None
    return held


def protected_until(project: Project, since: datetime) -> datetime | None:
    """When a protection that begins now ends: N whole local days after the first (G-04), exclusive. None: never."""
    days = project.terms.protection_days
    if days is None:
        return None
    midnight = localtime(since, project.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days + 1)


def give(
    project: Project, customer: Customer, *, to: User | None, reason: str, source: str, by: object, at: datetime,
    holder: str = Ownership.Holder.PERSON,
) -> Ownership:  # fmt: skip
    """Open an ownership and put it into the customer's chain. The caller holds the lock and has ended the one before."""
    until = protected_until(project, at) if reason != Ownership.Reason.RULING else None
    held = Ownership.objects.create(
        project=project, customer=customer, holder=holder, user=to, since=at, protected_until=until, reason=reason,
        source=source, by=str(by),
    )  # fmt: skip
    body = {
        "project": project.code,
        "holder": holder,
        "user": to.pk if to else None,
        "reason": reason,
        "source": source,
    }
    chain.append(customer.chain, "ownership.opened", body, at=at)
    return held


def end(held: Ownership, *, at: datetime, cause: str, by: object) -> None:
    """End an ownership, once, and put that into the customer's chain."""
    held.until, held.ended_for = max(at, held.since), cause
    held.save(update_fields=["until", "ended_for"])
    body = {"project": held.project.code, "user": held.user_id, "cause": cause, "by": str(by)}
    chain.append(held.customer.chain, "ownership.ended", body, at=at)
