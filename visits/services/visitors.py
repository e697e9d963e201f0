"""Whose record a visitor gets, and the question that a number on record under another name is (G-12)."""

from datetime import datetime

from django.db import transaction

from leads import claims, identity
from leads.models import Customer, IdentityQuestion, NotebookEntry, Ownership, Phone
from leads.screening import names
from leads.services import put_question
from people.models import Project, User
from people.workplace import Workplace
from trail.models import Renaming
from visits.models import Visit
from visits.services.claiming import contest, first_claim, receiver_of, settle_reports, told_apart

OTHER_NAME = "same_phone_other_name"
TURNED_OUT = "identity"  # what ended an ownership: the visitor was somebody else


def visitor_of(
    here: Workplace, e164: str, *, name: str, honorific: str, no: str, at: datetime
) -> tuple[Customer, bool]:
    """The customer of this number, locked, or a new one; and whether it is sure that it is they. The key row is locked already.

    A number that is known under other names only is a question for a person; until the answer the earlier record keeps
    priority, so the visit is put to it, and nobody at the desk is stopped or told (G-12).
    """
    given = told_apart(name, honorific)
    customer, new = claims.find_or_create(e164, at=at, source=Customer.Source.WALK_IN, **given)
    sure = new or names.compatible(given["name"], customer.name, given["honorific"], customer.honorific)
    if not sure:
        _ask(here.project, customer, given, no, at)
    return customer, sure


def _ask(project: Project, customer: Customer, given: dict[str, str], no: str, at: datetime) -> None:
    """Once for each name. The name waits in a record without number or claim, which stands for the visitor if it is another."""
    asked = IdentityQuestion.objects.filter(project=project, candidates=customer, registration=None)
    if asked.filter(customer__name=given["name"]).exists():
        return
    unsettled = identity.new_customer(at=at, source=Customer.Source.WALK_IN, **given)
    put_question(project, unsettled, [customer], OTHER_NAME, at, visit=no)


def settled(visit: Visit) -> bool:
    """Whether it is known who came: nobody is asked about them under this name."""
    asked = IdentityQuestion.objects.waiting().filter(project=visit.project_id, candidates=visit.customer_id)
    name = told_apart(visit.name, "")["name"]
    return not asked.filter(registration=None, customer__name=name).exists()


@transaction.atomic
def settle_visits(*, question: IdentityQuestion, same: Customer | None, by: User, at: datetime) -> None:
    """A person said who the visitor is, so their visits do now what they had to wait for. Locks are held."""
    unsettled = question.customer
    if unsettled is None:
        return
    about = [same] if same else list(question.candidates.all())
    rows = Visit.objects.filter(project=question.project, customer__in=about, registered_at__gte=question.at)
    rows = rows.select_related("project", "customer").order_by("pk")
    asked = Visit.objects.get(no=question.visit)
    visits = [visit for visit in rows if told_apart(visit.name, "")["name"] == told_apart(asked.name, "")["name"]]
    if visits and not same:
        _move(visits, unsettled, by, at)
    customer = claims.lock_customer(same or unsettled)
    for visit in visits:
        _catch_up(visit, customer, by, at, moved=same is None)


def _move(visits: list[Visit], customer: Customer, by: User, at: datetime) -> None:
    """Nobody of whom it might have been: the record with their name gets the number, and what came of their visits."""
    phone = Phone.of(customer, visits[0].number, at)
    phone.shared, phone.entered_by = True, by
    phone.save()
    for visit in visits:
        Renaming.objects.create(was=str(visit.customer_id), becomes=str(customer.pk), by=str(by.pk), at=at)
        given = {"project": visit.project, "customer": visit.customer, "source": visit.no}
        NotebookEntry.objects.filter(**given, book=NotebookEntry.Book.VISIT).update(customer=customer)
        for held in Ownership.objects.open().filter(**given):
            claims.end(held, at=at, cause=TURNED_OUT)
        visit.customer = customer
        visit.save(update_fields=["customer"])


def _catch_up(visit: Visit, customer: Customer, by: User, at: datetime, *, moved: bool) -> None:
    """Masked reports are bound, a stranger is their first receiver's (G-58), and who was named contests what another has."""
    contesting = settle_reports(
        visit.project, customer, visit.number, name=visit.name, honorific="", no=visit.no, at=at
    )
    held = claims.current(visit.project, customer, at)
    held = held or first_claim(visit, customer, receiver_of(visit, moved=moved), at, by=by)
    if held:
        contest(visit, held, contesting, at)
