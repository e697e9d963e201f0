"""A month of commission by COPY: deals with their entries, as `finance.services.booking` writes them. Each entry sums to zero."""

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from config.demo.customers import GIVEN, SURNAMES
from config.seed.house import House
from config.seed.numbers import Numbers
from config.seed.rows import CUSTOMER
from finance.models import Account, Entry, Posting
from leads import vault
from leads.models import Customer, Deal, Phone
from leads.money import split
from leads.screening import phones
from trail.bulk import Table
from trail.services import numbered

A_BATCH = 1_000  # deals
SHARES = ((10_000,), (5_000, 5_000), (3_333, 6_667), (3_334, 3_333, 3_333))
CLAUSES = ("D09-5a", "D07-8.6a, D07-8.6b", "D05-4.2b2", "")
SEED = 8


class Ledger:
    """Deals of one month, posted at `at`. Written in the transaction of who asks; nothing grows with their number."""

    def __init__(self, house: House, at: datetime) -> None:
        self.house, self.at, self.period = house, at, house.project.month(at)
        self.random, self.numbers = Random(SEED), Numbers(SEED)  # noqa: S311 — nothing secret
        self.whole = self._account(Account.Kind.COMMISSION, None)
        self.payees = [self._account(Account.Kind.PAYABLE, seller.user) for seller in house.sellers]
        self.customers = Table(Customer, *CUSTOMER)
        self.phones = Table(Phone, "customer_id", "sealed", "whole", "m34", "ends33", "last4", "entered_at")
        self.deals = Table(
            Deal,
            "id",
            "no",
            "project_id",
            "customer_id",
            "closer_id",
            "amount_fen",
            "commission_fen",
            "entered_by_id",
            "signed_at",
        )
        self.entries = Table(Entry, "id", "no", "project_id", "book", "kind", "period", "deal_id", "clauses", "at")
        self.postings = Table(Posting, "entry_id", "account_id", "share_bp", "amount_fen")

    def _account(self, kind: Account.Kind, user: int | None) -> int:
        whose: dict[str, Any] = {"user_id": user}
        return Account.objects.get_or_create(project=self.house.project, kind=kind, **whose)[0].pk

    def lay(self, lines: int) -> None:
        """So many lines for payees, in a cycle of deals with one, two, two and three of them. Raises ValueError for no multiple of 8."""
        if lines % 8:
            raise ValueError("eight lines make a cycle of deals")
        for start in range(0, lines // 2, A_BATCH):
            self._batch(start, min(A_BATCH, lines // 2 - start))

    def _batch(self, start: int, count: int) -> None:
        deals, entries = _ids("leads_deal_id_seq", count), _ids("finance_entry_id_seq", count)
        numbers = numbered("HT", self.at, _ids("trail_numbers", count))
        people = self.numbers.free(start, count)
        for i, deal, entry, no, e164 in zip(range(start, start + count), deals, entries, numbers, people, strict=True):
            self._deal(i, deal, entry, no, self._customer(e164))
        with connection.cursor() as cursor:
            for table in (self.customers, self.phones, self.deals, self.entries, self.postings):
                table.copy(cursor)

    def _customer(self, e164: str) -> str:
        random, digits = self.random, phones.national(e164)
        pk, honorific = str(UUID(int=random.getrandbits(128), version=4)), random.choice(tuple(GIVEN))
        name = random.choice(SURNAMES) + random.choice(GIVEN[honorific])
        self.customers.add(pk, Customer.Kind.PERSON.value, name, honorific, "", "", "", self.at)
        m34, ends = vault.first3_last4(digits[:3], digits[-4:]), vault.ends(digits[:3], digits[-3:])
        self.phones.add(pk, vault.seal(e164), vault.whole(e164), m34, ends, vault.last4(digits[-4:]), self.at)
        return pk

    def _deal(self, i: int, deal: int, entry: int, no: str, customer: str) -> None:
        project, shares = self.house.project.pk, SHARES[i % len(SHARES)]
        commission = self.random.randrange(100_00, 90_000_00)
        closer = self.house.sellers[i % len(self.house.sellers)].user
        self.deals.add(deal, no, project, customer, closer, commission * 40, commission, closer, self.at)
        kind, book = Entry.Kind.ACCRUAL.value, Entry.Book.COMMISSION.value
        clauses = CLAUSES[i % len(CLAUSES)]
        self.entries.add(entry, no.replace("HT", "FL"), project, book, kind, self.period, deal, clauses, self.at)
        for n, (bp, fen) in enumerate(zip(shares, split(commission, shares), strict=True)):
            self.postings.add(entry, self.payees[(i + n) % len(self.payees)], bp, fen)
        self.postings.add(entry, self.whole, None, -commission)


def _ids(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [number for (number,) in cursor.fetchall()]
