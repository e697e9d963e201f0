"""What was recorded on the case itself → events: call lists, slips, brings, objections, negotiation."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from arbitration.casefile.reader import Event, Reader
from arbitration.cases.parties import between_companies, sharer_kind
from arbitration.cases.sealed import unseal
from arbitration.models import CaseEvent, Collision
from arbitration.shares import Kind
from leads import vault
from leads.models import WorkPhone
from visits.models import Visit

Type = CaseEvent.Type


class Evidence:
    """Reads the events of one case; numbers become tokens of the case."""

    def __init__(self, case: Collision, policy: str, reader: Reader) -> None:
        self.case, self.reader, self.tokens = case, reader, reader.tokens
        self.companies = between_companies(policy)
        self.rows = reader.recorded
        reader.brokers |= {row.by_id for row in self.of(Type.OBJECTION)}
        reader.brokers |= {row.payload["broker"] for row in self.of(Type.SLIP)}
        self.proofs: dict[int, dict[str, str]] = {}  # of a relation
        reader.attended = [pk for row in self.of(Type.CLOSING) for pk in row.payload["people"]]
        for row in self.of(Type.PROOF):
            self.proofs[row.payload["relation"]] = {"doc": row.payload["document"], "at": reader.time(row.at)}
        self.own_numbers = reader.rows.want(WorkPhone.objects.filter(whole__in=self._called()))
        named = [row.payload["visit"] for row in self.of(Type.SLIP, Type.BRING)]
        self.of_entries = reader.rows.want(Visit.objects.filter(pk__in=named))

    def of(self, *types: str) -> Iterator[CaseEvent]:
        """The rows of these types."""
        return (row for row in self.rows if row.type in types)

    def events(self) -> Iterator[Event]:
        """Each row as an event; who was at the signing and what proves a relation belong to the contract and the relation."""
        read: dict[str, Callable[[CaseEvent], Event | None]] = {
            Type.CALL_LIST: self._call_list, Type.SLIP: self._slip, Type.BRING: self._bring,
            Type.OBJECTION: self._objection, Type.NEGOTIATION: self._negotiation,
        }  # fmt: skip
        for row in self.of(*read):
            if event := read[row.type](row):
                yield event

    def _called(self) -> list[bytes]:
        lists = self.of(Type.CALL_LIST)
        return [vault.whole(unseal(row.payload[side])) for row in lists for side in ("own", "customer")]

    @cached_property
    def entered(self) -> dict[bytes, datetime]:
        """When the numbers of the call lists were entered as somebody's own: only from then on they are (D07-8.5)."""
        return {bytes(phone.whole): phone.entered_at for phone in self.own_numbers}

    @cached_property
    def visits(self) -> dict[int, Visit]:
        """Those that entries name, by id."""
        return {row.pk: row for row in self.of_entries}

    def _number(self, sealed: str, call_at: datetime) -> str:
        """The token of a number; one that was entered only after the call was nobody's then, and has another."""
        number = unseal(sealed)
        entered = self.entered.get(vault.whole(number))
        return self.tokens.number(f"{number} before" if entered and entered > call_at else number)

    def _call_list(self, row: CaseEvent) -> Event:
        given, call_at = row.payload, datetime.fromisoformat(row.payload["call_at"])
        own, other = (self._number(given[side], call_at) for side in ("own", "customer"))
        keys: dict[str, Any] = {
            "by": self.tokens.person(row.by_id), "customer": self.tokens.customer(self.case.customer_id),
            "issuer": given["issuer"], "official": given["official"], "call_at": self.reader.time(call_at),
            "from_phone": own if given["outgoing"] else other, "to_phone": other if given["outgoing"] else own,
        }  # fmt: skip
        return self.reader.event(f"e{row.pk}", "call_list", row.at, **keys)

    def _slip(self, row: CaseEvent) -> Event | None:
        """A slip entered afterwards was issued with the visit; what happened is told by its own time."""
        visit = self.visits.get(row.payload["visit"])
        agency = self.reader.agency(row.payload["broker"])
        if visit is None or visit.customer_id is None or agency is None:
            return None
        keys = {"customer": self.tokens.customer(visit.customer_id), "visit": f"v{visit.pk}", "org": agency}
        by = self.tokens.person(row.payload["broker"])
        return self.reader.event(f"e{row.pk}", "slip", visit.registered_at, **keys, by=by)

    def _bring(self, row: CaseEvent) -> Event | None:
        """A bring counts up to the moment of the contract (D07-8.6): its time is that of the visit, not of the entry."""
        visit = self.visits.get(row.payload["visit"])
        if visit is None:
            return None
        by, present = self.tokens.person(row.payload["broker"]), row.payload["present"]
        return self.reader.event(f"e{row.pk}", "bring", visit.arrived_at, visit=f"v{visit.pk}", by=by, present=present)

    def _objection(self, row: CaseEvent) -> Event:
        agency = self.reader.agency(row.by_id) if self.companies else None
        keys = {"by": agency or self.tokens.person(row.by_id)}
        deal = self.case.deal
        if deal and deal.signed_at <= self.reader.at:
            keys["contract"] = f"k{deal.pk}"
        return self.reader.event(f"e{row.pk}", "objection", row.at, **keys)

    def _negotiation(self, row: CaseEvent) -> Event:
        keys: dict[str, Any] = {"outcome": row.payload["outcome"]}
        if shares := row.payload.get("shares"):
            keys["shares"] = {self._party(key): bp for key, bp in shares.items()}
            keys["confirmed_by"] = [self.tokens.person(pk) for pk in row.payload["confirmed_by"]]
        if owner := row.payload.get("owner"):
            keys["owner"] = self.tokens.person(owner)
        return self.reader.event(f"e{row.pk}", "negotiation", row.at, **keys)

    def _party(self, key: str) -> str:
        kind, pk = sharer_kind(key)
        return self.tokens.organisation(pk) if kind == Kind.ORGANISATION else self.tokens.person(pk)
