"""What may be chosen when something is put on record in a case: its people, its customers, its things, what happened in it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from arbitration.casefile import customers_of
from arbitration.events.format import Field, Is
from arbitration.models import CaseEvent, Collision, Subject
from leads.models import Deal
from leads.money import yuan
from leads.templatetags.guishu import masked
from people.models import Membership, User
from people.roles import RULING, Right, Role
from people.workplace import Workplace
from visits.models import Conduct, Visit

Type = CaseEvent.Type
Options = list[tuple[str, str]]
POOL, COMPANY = "pool", "company"


class Choices:
    """The choices of one person in one case; each list is read once. An outside agent is offered no colleague of the house that the
    case does not name already.
    """

    def __init__(self, here: Workplace, case: Collision) -> None:
        self.here, self.case = here, case

    def of(self, field: Field) -> Options:
        """(value, label) of everything that this field may hold; empty for what is written and not chosen."""
        reads: dict[Is, Callable[[], Options]] = {
            Is.PERSON: lambda: self.people,
            Is.PEOPLE: lambda: self.people,
            Is.TAKER: lambda: [*self.people, (COMPANY, _("公司")), (POOL, _("公海"))],
            Is.CUSTOMER: lambda: self.customers,
            Is.SUBJECT: lambda: self.subjects,
            Is.EVENT: lambda: self.events(field.of),
            Is.CHOICE: lambda: [(value, str(label)) for value, label in field.choices],
        }
        return reads[field.kind]() if field.kind in reads else []

    @cached_property
    def people(self) -> Options:
        """Who claims first, in the order of the letters; then everybody else who works here."""
        claimed = list(self.case.claims.select_related("user").order_by("joined_at", "pk"))
        held = Membership.objects.filter(project=self.case.project).filter(Q(until__isnull=True))
        if self.here.outside:
            held = held.filter(role__in=[*RULING, Role.COUNTERPART])
        users = User.objects.filter(memberships__in=held).distinct().order_by("name", "pk")
        known = {claim.user_id: f"{claim.letter} {claim.user.name}" for claim in claimed}
        return [(str(pk), label) for pk, label in (known | {u.pk: u.name for u in users if u.pk not in known}).items()]

    @cached_property
    def customers(self) -> Options:
        """Those that the case is about, the first one first."""
        return [(str(customer.pk), masked(customer.name)) for customer in customers_of(self.case)]

    @cached_property
    def subjects(self) -> Options:
        """What is disputed; where that is a customer, everything that is on the list of the project."""
        rows = Subject.objects.filter(project=self.case.project).order_by("kind", "name")
        if self.case.subject_id:
            rows = rows.filter(pk=self.case.subject_id)
        return [(str(row.pk), f"{row.get_kind_display()} {row.name}") for row in rows]

    def events(self, type_: str) -> Options:
        """What of this type is known of the case, by its id in the case file."""
        reads = {Type.CONTRACT: self._contracts, Type.VISIT: self._visits, Type.CONDUCT: self._conduct}
        if type_ in reads:
            return reads[Type(type_)]()
        rows = self.case.events.filter(type=type_).select_related("by").order_by("at", "pk")
        if not self.here.may(Right.EVIDENCE):  # what a rival offered is not a party's to read
            rows = rows.filter(by=self.here.user)
        return [(f"e{row.pk}", f"{row.by.name} · {self._when(row.at)}{self._price(row)}") for row in rows]

    def _of_case(self, model: Any) -> Any:
        return model.objects.filter(project=self.case.project, customer__in=[pk for pk, _name in self.customers])

    def _contracts(self) -> Options:
        rows = self._of_case(Deal).select_related("closer").order_by("signed_at", "pk")
        return [(f"k{row.pk}", f"{row.no} · {row.closer.name} · {self._when(row.signed_at)}") for row in rows]

    def _visits(self) -> Options:
        return [
            (f"v{row.pk}", f"{row.no} · {self._when(row.arrived_at)}")
            for row in self._of_case(Visit).order_by("arrived_at", "pk")
        ]

    def _conduct(self) -> Options:
        rows = (
            self._of_case(Conduct).filter(finding__established=True).select_related("by").order_by("happened_at", "pk")
        )
        return [
            (f"m{row.pk}", f"{row.get_kind_display()} · {row.by.name} · {self._when(row.happened_at)}") for row in rows
        ]

    def _when(self, moment: Any) -> str:
        return f"{localtime(moment, self.case.project.zone):%Y-%m-%d %H:%M}"

    def _price(self, row: CaseEvent) -> str:
        return f" · {yuan(row.payload['price'])}" if "price" in row.payload else ""
