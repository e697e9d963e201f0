"""What the register knows of a batch of reports, in a number of queries that does not grow with them, and under lock."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min

from leads import candidates, claims
from leads.candidate_rows import Rows
from leads.models import Customer, NotebookEntry, Ownership
from leads.registering.filing import Claim, Draft
from leads.screening import phones
from people.models import Project
from trail.services import numbered
from trail.together import Prepared, among, given

NUMBERS = "SELECT nextval('trail_numbers'), nextval('leads_registration_id_seq') FROM generate_series(1, %s)"


def questions() -> dict[str, Any]:
    """What is read of customers who are known: whose they are, when they came first, and in whose notebook they stand since when."""
    lines = NotebookEntry.objects.filter(
        among("leads_notebookentry.customer_id", "customers", "uuid"), project=given("project")
    )
    came = lines.filter(book=NotebookEntry.Book.VISIT, at__lt=given("at"))
    booked = lines.filter(book=NotebookEntry.Book.COLLECTION, user__isnull=False)
    open_ = Ownership.objects.open().filter(
        among("leads_ownership.customer_id", "customers", "uuid"), project=given("project")
    )
    return {
        "open": open_.select_related("user", "customer"),
        "arrived": came.values_list("customer").annotate(first=Min("at")),
        "booked": booked.values_list("customer", "user", "at"),
    }


KNOWN = Prepared(questions)


class StaleError(Exception):
    """What was read is not so any more: somebody merged one of these customers meanwhile. Look again."""


class Stock:
    """The rows that concern a batch. What its reports come to is added as it is decided, so that a later one meets an earlier one.

    Locks are taken in the order of docs/locking.md: the key rows, then the customers; none for a look (`lock=False`).
    """

    def __init__(self, project: Project, drafts: Sequence[Draft], at: datetime, *, lock: bool) -> None:
        self.project, self.at, self.lock = project, at, lock
        if lock:
            claims.lock_keys(project, (key for draft in drafts for key in draft.keys))
        self.rows = Rows.gather(project, [draft.asked for draft in drafts], alike=False)
        for draft, screened in zip(drafts, candidates.judge(self.rows, at), strict=True):
            draft.screened = screened
        self.held: dict[UUID, Ownership | Claim] = {}
        self.passing: set[UUID] = set()
        self.arrived: dict[UUID, datetime] = {}
        self.booked: dict[tuple[UUID, int], datetime] = {}
        self.waiting: dict[bytes, list[tuple[int, str]]] = defaultdict(list)
        self.owned: dict[bytes, list[tuple[str, UUID]]] = defaultdict(list)

    def load(self, drafts: Sequence[Draft]) -> None:
        """Whose these customers are, whether they were here, and in whose notebook they stand. They are locked first."""
        known = {draft.customer.id for draft in drafts if draft.customer and not draft.new}
        if known and self.lock:
            self._refresh(drafts, claims.lock_customers(known))
        hidden = {phone.customer_id for draft in drafts if draft.masked for phone in self.rows.phones_of(draft.asked)}
        if known or hidden:
            found = KNOWN.ask(project=self.project.pk, customers=list(known | hidden), at=self.at)
            self._hold(found["open"], known)
            self.arrived = dict(found["arrived"])
            self.booked = {(customer, user): at for customer, user, at in found["booked"]}

    def _refresh(self, drafts: Sequence[Draft], locked: dict[UUID, Customer]) -> None:
        for draft in drafts:
            if draft.customer and not draft.new:
                draft.customer = locked[draft.customer.id]
                if draft.customer.merged_into_id:
                    raise StaleError

    def _hold(self, rows: Iterable[Ownership], known: set[UUID]) -> None:
        """Live claims; of one that time has ended, or that lies in the public pool, `claims` says what has become of it."""
        for row in rows:
            over = row.protected_until is not None and row.protected_until <= self.at
            if not over and row.holder != Ownership.Holder.POOL:
                self.held[row.customer_id] = row
            elif row.customer_id in known:
                self.passing.add(row.customer_id)
                held = claims.current(self.project, row.customer, self.at) if self.lock else None
                if held:
                    self.held[row.customer_id] = held

    def hidden_for(self, draft: Draft) -> bool:
        """Whether somebody else reported a mask before that this whole number may be."""
        mine, digits = draft.filing.here.user.id, draft.digits
        stored = ((report.by_id, report.number) for report in self.rows.waiting_of(draft.asked) if report.by_id != mine)
        said = (*stored, *self.waiting.get(draft.marks.ends33, ()))
        return any(by != mine and phones.mask_fits(mask, digits) for by, mask in said)

    def perhaps_taken(self, draft: Draft) -> bool:
        """Whether this mask may be somebody else's customer, or report."""
        mine, ends = draft.filing.here.user.id, draft.marks.ends33
        reported = (report.by_id for report in self.rows.waiting_of(draft.asked))
        if any(by != mine for by in (*reported, *(by for by, _mask in self.waiting.get(ends, ())))):
            return True
        stored = ((phone.national, phone.customer_id) for phone in self.rows.phones_of(draft.asked))
        fitting = (pk for digits, pk in (*stored, *self.owned.get(ends, ())) if phones.mask_fits(draft.number, digits))
        return any(pk in self.held and self.held[pk].user_id != mine for pk in fitting)


def number(drafts: Sequence[Draft], at: datetime) -> None:
    """Give each report its number, BB-261124-0137, and its id, from their sequences: nobody waits, gaps may stay."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [len(drafts)])
        counts, ids = zip(*cursor.fetchall(), strict=True)
    for draft, no, pk in zip(drafts, numbered("BB", at, counts), ids, strict=True):
        draft.no, draft.pk = no, pk
