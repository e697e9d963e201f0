"""Receptions of a visit → events: in turn or not, for whom a stand-in receives, and who arranged it (D17)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from people.models import Membership
from people.roles import Role
from visits.models import Reception, Visit

if TYPE_CHECKING:
    from arbitration.casefile.reader import Event, Reader


def receptions(reader: "Reader", visit: Visit) -> Iterator["Event"]:
    """Who received; whoever was called and did not come received nobody.

    `arranged_by` where a person arranged a stand-in: where nobody answered the program calls the next. Of a secretary it is also
    the consent that D17-3.4a asks for.
    """
    for row in (one for one in reader.rows.receptions if one.visit_id == visit.pk):
        if row.unanswered or row.since > reader.at:
            continue
        customer, by = reader.tokens.customer(visit.customer_id), reader.tokens.person(row.by_id)
        keys: dict[str, Any] = {"visit": f"v{visit.pk}", "customer": customer, "mode": row.mode}
        if row.stands_in_for_id:
            keys["for"] = reader.tokens.person(row.stands_in_for_id)
        arranged = bool(row.stands_in_for_id) and row.why != Reception.Why.UNANSWERED
        if arranged:
            keys["arranged_by"] = reader.tokens.person(row.arranged_by_id)
        yield reader.event(f"w{row.pk}", "reception", row.since, by=by, **keys)
        if arranged and _secretary(reader, row):
            given = {"by": keys["arranged_by"], "to": by, "customer": customer}
            yield reader.event(f"wa{row.pk}", "consent", row.since, kind="secretary_arrangement", **given)


def _secretary(reader: "Reader", row: Reception) -> bool:
    """Whether a secretary arranged it, by the roles of that time."""
    held = Membership.objects.at(row.since).filter(project=reader.project, user=row.arranged_by_id)
    return bool(held.filter(role=Role.SECRETARY).exists())
