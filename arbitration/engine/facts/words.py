"""What a word of the vocabulary is, and the registers in which packs look them up.

- a *fact* is true, false or unknown (None), or one of a few values, with the events it rests on and what was measured;
- a *role* binds people of the case to a name, so that rules never speak of A and B;
- an *act* lists duties: who owed what to whom by when, and whether it was done;
- a *finding* lists what examined things are worth.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from arbitration.engine.facts.matter import Matter

Value = bool | str | None


@dataclass(frozen=True)
class Fact:
    """What was found. `value` None: unknown. `events`: what it rests on. `note`: the measured quantity, zh and en."""

    value: Value
    events: tuple[str, ...] = ()
    note: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Act:
    """A duty of somebody: what was owed from `since` on, and when it was done, if it was."""

    who: str
    what: str
    about: str
    since: datetime
    done: datetime | None
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What one examined thing is worth (`about`: an event, person, customer or `case`)."""

    about: str
    result: str
    events: tuple[str, ...] = ()


FactFunction = Callable[["Matter"], Fact]
RoleFunction = Callable[["Matter"], tuple[str, ...]]
ActFunction = Callable[["Matter"], Iterable[Act]]
FindingFunction = Callable[["Matter"], Iterable[Finding]]
F = TypeVar("F")


@dataclass(frozen=True)
class Word(Generic[F]):
    """A registered function with its name, labels in zh and en, and, for a fact, the values that it may take."""

    name: str
    zh: str
    en: str
    ask: F
    values: tuple[Value, ...] = (True, False)


FACTS: dict[str, Word[FactFunction]] = {}
ROLES: dict[str, Word[RoleFunction]] = {}
ACTS: dict[str, Word[ActFunction]] = {}
FINDINGS: dict[str, Word[FindingFunction]] = {}


def fact(
    name: str, zh: str, en: str, values: tuple[Value, ...] = (True, False)
) -> Callable[[FactFunction], FactFunction]:
    """Register a fact."""

    def register(ask: FactFunction) -> FactFunction:
        FACTS[name] = Word(name, zh, en, ask, values)
        return ask

    return register


def role(name: str, zh: str, en: str) -> Callable[[RoleFunction], RoleFunction]:
    """Register a role."""

    def register(ask: RoleFunction) -> RoleFunction:
        ROLES[name] = Word(name, zh, en, ask)
        return ask

    return register


def act(name: str, zh: str, en: str) -> Callable[[ActFunction], ActFunction]:
    """Register a kind of duty."""

    def register(ask: ActFunction) -> ActFunction:
        ACTS[name] = Word(name, zh, en, ask)
        return ask

    return register


def finding(name: str, zh: str, en: str) -> Callable[[FindingFunction], FindingFunction]:
    """Register a kind of finding."""

    def register(ask: FindingFunction) -> FindingFunction:
        FINDINGS[name] = Word(name, zh, en, ask)
        return ask

    return register
