"""Customers and what they are to each other → customers and relations of a case."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from arbitration.casefile.reader import Reader
from arbitration.casefile.records import Records
from leads.models import Customer, Ownership, Phone, Relation
from leads.screening.matching import ACCEPTED, DIRECT_KIN

NAMED = {
    "walk-in-store",
    "crm-ownership",
}  # whether a record has a name (D01-1.f), and whether two have the same (D05-4.3a)
# Whose a customer was before anything happened here: what these rest on is no event of a case.
BEFORE = {Ownership.Reason.IMPORTED, Ownership.Reason.ALLOCATED, Ownership.Reason.POOL, Ownership.Reason.HANDOVER}


class Customers:
    """Reads these as they stood. `proofs`: papers for a relation that were shown on the case. `records` knows when somebody first
    complained: whoever followed the customer then answers them (D06-5.2b).
    """

    def __init__(
        self, reader: Reader, rows: list[Customer], proofs: dict[int, dict[str, str]], records: Records
    ) -> None:
        self.reader, self.rows, self.proofs, self.records = reader, rows, proofs, records
        known = Relation.objects.of_people().filter(customer__in=reader.ids, declared_at__lte=reader.at)
        self.known = reader.rows.want(known.order_by("declared_at", "pk"))
        phones = Phone.objects.filter(customer__in=reader.ids, entered_at__lte=reader.at)
        self.phones = reader.rows.want(phones.order_by("pk"))

    def customers(self) -> Iterator[dict[str, Any]]:
        """Each, by what is known of them."""
        return (self._customer(row) for row in self.rows)

    def _customer(self, row: Customer) -> dict[str, Any]:
        reader = self.reader
        keys: dict[str, Any] = {"id": reader.tokens.customer(row.pk), "kind": row.kind, "source": row.source}
        numbers = [reader.tokens.number(phone.e164) for phone in self.phones if phone.customer_id == row.pk]
        if reader.pack in NAMED and row.name:
            keys["name"] = self._names[row.company_key or row.pk]
        return (
            keys
            | ({"phones": numbers} if numbers else {})
            | ({"household": "H1"} if row.pk in self._kin else {})
            | self._keeper(row)
            | reader.scopes.customer(row.pk)
        )

    @cached_property
    def _names(self) -> dict[Any, str]:
        """A name is a token like all that is personal: the same for two records of one company name."""
        keys = dict.fromkeys(row.company_key or row.pk for row in self.rows)
        return {key: f"N{i}" for i, key in enumerate(keys, start=1)}

    def _keeper(self, row: Customer) -> dict[str, str]:
        user = self._held.get(row.pk)
        return {"assigned_to": self.reader.tokens.person(user)} if user else {}

    @cached_property
    def _held(self) -> dict[Any, int | None]:
        """By customer, whose they were at first; where somebody complained, whose they were then."""
        found: dict[Any, int | None] = {}
        complained = self.records.complained
        for row in (own for own in self.reader.rows.owned if own.since <= (complained or self.reader.at)):
            if complained:
                found[row.customer_id] = row.user_id
            else:
                before = row.reason in BEFORE and row.source not in self._deeds  # a deed is an event of its own
                found.setdefault(row.customer_id, row.user_id if before else None)
        return found

    @cached_property
    def _deeds(self) -> set[str]:
        return {row.no for row in self.reader.rows.deeds}

    @cached_property
    def _kin(self) -> set[Any]:
        """Who is spouse, parent, child or grandparent of another of the case."""
        kin = (row for row in self.known if row.kind in DIRECT_KIN and row.other_id in self.reader.ids)
        return {pk for relation in kin for pk in (relation.customer_id, relation.other_id)}

    def _proof(self, row: Relation) -> dict[str, str] | None:
        """The paper that was shown for a relation: on the case, or else when the house saw it (D07-8.7)."""
        if row.pk in self.proofs:
            return self.proofs[row.pk]
        seen = row.proof_at if row.proof in ACCEPTED else None
        return {"doc": row.proof, "at": self.reader.time(seen)} if seen and seen <= self.reader.at else None

    def relations(self) -> Iterable[dict[str, Any]]:
        """Kin and friends of the customers of the case, among them and with people who work here."""
        for row in self.known:
            if row.other_id and row.other_id not in self.reader.ids:
                continue
            tokens = self.reader.tokens
            b = tokens.person(row.staff_id) if row.staff_id else tokens.customer(row.other_id)
            proof = {"proof": seen} if (seen := self._proof(row)) else {}
            declared = self.reader.time(row.declared_at)
            yield {"a": tokens.customer(row.customer_id), "b": b, "kind": row.kind, "declared_at": declared, **proof}
