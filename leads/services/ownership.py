"""Who follows a customer after a visit or a ruling, and the lines in the three notebooks."""

from datetime import datetime

from django.db import transaction

from leads import answers, claims
from leads.models import Customer, NotebookEntry, Ownership, Registration
from leads.services.identity import ask_which
from people.models import Project, User
from trail import services as trail


def note_in_book(project: Project, customer: Customer, user: User | None, book: str, source: str, at: datetime) -> None:
    """Write a line into a notebook, once. The collection notebook names a customer once for each person, whatever it rests on."""
    same = NotebookEntry.objects.filter(project=project, customer=customer, user=user, book=book)
    if (same if book == NotebookEntry.Book.COLLECTION else same.filter(source=source)).exists():
        return
    NotebookEntry.objects.create(project=project, customer=customer, user=user, book=book, source=source, at=at)


def bind_provisional(
    *, project: Project, customer: Customer, e164: str, name: str, honorific: str, at: datetime, visit: str = ""
) -> list[Registration]:
    """The visitor keyed the whole number: masked reports that it and the surname fit become this customer's (G-14).

    Returns the reports now bound, oldest first. The caller holds the locks. What fits by digits only stays provisional; of two
    names that fit none is picked: a person is asked (`visit` is the number of the visit).
    """
    bound = answers.bindable(project, e164, name, honorific)
    if len({(report.name, report.honorific) for report in bound}) > 1:
        ask_which(project, bound, customer, at, visit=visit)
        return []
    for report in bound:
        report.customer, report.bound_at = customer, at
        report.save(update_fields=["customer", "bound_at"])
        note_in_book(project, customer, report.by, NotebookEntry.Book.COLLECTION, report.no, report.at)
    return bound


def claim_walk_in(
    *, project: Project, customer: Customer, user: User, reason: str, source: str, by: object, at: datetime
) -> Ownership:
    """Whoever receives an unowned visitor, or reported the masked number first, becomes owner (G-58). Locks are held."""
    return claims.give(project, customer, to=user, reason=reason, source=source, by=by, at=at)


@transaction.atomic
def move_ownership(
    *, project: Project, customer: Customer, to: User | None, holder: str, source: str, by: object, at: datetime
) -> Ownership:
    """A ruling gives the customer to somebody, the company or the pool; who followed them before no longer does."""
    locked = claims.lock_customer(customer)
    held = claims.in_force(project, locked, at)
    if held and held.holder == holder and held.user_id == (to.pk if to else None):
        return held
    if held:
        claims.end(held, at=at, cause=source)
    moved = claims.give(
        project, locked, to=to, holder=holder, reason=Ownership.Reason.RULING, source=source, by=by, at=at
    )
    trail.note(
        by=by, action="ownership.move", subject=f"customer:{customer.pk}", at=at, project=project.code, source=source
    )
    return moved
