"""What a case is: everything that the engine may look at. Frozen; times are aware, money is fen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")  # G-01: a time without offset is local time of the pack


class CaseError(ValueError):
    """A case that cannot be read. `mistakes` holds one line for each mistake, with its path."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = list(mistakes)


@dataclass(frozen=True)
class Event:
    """Something that happened. `at` is when the server received it; other keys by name, as the format has them."""

    type: str
    at: datetime
    ref: str  # its id, or its place in the file where it has none
    keys: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.keys[key]

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def get(self, key: str, default: Any = None) -> Any:
        """A key, or what its silence means."""
        return self.keys.get(key, default)

    @cached_property
    def by(self) -> tuple[str, ...]:
        """Who did it; several may have attended a signing."""
        given = self.keys.get("by")
        return tuple(given) if isinstance(given, list | tuple) else (given,) if given else ()


@dataclass(frozen=True)
class Record:
    """A person, customer, organisation, subject, roster line or relation: what it says of itself, by key."""

    id: str
    keys: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """A key, or what its silence means."""
        return self.keys.get(key, default)


@dataclass(frozen=True)
class Case:
    """A case, as it stands at `ask`: what comes later has not happened yet and is not in here."""

    id: str
    policy: str
    ask: datetime
    params: Mapping[str, Any]
    about: str | None
    people: Mapping[str, Record]
    customers: Mapping[str, Record]
    orgs: Mapping[str, Record]
    subjects: Mapping[str, Record]
    relations: tuple[Record, ...]
    roster: tuple[Record, ...]
    events: tuple[Event, ...]
    raw: Mapping[str, Any] = field(repr=False)

    def of(self, *types: str) -> Iterator[Event]:
        """Events of these types, in order of time."""
        return (event for event in self.events if event.type in types)

    @cached_property
    def by_ref(self) -> Mapping[str, Event]:
        """Events by id."""
        return {event.ref: event for event in self.events}

    def name(self, who: str) -> str:
        """What to call somebody in a text."""
        known = self.people.get(who) or self.orgs.get(who) or self.customers.get(who)
        return str(known.get("name") or who) if known else who


def moment(text: str) -> datetime:
    """A time of the format as an aware time."""
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=LOCAL)


def shown(at: datetime) -> str:
    """A time as a ruling writes it: local, with offset, to the second."""
    return at.astimezone(LOCAL).replace(microsecond=0).isoformat()


def fen(text: str) -> int:
    """Money of the format in fen."""
    return int(text.replace(".", ""))


def yuan(amount: int) -> str:
    """Fen as the format writes money."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def build(given: Mapping[str, Any]) -> Case:
    """A case out of a mapping that is known to be right (decoded before, or a small change of one that was)."""
    ask = moment(given["ask"])
    about = {row["id"]: row["customer"] for row in given["events"] if "id" in row and "customer" in row}
    events = (_event(i, row, about) for i, row in enumerate(given["events"]))
    happened = sorted((e for e in events if e.at <= ask), key=lambda e: (e.at.astimezone(UTC), e.ref))

    def records(part: str) -> dict[str, Record]:
        return {row["id"]: Record(row["id"], row) for row in given.get(part, [])}

    def rows(part: str) -> tuple[Record, ...]:
        return tuple(Record(f"{part}[{i}]", row) for i, row in enumerate(given.get(part, [])))

    return Case(
        id=given["case"], policy=given["policy"], ask=ask, params=given.get("params", {}), about=given.get("about"),
        people=records("people"), customers=records("customers"), orgs=records("orgs"), subjects=records("subjects"),
        relations=rows("relations"), roster=rows("roster"), events=tuple(happened), raw=given,
    )  # fmt: skip


def _event(i: int, row: Mapping[str, Any], about: Mapping[str, str]) -> Event:
    """An event; one that names only a visit, deposit or contract is about the customer of that."""
    keys = dict(row)
    for link in ("visit", "deposit", "contract"):
        if "customer" not in keys and row.get(link) in about:
            keys["customer"] = about[row[link]]
    return Event(row["type"], moment(row["at"]), row.get("id", f"events[{i}]"), keys)
