"""The weekly visit record (客户拜访周报, D12-6.1): whom somebody called on, for what, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leads.models import Contact, Profile, VisitNote
from people.models import Routine
from people.routines import Sheet, span

PROMPT = timedelta(hours=24)  # SLA_PROMPT: exactly at its end is in time (D12-6.3a)
WORDS = {
    "visits": gettext_lazy("拜访"), "visited": gettext_lazy("拜访的客户"), "incomplete": gettext_lazy("没填全"),
    "late_updates": gettext_lazy("超过 24 小时才更新"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One visit of the week. Its result may have been said at once, with the contact."""

    contact: Contact
    purpose: str
    result: str
    phone: str
    updated_at: datetime | None
    late: bool

    @property
    def missing(self) -> list[str]:
        """Which of the four things that a record must have it lacks (D12-6.1b); none: COMPLETE."""
        has = {
            _("姓名"): self.contact.customer.name, _("联系方式"): self.phone, _("拜访目的"): self.purpose,
            _("结果"): self.result,
        }  # fmt: skip
        return [name for name, value in has.items() if not value]


def visit_report(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """The visits of one salesperson in one week. An item without its four things keeps the record from being accepted."""
    found = items(routine, at)
    lacking = sum(bool(item.missing) for item in found)
    figures = {
        "visits": len(found), "visited": len({item.contact.customer_id for item in found}), "incomplete": lacking,
        "late_updates": sum(item.late for item in found),
    }  # fmt: skip
    said = ngettext("%(n)d 次拜访没填全：补上目的和结果", "%(n)d 次拜访没填全：补上目的和结果", lacking)
    return Sheet(figures, "leads/work/visit_report.html", {"items": found}, said % {"n": lacking} if lacking else "")


def items(routine: Routine, at: datetime) -> list[Item]:
    """Who was called on, in their order; a bounded number of queries."""
    rows = visits_of(routine).filter(at__lte=at)
    found = list(rows.select_related("customer", "visit_note").prefetch_related("customer__phones"))
    later = _updates(routine, found)
    return [_item(contact, later[contact.customer_id], at) for contact in found]


def visits_of(routine: Routine) -> "QuerySet[Contact]":
    """The contacts of this person in this week that were visits to the customer (拜访)."""
    begin, end = span(routine)
    mine = Contact.objects.filter(project=routine.project, by=routine.user, mode=Contact.Mode.FIELD_VISIT)
    return mine.filter(at__gte=begin, at__lt=end).order_by("at", "pk")


def _updates(routine: Routine, found: Iterable[Contact]) -> dict[Any, list[datetime]]:
    """When this person brought the platform up to date about these customers: another contact, or what is known of them."""
    customers = {contact.customer_id for contact in found}
    updates: dict[Any, list[datetime]] = defaultdict(list)
    about = {"project": routine.project, "customer__in": customers}
    for customer, at in Contact.objects.filter(by=routine.user, **about).values_list("customer", "at"):
        updates[customer].append(at)
    kept = Profile.history.filter(changed_by=routine.user, **about)
    for customer, at in kept.values_list("customer", "changed_at"):
        updates[customer].append(at)
    return updates


def _item(contact: Contact, updates: list[datetime], at: datetime) -> Item:
    note: VisitNote | None = getattr(contact, "visit_note", None)
    result = (note.result if note else "") or contact.note
    phone = next(iter(contact.customer.phones.all()), None)
    visited_at = contact.claimed_at or contact.at
    after = [moment for moment in updates if moment > contact.at]
    after += [contact.at] if contact.note else []
    after += [note.entered_at] if note and note.entered_at else []
    updated = min(after, default=None)
    late = (updated or at) > visited_at + PROMPT
    return Item(contact, note.purpose if note else "", result, phone.tail if phone else "", updated, late)
