"""The numbers that a scanner types at the desk: of a report (BB), an expected visit (YD), a visit (DF), alone or in an address."""

import re
from dataclasses import dataclass

from leads.models import Customer, Registration
from people.models import User
from people.workplace import Workplace
from visits.models import Expected, Visit

CODE = re.compile(r"(?<![A-Z0-9])([A-Z]{2}-\d{6}-\d{4,})(?!\d)")


@dataclass(frozen=True, slots=True)
class Scanned:
    """Whom a number is about. `visit`: they are here already. `name`: of a masked report, whose customer is not known yet."""

    customer: Customer | None = None
    name: str = ""
    invited_by: User | None = None
    brought_by: User | None = None
    visit: Visit | None = None


def code_in(text: str) -> str:
    """The number in a text; empty where there is none."""
    found = CODE.search(text.strip().upper())
    return found[1] if found else ""


def scanned(here: Workplace, code: str) -> Scanned | None:
    """Whom a number of this project is about; None for one that it does not have."""
    by_series = {"BB": _report, "YD": _expected, "DF": _visit}
    look = by_series.get(code[:2])
    return look(here, code) if look else None


def _report(here: Workplace, code: str) -> Scanned | None:
    found = Registration.objects.filter(project=here.project, no=code).select_related("customer", "by").first()
    return Scanned(found.customer, found.name, found.by) if found else None


def _expected(here: Workplace, code: str) -> Scanned | None:
    found = (
        Expected.objects.filter(project=here.project, no=code).select_related("customer", "by", "registration").first()
    )
    if found is None:
        return None
    name = found.registration.name if found.registration else ""
    return Scanned(found.customer, name, found.by, found.by if found.present else None)


def _visit(here: Workplace, code: str) -> Scanned | None:
    found = Visit.objects.filter(project=here.project, no=code).select_related("customer").first()
    if found is None:
        return None
    return Scanned(found.customer, found.name, visit=found if found.left_at is None else None)
