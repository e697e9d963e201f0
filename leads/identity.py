"""Who is this? Finding a customer by number, mask, name or pinyin, and making a new one."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Collate

from leads import vault
from leads.models import Customer, NotebookEntry, Ownership, Phone, Registration
from leads.screening import companies, names, phones
from people.models import Project

MOST = 8  # results on the desk: more than one screen is no answer


@lru_cache(maxsize=20_000)
def reading(name: str) -> tuple[str, str]:
    """Pinyin and initials; reading a name takes longer than all the rest of its customer."""
    return names.keys(name)


def name_keys(name: str, kind: str = Customer.Kind.PERSON) -> dict[str, str]:
    """The columns by which a name is found: of everybody pinyin and initials, of a company its full name and the part that people use."""
    pinyin, initials = reading(name)
    keys = {"pinyin": pinyin, "initials": initials}
    if kind == Customer.Kind.COMPANY:
        keys |= {"company_key": companies.plain(name)[:80], "company_core": companies.core(name)[1][:80]}
    return keys


def new_customer(
    *, at: datetime, name: str, honorific: str = "", source: str = Customer.Source.FIELD, kind: str = Customer.Kind.PERSON,
    code: str = "",
) -> Customer:  # fmt: skip
    """A customer with the keys by which the name is found; of a company with its code, where that is known (G-38)."""
    return Customer.objects.create(
        name=name, honorific=honorific, source=source, kind=kind, code=code, created_at=at, **name_keys(name, kind)
    )


def of_project(project: Project) -> QuerySet[Customer]:
    """Customers that this project knows: reported, visited or followed here. Others are nobody's business here."""
    here = {"customer": OuterRef("pk"), "project": project}
    # Looked up for each customer in turn, by index; three EXISTS would be hashed, that is, all tables read for eight customers.
    first = (model.objects.filter(**here).values("pk")[:1] for model in (Registration, Ownership, NotebookEntry))
    return (
        Customer.objects.filter(merged_into=None)
        .alias(known=Coalesce(*(Subquery(rows) for rows in first)))
        .filter(known__isnull=False)
    )


def search(project: Project, text: str) -> tuple[str, list[Customer]]:
    """What the desk typed and whom it may mean: `whole`, `masked`, `last4` or `name`, and at most MOST customers.

    Of the many who share their last four, those whose number was entered last.
    """
    kind, key = phones.partial(text)
    customers = of_project(project).prefetch_related("phones")
    if kind == "last4":  # in the order of their numbers: nobody is looked up but those who are shown
        numbered = customers.filter(phones__last4=vault.last4(key)).order_by("-phones__pk")
        return kind, list(dict.fromkeys(numbered[: 2 * MOST]))[:MOST]  # one customer may have two such numbers
    if kind == "whole":
        found = customers.filter(phones__whole=vault.whole(key))
    elif kind == "masked":
        found = customers.filter(phones__in=[phone.pk for phone in Phone.objects.fitting(key)])
    else:
        found = customers.filter(pk__in=_named(of_project(project), text.strip()))
    return kind, list(found.order_by("pinyin", "pk").distinct()[:MOST])


def _named(customers: QuerySet[Customer], text: str) -> list[UUID]:
    """At most MOST by the beginning of the name, or else of its pinyin or its initials; each index is walked in its order.

    A name that nobody has may be written otherwise, 陳 for 陈: those that sound like it.
    """
    if not text:
        return []
    if text.isascii():
        plain = names.DOTS.sub("", text.lower().replace(" ", ""))
        return _beginning(customers, ("pinyin", plain), ("initials", plain))
    name, _said = names.told_apart(text)
    return _beginning(customers, ("name", name)) or _beginning(customers, ("pinyin", names.pinyin_key(name)))


def _beginning(customers: QuerySet[Customer], *begins: tuple[str, str]) -> list[UUID]:
    found: list[UUID] = []
    for key, start in begins:
        keyed = customers.annotate(key=Collate(key, "C")).filter(key__startswith=start).order_by("key", "pk")
        found += keyed.values_list("pk", flat=True)[:MOST]
    return found[:MOST]


def arrived_before(project: Project, customer: Customer, at: datetime) -> datetime | None:
    """The customer's first arrival in this project, if it was before `at`."""
    seen = NotebookEntry.objects.filter(
        project=project, customer=customer, book=NotebookEntry.Book.VISIT, at__lt=at
    ).order_by("at")
    first = seen.first()
    return first.at if first else None
