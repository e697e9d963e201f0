"""The rows that say what a batch of reports came to, table by table, in an order in which foreign keys find what they name.

Values are written out as text once where many rows have them: time and ids of a thousand reports are a few.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from leads import answers, vault
from leads.models import Customer, NotebookEntry, Ownership, Phone, Registration
from leads.registering.filing import Draft
from people.models import Project
from trail import bulk, origin
from trail.bulk import Table
from trail.models import Entry

CUSTOMER = (
    "id", "kind", "name", "honorific", "source", "code", "pinyin", "initials", "company_key", "company_core", "created_at",
)  # fmt: skip
PAST = Customer.history.model  # asked once: each time, the library makes a class anew
HISTORY = ("history_date", "history_type", "history_user_id")
REPORT = (
    "id", "no", "project_id", "customer_id", "by_id", "organisation_id", "agency", "name", "honorific", "sealed_number",
    "masked", "m34", "ends33", "sealed_text", "channel", "answer", "arrived_at", "at", "claimed_at",
)  # fmt: skip
OWNERSHIP = (
    "project_id", "customer_id", "user_id", "since", "protected_until", "stage", "reason", "source", "by",
)  # fmt: skip
BOOK = NotebookEntry.Book.COLLECTION.value


class Rows:
    """The rows of a batch."""

    def __init__(self, project: Project, at: datetime) -> None:
        self.project, self.at, self.stamp = project, at, at.isoformat()
        self.customers = Table(Customer, *CUSTOMER)
        self.history = Table(PAST, *CUSTOMER, *HISTORY)
        self.phones = Table(Phone, "customer_id", "sealed", "whole", "m34", "ends33", "last4", "entered_at")
        self.reports = Table(Registration, *REPORT)
        self.ownerships = Table(Ownership, *OWNERSHIP)
        self.books = Table(NotebookEntry, "project_id", "customer_id", "user_id", "book", "source", "at")
        self.entries = Table(Entry, "at", "actor", "action", "subject", "project", "detail", "address")
        self.address = origin.address()
        self.tables = (
            self.customers, self.history, self.phones, self.reports, self.ownerships, self.books, self.entries,
        )  # fmt: skip

    def add(self, drafts: Sequence[Draft]) -> None:
        """All that is to be written of these reports, which were decided."""
        for draft in drafts:
            pk = str(draft.customer.id) if draft.customer else None
            self._report(draft, pk)
            if pk is None:
                continue
            if draft.first:
                self._customer(draft, pk)
            if draft.gave:
                self._ownership(draft, pk)
            if draft.booked is None:
                self.books.add(self.project.id, pk, draft.filing.here.user.id, BOOK, draft.no, self.stamp)
        self.phones.rows.sort(key=lambda row: row[2])  # two batches never wait for each other in a ring

    def write(self) -> int:
        """Send everything; gives how many rows there were."""
        with connection.cursor() as cursor:
            return bulk.write(cursor, self.tables)

    def _customer(self, draft: Draft, pk: str) -> None:
        one, marks, stamp = draft.customer, draft.marks, self.stamp
        row = (
            pk, str(one.kind), one.name, one.honorific, str(one.source), one.code, one.pinyin, one.initials, one.company_key,
            one.company_core, stamp,
        )  # fmt: skip
        self.customers.add(*row)
        self.history.add(*row, stamp, "+", draft.filing.here.user.id)
        if draft.phone:
            self.phones.add(pk, marks.sealed, marks.whole, marks.m34, marks.ends33, marks.last4, stamp)

    def _report(self, draft: Draft, pk: str | None) -> None:
        here, lead, marks = draft.filing.here, draft.filing.lead, draft.marks
        text = vault.seal(lead.text) if lead.text else None
        agency, masked = answers.organisation_name(here.organisation, lead.company), pk is None
        draft.stored = (
            draft.pk, draft.no, self.project.id, pk, here.user.id, here.organisation.id, agency, draft.asked.new.name,
            draft.asked.new.honorific, marks.sealed, masked, marks.m34, marks.ends33, text, str(lead.channel), str(draft.answer),
            draft.arrived, self.stamp, lead.claimed_at,
        )  # fmt: skip
        self.reports.add(*draft.stored)
        detail = f'{{"answer":"{draft.answer}","masked":{"true" if masked else "false"}}}'
        subject = f"registration:{draft.no}"
        self.entries.add(
            self.stamp, str(here.user.id), "lead.register", subject, self.project.code, detail, self.address
        )

    def _ownership(self, draft: Draft, pk: str) -> None:
        held = draft.held
        since = self.stamp if held.since is self.at else held.since
        self.ownerships.add(
            self.project.id, pk, held.user_id, since, held.protected_until, str(held.stage), str(held.reason), held.source,
            held.by,
        )  # fmt: skip


def registration(draft: Draft, project: Project, at: datetime) -> Registration:
    """The report as it was stored, for whoever goes on with it."""
    report = Registration(**dict(zip(REPORT, draft.stored, strict=True)))
    here, report.at = draft.filing.here, at
    report.project, report.customer, report.by, report.organisation = (
        project,
        draft.customer,
        here.user,
        here.organisation,
    )
    return report
