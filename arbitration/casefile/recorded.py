"""What was put on record by the table of kinds (`arbitration/events/kinds.py`) → events, and what completes those of other readers."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from arbitration.casefile.reader import Event, Reader
from arbitration.events.format import Field, Is, Kind
from arbitration.events.kinds import KINDS
from arbitration.models import CaseEvent

Type = CaseEvent.Type
OF_SOMEBODY = (Type.CUSTOMER, Type.PERSON)  # they complete a customer or a person, no event
UNIT = "B1"  # who buys together, of the customers of a case


class Recorded:
    """Reads these entries of one case. Free text stays out: the case file says only that there is one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.rows = [row for row in reader.recorded if row.type in KINDS]
        self.told: dict[Is, Callable[[Any], Any]] = {
            Is.PERSON: reader.tokens.person, Is.CUSTOMER: self._customer, Is.OTHER: self._customer, Is.SUBJECT: reader.things.token,
            Is.PEOPLE: lambda pks: [reader.tokens.person(pk) for pk in pks],
            Is.TAKER: lambda to: to if isinstance(to, str) else reader.tokens.person(to),
            Is.MONEY: lambda fen: f"{fen // 100}.{fen % 100:02d}", Is.TEXT: lambda _text: "given",
            Is.MOMENT: lambda text: reader.time(datetime.fromisoformat(text)),
        }  # fmt: skip

    def events(self) -> Iterator[Event]:
        """Each entry that is an event by itself, at the time of the server."""
        for row, kind in self._kinds():
            if row.payload.get(kind.completes) is None:
                yield self.reader.event(f"e{row.pk}", row.type, row.at, **self._keys(row, kind))

    def _kinds(self) -> Iterator[tuple[CaseEvent, Kind]]:
        return ((row, KINDS[row.type]) for row in self.rows)

    def _keys(self, row: CaseEvent, kind: Kind) -> dict[str, Any]:
        return {
            field.key: self._told(field, row.payload[field.key]) for field in kind.fields if field.key in row.payload
        }

    def _told(self, field: Field, value: Any) -> Any:
        return self.told[field.kind](value) if field.kind in self.told else value

    def _customer(self, pk: str) -> str:
        return self.reader.tokens.customer(self.reader.of_text[pk])

    def completed(self, events: Iterable[Event]) -> list[Event]:
        """The events, with what entries add to them; the last entry of a key is the one that holds."""
        more: dict[str, dict[str, Any]] = {}
        for row, kind in self._kinds():
            about = row.payload.get(kind.completes) if kind.completes else None
            if about is not None and kind.type not in OF_SOMEBODY:
                keys = self._keys(row, kind)
                keys.pop(kind.completes)
                if kind.type == Type.VISIT:
                    keys.setdefault("names", None)  # asked, and the answer was nobody
                more.setdefault(about, {}).update(keys)
        return [event | more.get(event["id"], {}) for event in events]

    def customers(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The customers, with what is on record of them beside the register."""
        more: dict[str, dict[str, Any]] = {}
        for row in (row for row in self.rows if row.type == Type.CUSTOMER):
            who = self._customer(row.payload["customer"])
            if lifecycle := row.payload.get("lifecycle"):
                more.setdefault(who, {})["lifecycle"] = lifecycle
            if other := row.payload.get("same_unit"):
                for one in (who, self._customer(other)):
                    more.setdefault(one, {})["buying_unit"] = UNIT
        return [row | more.get(row["id"], {}) for row in rows]

    def people(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The people, with their results where those were put on record."""
        known = {
            self.reader.tokens.person(row.payload["by"]): row.payload["performance"]
            for row in self.rows
            if row.type == Type.PERSON
        }
        return [row | ({"performance": known[row["id"]]} if row["id"] in known else {}) for row in rows]
