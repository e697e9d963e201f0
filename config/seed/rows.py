"""One customer's story as rows of the tables: the same columns that `register_lead`, `check_in`, `leave` and `log_contact` fill."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from config.seed.house import House
from config.seed.story import CONTACT, VISIT, Told
from leads import vault
from leads.models import Contact, Customer, NotebookEntry, Ownership, Phone, Registration
from leads.models.register import Answer
from leads.screening import names, phones
from people.models import Site
from trail.bulk import Table
from trail.models import Entry, Message
from visits.models import Reception, Visit

CUSTOMER = ("id", "kind", "name", "honorific", "pinyin", "initials", "source", "created_at")
HISTORY = ("history_date", "history_type", "history_user_id")
VISITED = (
    "id", "no", "project_id", "site_id", "customer_id", "name", "arrived_at", "left_at", "left_how", "asked_for_id",
    "first_time", "known_before", "registered", "registered_by_id", "registered_at", "party",
)  # fmt: skip
QUARTER = 900  # seconds; no zone differs from another by less
ARRIVED = "【到访】%(name)s %(time)s 到%(site)s，前台在等你。点「我来接」"  # as visits/services/receiving.py says it


@lru_cache(maxsize=20_000)
def keys_of(name: str) -> tuple[str, str]:
    """Pinyin and initials; reading a name takes longer than all the rest of its customer."""
    return names.pinyin_key(name), names.initials(name)


@lru_cache(maxsize=20_000)
def _clock(minute: int) -> str:
    """What a local clock shows in this minute."""
    return f"{localtime(datetime.fromtimestamp(minute * 60, UTC)):%H:%M}"


@lru_cache(maxsize=20_000)
def _day(quarter: int) -> str:
    """The local day of a quarter of an hour, as numbers of receipts and visits write it."""
    return f"{localtime(datetime.fromtimestamp(quarter * QUARTER, UTC)):%y%m%d}"


class Rows:
    """The rows of a batch, table by table, in an order in which foreign keys find what they name."""

    def __init__(self, house: House, numbers: Iterator[int], visits: Iterator[int]) -> None:
        self.house, self.numbers, self.visits = house, numbers, visits
        self.project, self.code, self.site = house.project.pk, house.project.code, Site.objects.get(pk=house.site).name
        self.customers = Table(Customer, *CUSTOMER)
        self.customer_history = Table(Customer.history.model, *CUSTOMER, *HISTORY)
        self.phones = Table(Phone, "customer_id", "sealed", "whole", "m34", "ends33", "last4", "entered_at")
        self.reports = Table(
            Registration, "no", "project_id", "customer_id", "by_id", "organisation_id", "agency", "name", "honorific",
            "sealed_number", "masked", "m34", "ends33", "answer", "arrived_at", "at",
        )  # fmt: skip
        self.ownerships = Table(
            Ownership, "project_id", "customer_id", "user_id", "since", "protected_until", "reason", "source", "by"
        )
        self.books = Table(NotebookEntry, "project_id", "customer_id", "user_id", "book", "source", "at")
        self.contacts = Table(Contact, "project_id", "customer_id", "by_id", "mode", "at")
        self.visited = Table(Visit, *VISITED, "sealed_number")
        self.visit_history = Table(Visit.history.model, *VISITED, *HISTORY)
        self.receptions = Table(
            Reception,
            "visit_id",
            "by_id",
            "mode",
            "why",
            "arranged_by_id",
            "since",
            "answered_at",
            "until",
            "queue_before",
        )
        self.messages = Table(
            Message, "to", "project", "kind", "sentence", "facts", "link", "to_do", "at", "read_at", "done_at"
        )
        self.entries = Table(Entry, "at", "actor", "action", "subject", "project", "detail")
        self.tables = [made for made in vars(self).values() if isinstance(made, Table)]

    def add(self, told: Told, e164: str, until: datetime | None, random: Random) -> None:
        """All that is written of one customer."""
        pk = str(UUID(int=random.getrandbits(128), version=4))
        indexes = _Indexes(e164)
        self._customer(pk, told, indexes)
        no = self._report(pk, told, indexes, told.at, Answer.CLEAR, None)
        self._owner(pk, told, no, until)
        came: datetime | None = None
        for event in told.events:
            if event.kind == CONTACT:
                self.contacts.add(self.project, pk, told.seller.user, event.mode, event.at)
            elif event.kind == VISIT:
                self._visit(pk, told, event.at, event.at + event.stays, came, e164)
                came = came or event.at
            else:
                self._report(pk, told, indexes, event.at, Answer.YOURS, came)

    def _customer(self, pk: str, told: Told, indexes: "_Indexes") -> None:
        row = (
            pk,
            Customer.Kind.PERSON.value,
            told.name,
            told.honorific,
            *keys_of(told.name),
            str(told.source),
            told.at,
        )
        self.customers.add(*row)
        self.customer_history.add(*row, told.at, "+", told.seller.user)
        i = indexes
        self.phones.add(pk, vault.seal(i.e164), i.whole, i.m34, i.ends33, i.last4, told.at)

    def _report(
        self, pk: str, told: Told, i: "_Indexes", at: datetime, answer: str, came: datetime | None
    ) -> str:  # fmt: skip
        no, by = self._number("BB", at), told.seller
        self.reports.add(
            no, self.project, pk, by.user, by.organisation, by.agency, told.name, told.honorific, vault.seal(i.e164), False,
            i.m34, i.ends33, str(answer), came, at,
        )  # fmt: skip
        detail = f'{{"answer": "{answer}", "masked": false}}'
        self.entries.add(at, by.user, "lead.register", f"registration:{no}", self.code, detail)
        return no

    def _owner(self, pk: str, told: Told, no: str, until: datetime | None) -> None:
        """The report was the first: an ownership, a line in the notebook."""
        user, reason = told.seller.user, Ownership.Reason.REGISTERED.value
        self.ownerships.add(self.project, pk, user, told.at, until, reason, no, user)
        self.books.add(self.project, pk, user, NotebookEntry.Book.COLLECTION.value, no, told.at)

    def _visit(
        self, pk: str, told: Told, at: datetime, left: datetime, came: datetime | None, e164: str
    ) -> None:  # fmt: skip
        """The customer comes, is received by whoever follows them, and goes."""
        no, user, visit = self._number("DF", at), told.seller.user, next(self.visits)
        desk = self.house.desks[visit % len(self.house.desks)]
        first = Visit.First.AGAIN if came else Visit.First.FIRST
        row = (
            visit, no, self.project, self.house.site, pk, told.name, at, left, Visit.LeftHow.DESK.value, user, first.value,
            came is not None, Visit.Registered.REGISTERED.value, desk, at, no,
        )  # fmt: skip
        self.visited.add(*row, vault.seal(e164))
        self.visit_history.add(*(*row[:7], None, "", *row[9:]), at, "+", desk)
        self.visit_history.add(*row, left, "~", desk)
        why, mode = Reception.Why.OWNER.value, Reception.Mode.ASKED_FOR.value
        self.receptions.add(visit, user, mode, why, desk, at, at, left, "[]")
        facts = json.dumps({"name": f"{told.name[:1]}**", "time": _clock(int(at.timestamp()) // 60), "site": self.site})
        link = f"/visits/{no}"
        self.messages.add(user, self.code, "visit.arrived", ARRIVED, facts, link, True, at, at, left)
        self.books.add(self.project, pk, user, NotebookEntry.Book.VISIT.value, no, at)
        self.entries.add(at, desk, "visit.check_in", f"visit:{no}", self.code, "{}")
        self.entries.add(left, desk, "visit.leave", f"visit:{no}", self.code, '{"how": "desk"}')

    def _number(self, series: str, at: datetime) -> str:
        return f"{series}-{_day(int(at.timestamp()) // QUARTER)}-{next(self.numbers):04d}"

    def copy(self, cursor: Any) -> int:
        """Send everything; gives how many rows there were."""
        return sum(table.copy(cursor) for table in self.tables)


class _Indexes:
    """The blind indexes of a number, once for all its rows."""

    __slots__ = ("e164", "ends33", "last4", "m34", "whole")

    def __init__(self, e164: str) -> None:
        digits = phones.national(e164)
        self.e164, self.whole, self.last4 = e164, vault.whole(e164), vault.last4(digits[-4:])
        self.m34 = vault.first3_last4(digits[:3], digits[-4:])
        self.ends33 = vault.ends(digits[:3], digits[-3:])
