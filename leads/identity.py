"""Who is this? Finding a customer by number, mask, name or pinyin, and making a new one."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Customer, NotebookEntry, Ownership, Phone, Registration
from leads.screening import names, phones
from people.models import Project

MOST = 8  # results on the desk: more than one screen is no answer


def new_customer(*, at: datetime, name: str, honorific: str = "", source: str = Customer.Source.FIELD) -> Customer:
    """A customer with the keys by which the name is found."""
    return Customer.objects.create(
        name=name, honorific=honorific, pinyin=names.pinyin_key(name), initials=names.initials(name), source=source,
        created_at=at,
    )  # fmt: skip


def of_project(project: Project) -> QuerySet[Customer]:
    """Customers that this project knows: reported, visited or followed here. Others are nobody's business here."""
    here = {"customer": OuterRef("pk"), "project": project}
    return Customer.objects.filter(
        Exists(Registration.objects.filter(**here))
        | Exists(Ownership.objects.filter(**here))
        | Exists(NotebookEntry.objects.filter(**here))
    )


def search(project: Project, text: str) -> tuple[str, list[Customer]]:
    """What the desk typed and whom it may mean: `whole`, `mask`, `last4` or `name`, and at most MOST customers."""
    kind, key = phones.partial(text)
    customers = of_project(project)
    if kind == "whole":
        found = customers.filter(phones__in=Phone.objects.whole(key))
    elif kind == "last4":
        found = customers.filter(phones__in=Phone.objects.ending(key))
    elif kind == "masked":
        found = customers.filter(phones__in=[phone.pk for phone in Phone.objects.fitting(key)])
    else:
        found = customers.filter(_named(text.strip()))
    return kind, list(found.prefetch_related("phones").order_by("pinyin", "pk").distinct()[:MOST])


def _named(text: str) -> Q:
    """By the beginning of the name, its pinyin or its initials."""
    if not text:
        return Q(pk__in=[])
    plain = text.lower().replace(" ", "")
    return Q(name__startswith=text) | Q(pinyin__startswith=plain) | Q(initials__startswith=plain)


def arrived_before(project: Project, customer: Customer, at: datetime) -> datetime | None:
    """The customer's first arrival in this project, if it was before `at`."""
    seen = NotebookEntry.objects.filter(
        project=project, customer=customer, book=NotebookEntry.Book.VISIT, at__lt=at
    ).order_by("at")
    first = seen.first()
    return first.at if first else None
