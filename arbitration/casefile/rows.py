"""The rows that a case file is made of: each reader says which it wants, and all are read in one question."""

from datetime import datetime
from typing import Any
from uuid import UUID

from leads.models import Contact, Deal, Deed, Deposit, Ownership, PreCheck, Refund, Registration, Review, Transfer
from people.models import Project
from trail.together import fill
from visits.models import Reception, Visit


class Rows:
    """What there is of these customers in this project up to a moment, each table in the order of its time."""

    def __init__(self, project: Project, customers: list[UUID], at: datetime) -> None:
        self.wanted: list[Any] = []
        here = {"project": project, "customer__in": customers}

        def of(name: str) -> dict[str, Any]:
            return {f"{name}__{key}": value for key, value in here.items()}

        reports = Registration.objects.filter(**here, at__lte=at).select_related("organisation")
        self.reports = self.want(reports.in_order())
        self.reviews = self.want(Review.objects.filter(**of("registration"), at__lte=at).order_by("at", "pk"))
        self.owned = self.want(Ownership.objects.filter(**here, since__lte=at).order_by("since", "pk"))
        self.queries = self.want(PreCheck.objects.filter(**here, over=False, at__lte=at).order_by("at", "pk"))
        contacts = Contact.objects.filter(**here, at__lte=at).select_related("visit_note")
        self.contacts = self.want(contacts.order_by("at", "pk"))
        self.visits = self.want(Visit.objects.filter(**here, arrived_at__lte=at).order_by("arrived_at", "pk"))
        self.receptions = self.want(Reception.objects.filter(**of("visit")).order_by("since", "pk"))
        self.deeds = self.want(Deed.objects.filter(**here).order_by("at", "pk"))
        done = Transfer.objects.filter(**here, state=Transfer.State.DONE, decided_at__lte=at)
        self.transfers = self.want(done.order_by("decided_at", "pk"))
        self.deposits = self.want(Deposit.objects.filter(**here, at__lte=at).order_by("at", "pk"))
        self.refunds = self.want(Refund.objects.filter(**of("deposit"), at__lte=at).order_by("at", "pk"))
        self.deals = self.want(Deal.objects.filter(**here, signed_at__lte=at).order_by("signed_at", "pk"))

    def want(self, rows: Any) -> Any:
        """These, too."""
        self.wanted.append(rows)
        return rows

    def read(self) -> None:
        """Read all that is wanted; whoever was not there in time asks alone."""
        fill(*self.wanted)
