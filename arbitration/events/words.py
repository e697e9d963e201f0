"""Entries of the table of kinds (`arbitration/events/kinds.py`) in words, for the timeline and the evidence of a case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from arbitration.events.format import Field, Is
from arbitration.events.kinds import KINDS
from arbitration.models import CaseEvent
from leads.money import yuan
from leads.templatetags.guishu import masked

PERSONS, CUSTOMERS = (Is.PERSON, Is.PEOPLE, Is.TAKER), (Is.CUSTOMER, Is.OTHER)
SILENT = (Is.EVENT,)  # an id says nothing to a reader; what it points to stands in the same timeline


class Named(Protocol):
    """Rows by their id as text (arbitration/cases/mentioned.py)."""

    users: dict[str, Any]
    customers: dict[str, Any]
    subjects: dict[str, Any]


class Entries:
    """Tells entries; `known`: who and what they name."""

    def __init__(self, known: Named) -> None:
        self.users, self.customers, self.subjects = known.users, known.customers, known.subjects

    def words(self, row: CaseEvent) -> str:
        """What the entry says, field by field."""
        said = (self._said(field, value) for field, value in fields(row) if field.kind not in SILENT)
        return " · ".join(part for part in said if part)

    def _said(self, field: Field, value: Any) -> str:
        match field.kind:
            case Is.YES_NO:
                return f"{field.label}：{_('是') if value else _('否')}"
            case Is.CHOICE:
                return str(dict(field.choices).get(value, ""))
            case Is.MONEY:
                return f"{field.label} {yuan(value)}"
            case Is.MOMENT:
                return f"{field.label} {localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
            case Is.NUMBER:
                return f"{field.label} {value}"
            case Is.TEXT:
                return str(value)
            case _:
                return self._name(field, value)

    def _name(self, field: Field, value: Any) -> str:
        if field.kind in CUSTOMERS:
            customer = self.customers.get(str(value))
            return masked(customer.name) if customer else ""
        if field.kind == Is.SUBJECT:
            return str(self.subjects.get(str(value), ""))
        if value in ("company", "pool"):
            return str(_("公司") if value == "company" else _("公海"))
        many = value if isinstance(value, list) else [value]
        return "、".join(self.users[str(pk)].name for pk in many if str(pk) in self.users)


def fields(row: CaseEvent) -> Iterator[tuple[Field, Any]]:
    """The fields that an entry holds, in the order of the table."""
    return ((field, row.payload[field.key]) for field in KINDS[row.type].fields if field.key in row.payload)
