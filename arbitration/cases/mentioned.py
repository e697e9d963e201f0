"""Whom and what the entries of a case name, read in one question for all parts of its page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from arbitration.cases.once import once_a_page
from arbitration.cases.opened import brought_to
from arbitration.cases.parties import held_by, outside
from arbitration.events.format import Is
from arbitration.events.kinds import KINDS
from arbitration.events.words import CUSTOMERS, PERSONS, fields
from arbitration.models import CaseEvent, Collision, Subject
from leads.models import Customer
from people.models import Organisation, User
from trail.together import fill
from visits.models import Visit

Type = CaseEvent.Type
OF_VISITS = (Type.SLIP, Type.BRING)
OF_SIDES = (Type.SLIP, Type.CALL_LIST)  # they speak for an agency
NOBODY = ("company", "pool")


class Mentioned:
    """Rows by their id as text. `agencies`: by user, of those for whom slips and call lists speak."""

    def __init__(self, case: Collision, events: Iterable[CaseEvent]) -> None:
        rows, visits = list(events), brought_to(case)
        brought = {visit.brought_by_id: visit.brought_by for visit in visits}
        users = User.objects.filter(pk__in=_people(rows) - brought.keys())
        customers = Customer.objects.filter(pk__in=_said(rows, CUSTOMERS))
        subjects = Subject.objects.filter(pk__in=_said(rows, (Is.SUBJECT,)))
        organisations = Organisation.objects.filter(pk__in=_agencies(rows))
        of_entries = Visit.objects.filter(pk__in={row.payload["visit"] for row in rows if row.type in OF_VISITS})
        sides = (brought.keys() | _sides(rows)) - {claim.user_id for claim in case.claims.all()}
        held = held_by(case.project_id, Q(user__in=sides))
        fill(users, customers, subjects, organisations, of_entries, held)
        self.users = _by_id([*brought.values(), *users])
        self.customers, self.subjects, self.organisations = map(_by_id, (customers, subjects, organisations))
        self.visits, self.agencies = _by_id(of_entries), outside(held)


@once_a_page
def mentioned_in(case: Collision) -> Mentioned:
    """Of all that is on record in a case."""
    return Mentioned(case, case.events.all())


def _by_id(rows: Iterable[Any]) -> dict[str, Any]:
    return {str(row.pk): row for row in rows}


def _people(rows: list[CaseEvent]) -> set[int]:
    found = {int(pk) for pk in _said(rows, PERSONS)}
    for row in rows:
        found |= {int(pk) for pk in row.payload.get("people", [])}
        found |= {int(key) for key in row.payload.get("shares", {}) if key.isdigit()}
        found |= {row.payload["broker"]} if "broker" in row.payload else set()
    return found


def _agencies(rows: list[CaseEvent]) -> set[int]:
    return {int(key[1:]) for row in rows for key in row.payload.get("shares", {}) if key.startswith("o")}


def _sides(rows: list[CaseEvent]) -> set[int]:
    spoken = [row for row in rows if row.type in OF_SIDES]
    return {row.by_id for row in spoken} | {row.payload["broker"] for row in spoken if row.type == Type.SLIP}


def _said(rows: list[CaseEvent], kinds: tuple[Is, ...]) -> set[Any]:
    """What entries of the table of kinds hold in fields of these kinds."""
    entries = (row for row in rows if row.type in KINDS)
    values = (value for row in entries for field, value in fields(row) if field.kind in kinds)
    flat = (one for value in values for one in (value if isinstance(value, list) else [value]))
    return {one for one in flat if one not in NOBODY}
