"""One's three notebooks (我的三本), a page at a time."""

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, DateTimeField, F, OuterRef, QuerySet, Subquery, Value

from leads.models import NotebookEntry, Ownership, Registration
from people.workplace import Workplace

SOON = timedelta(hours=24)  # a protection that ends within it is shown in amber
A_PAGE = 40


def counts(here: Workplace) -> dict[str, int]:
    """How many lines each of my notebooks has; masked reports count to the collection."""
    lines = (
        NotebookEntry.objects.filter(user=here.user, project=here.project).values("book").annotate(lines=Count("pk"))
    )
    found = dict.fromkeys(NotebookEntry.Book.values, 0) | {row["book"]: row["lines"] for row in lines}
    found[NotebookEntry.Book.COLLECTION] += _waiting(here).count()
    return found


def _waiting(here: Workplace) -> QuerySet[Registration]:
    """My masked reports whose customer has not come yet."""
    return Registration.objects.provisional().filter(by=here.user, project=here.project)


def notebook(here: Workplace, book: str, at: datetime, page: str | None) -> Page[Any]:
    """A page of one of my notebooks, newest first; in the collection, what runs out first stands before all others."""
    keys = [(at_ if ends is None else ends, ends is None, "entry", pk) for pk, at_, ends in _entries(here, book, at)]
    if book == NotebookEntry.Book.COLLECTION:
        keys += [(at_, True, "report", pk) for pk, at_ in _waiting(here).values_list("pk", "at")]
    keys.sort(key=lambda key: (key[1], key[0].timestamp() * (-1 if key[1] else 1)))
    found: Page[Any] = Paginator(keys, A_PAGE).get_page(page)
    found.object_list = _rows(here, [(kind, pk) for _at, _free, kind, pk in found.object_list], at)
    return found


def _entries(here: Workplace, book: str, at: datetime) -> QuerySet[Any]:
    """Each line with when my protection of its customer ends, in the collection and where there is one."""
    lines = NotebookEntry.objects.filter(user=here.user, project=here.project, book=book)
    held = Ownership.objects.live_at(at).filter(customer=OuterRef("customer"), project=here.project, user=here.user)
    ends: Any = Subquery(held.values("protected_until")[:1], output_field=DateTimeField())
    if book != NotebookEntry.Book.COLLECTION:
        ends = Value(None, DateTimeField())
    return lines.annotate(moment=F("at"), ends=ends).values_list("pk", "moment", "ends")


def _rows(here: Workplace, keys: list[tuple[str, int]], at: datetime) -> list[dict[str, Any]]:
    """What stands behind these keys, in their order, with a bounded number of queries."""
    lines = NotebookEntry.objects.select_related("customer").prefetch_related("customer__phones")
    entries = lines.in_bulk([pk for kind, pk in keys if kind == "entry"])
    reports = Registration.objects.in_bulk([pk for kind, pk in keys if kind == "report"])
    customers = [entry.customer_id for entry in entries.values()]
    held = {o.customer_id: o for o in Ownership.objects.open().filter(project=here.project, customer__in=customers)}
    return [
        {"report": reports[pk], "tail": "*" * 7 + reports[pk].number[-4:]} if kind == "report"
        else _row(here, entries[pk], held.get(entries[pk].customer_id), at)
        for kind, pk in keys
    ]  # fmt: skip


def _row(here: Workplace, entry: NotebookEntry, held: Ownership | None, at: datetime) -> dict[str, Any]:
    phone = next(iter(entry.customer.phones.all()), None)
    return {
        "entry": entry, "customer": entry.customer, "tail": phone.tail if phone else "",
        "state": _state(here, held, at), **_left(held, at),
    }  # fmt: skip


def _state(here: Workplace, held: Ownership | None, at: datetime) -> str:
    """Whose the customer is now, for the eyes of whoever keeps the notebook."""
    if held is None:
        return "nobody"
    mine = held.user_id == here.user.pk
    if held.protected_until and held.protected_until <= at:
        return "lapsed" if mine else "nobody"
    if mine and held.protected_until and held.protected_until - at <= SOON:
        return "soon"
    return "mine" if mine else "other" if held.user_id else held.holder


def _left(held: Ownership | None, at: datetime) -> dict[str, Any]:
    """When a protection ends, and in how many whole hours, or days from two on."""
    until = held.protected_until if held else None
    if until is None or until <= at:
        return {"until": None}
    hours = int((until - at).total_seconds() // 3600)
    return {"until": until, "hours": hours if hours < 48 else None, "days": hours // 24}
