"""The lines of a notebook with all that stands in them (D01 §三), and what they lack; a bounded number of queries for any number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from leads import completeness, grading
from leads.models import Contact, Customer, Deal, NotebookEntry, Ownership, Phone, Profile, Registration
from leads.reads.access import called, told_names
from leads.screening import phones
from people.roles import Right
from trail.together import fill

if TYPE_CHECKING:
    from leads.reads.notebooks import Notebook

Book = NotebookEntry.Book
SOON = timedelta(hours=24)  # a protection that ends within it is shown in amber
SLA_PROMPT = timedelta(hours=24)  # the record of a visit is due (D12-6.3a)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a notebook, or a masked report that waits for its customer."""

    at: datetime
    name: str
    honorific: str
    number: str = ""
    report: Registration | None = None
    entry: NotebookEntry | None = None
    customer: Customer | None = None  # none where whoever looks may not open them
    profile: Profile | None = None
    deal: Deal | None = None
    touched_at: datetime | None = None
    state: str = ""
    owner: str = ""
    until: datetime | None = None
    lacking: Sequence[Any] = ()
    overdue: bool = False
    told: bool = True  # whether whoever looks may know more of the customer than they reported

    @property
    def tail(self) -> str:
        """Only the last four digits, where there is a number."""
        return "*" * 7 + self.number[-4:] if self.number else ""

    @property
    def letter(self) -> str:
        """A, B, C, or nothing."""
        return grading.letter(self.profile.potential, self.profile.importance) if self.profile else ""

    @property
    def stage(self) -> str:
        """The stage in words; without a profile the first."""
        return str(Profile.Stage(self.profile.stage if self.profile else Profile.Stage.DEVELOP).label)


def rows(notebook: "Notebook", keys: Sequence[tuple[str, int]]) -> list[Row]:
    """What stands behind these keys, in their order."""
    numbers = [pk for kind, pk in keys if kind == "report"]
    reports = Registration.objects.in_bulk(numbers) if numbers else {}
    behind = _Behind(notebook, [pk for kind, pk in keys if kind == "entry"])
    return [_waiting(reports[pk]) if kind == "report" else behind.row(pk) for kind, pk in keys]


def _waiting(report: Registration) -> Row:
    number = phones.national(report.number)
    return Row(
        at=report.at, name=report.name, honorific=report.honorific, number=number, report=report,
        lacking=completeness.collected(name=report.name, phone=False),
    )  # fmt: skip


class _Behind:
    """All that is told with these lines, asked in one statement; their numbers in another."""

    def __init__(self, notebook: "Notebook", keys: list[int]) -> None:
        self.notebook, book = notebook, notebook.book
        lines = NotebookEntry.objects.filter(pk__in=keys)
        about = {"project": notebook.here.project, "customer__in": lines.values("customer")}
        entries = lines.select_related("customer").prefetch_related("customer__phones")
        held = Ownership.objects.open().filter(**about).select_related("user")
        profiles = Profile.objects.filter(**about)
        contacts = Contact.objects.filter(**about, by=notebook.keeper, connected=True)
        touched: Any = contacts.values_list("customer").annotate(Max("at"))
        touched = touched if book == Book.COLLECTION else touched.none()
        deals = Deal.objects.filter(no__in=lines.values("source")) if book == Book.SIGNED else Deal.objects.none()
        fill(entries, held, profiles, touched, deals)
        self.entries = {entry.pk: entry for entry in entries}
        self.held: dict[Any, Ownership] = {row.customer_id: row for row in held}
        self.profiles = {row.customer_id: row for row in profiles}
        self.touched: dict[Any, datetime] = dict(touched)
        self.deals: dict[str, Deal] = {deal.no: deal for deal in deals}
        self.told = told_names(notebook.here)
        self._read_reports()

    def _read_reports(self) -> None:
        """What an agency reported itself, which is all that it reads of customers whom it does not follow."""
        here = self.notebook.here
        self.own: dict[Any, Registration] = {}
        self.back: set[str] = set()  # numbers of reports that are held back
        if here.outside:
            mine = Registration.objects.filter(project=here.project, by=self.notebook.keeper)
            about = mine.filter(customer__in=[entry.customer_id for entry in self.entries.values()])
            self.own = {report.customer_id: report for report in about.in_order()}
            self.back = set(about.held_back().values_list("no", flat=True))

    def row(self, pk: int) -> Row:
        entry, at = self.entries[pk], self.notebook.at
        if entry.source in self.back:
            return self._reported(entry, state="check")
        customer, held = entry.customer, self.held.get(entry.customer_id)
        state = self._state(held)
        theirs = state in ("mine", "soon")
        if self.notebook.here.outside and not theirs:
            return self._reported(entry, customer=customer, state=state)
        keeps = theirs or self.notebook.here.may(Right.ALL_CUSTOMERS)
        phone, deal = next(iter(customer.phones.all()), None), self.deals.get(entry.source)
        return Row(
            at=entry.at, name=customer.name, honorific=customer.honorific, number=phone.national if phone else "",
            entry=entry, customer=customer, profile=self.profiles.get(customer.pk) if keeps else None, deal=deal,
            touched_at=self.touched.get(customer.pk), state=state, owner=held.user.name if held and held.user else "",
            lacking=_lacking(entry, customer, phone, deal), overdue=entry.book == "visit" and _overdue(entry, at),
            until=self._until(held) if theirs or self.told else None,
        )  # fmt: skip

    def _reported(self, entry: NotebookEntry, **told: Any) -> Row:
        """A line about a customer whom an agency does not follow: as it reported them itself."""
        report = self.own.get(entry.customer_id)
        name, honorific = called(report, entry.customer)
        return Row(
            told=False, at=entry.at, name=name, honorific=honorific, entry=entry,
            number=phones.national(report.number) if report else "",
            touched_at=None if told["state"] == "check" else self.touched.get(entry.customer_id),
            deal=self.deals.get(entry.source),
            overdue=entry.book == "visit" and _overdue(entry, self.notebook.at), **told,
        )  # fmt: skip

    def _until(self, held: Ownership | None) -> datetime | None:
        until = held.protected_until if held else None
        return until if until and until > self.notebook.at else None

    def _state(self, held: Ownership | None) -> str:
        """Whose the customer is now, seen from whoever keeps the notebook."""
        at = self.notebook.at
        if held is None:
            return "nobody"
        theirs = held.user_id == self.notebook.keeper.pk
        if held.protected_until and held.protected_until <= at:
            return "lapsed" if theirs else "nobody"
        if theirs and held.protected_until and held.protected_until - at <= SOON:
            return "soon"
        return "mine" if theirs else "other" if held.user_id else held.holder


def _lacking(entry: NotebookEntry, customer: Customer, phone: Phone | None, deal: Deal | None) -> list[Any]:
    if entry.book == Book.VISIT:
        return completeness.visited(note=entry.note)
    if entry.book == Book.COLLECTION:
        return completeness.collected(name=customer.name, phone=phone is not None)
    return completeness.signed(
        name=customer.name, phone=phone is not None, amount_fen=deal.amount_fen if deal else None,
        term_months=deal.term_months if deal else None,
    )  # fmt: skip


def _overdue(entry: NotebookEntry, at: datetime) -> bool:
    """Whether the record of a visit came, or still does not come, later than 24 hours after it."""
    return (entry.noted_at or at) - entry.at > SLA_PROMPT
