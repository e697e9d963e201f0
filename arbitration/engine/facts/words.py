"""What a word of the vocabulary is, and the registers in which packs look them up.

Asked before anything is decided:
- a *fact* is true, false or unknown (None), one of a few values, or a whole number, with the events it rests on and what was
  measured;
- a *role* binds people, organisations or customers of the case to a name, so that rules never speak of A and B;
- a *moment* is when something ends (a hold);
- *shares* divide a commission where a rule does not name the percentages itself (by contribution, as settled).

Asked afterwards, when the matter knows its `outcome`:
- an *act* lists duties: who owed what to whom by when, and whether it was done;
- a *finding* lists what examined things are worth;
- a *sanction* lists what is proposed against whom; *turns* lists turns given, passed over or suspended.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from arbitration.engine.facts.matter import Matter

Value = bool | int | str | None
Note = tuple[str, str]  # zh, en


@dataclass(frozen=True)
class Fact:
    """What was found. `value` None: unknown. `events`: what it rests on. `note`: the measured quantity, zh and en."""

    value: Value
    events: tuple[str, ...] = ()
    note: Note = ("", "")


@dataclass(frozen=True)
class Act:
    """A duty of somebody: what was owed from `since` on, and when it was done, if it was.

    `due`: the last instant in time, where it does not follow from the rule's term; exclusive for spans of days (case format).
    """

    who: str | None
    what: str
    about: str
    since: datetime
    done: datetime | None
    events: tuple[str, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True)
class Finding:
    """What one examined thing is worth (`about`: an event, person, customer, subject, relation `a+b` or `case`)."""

    about: str
    result: str
    events: tuple[str, ...] = ()
    note: Note = ("", "")


@dataclass(frozen=True)
class Sanction:
    """What is proposed against somebody. Money in fen; `low`–`high` is what the text allows."""

    to: str
    kind: str
    amount: int | None = None
    low: int | None = None
    high: int | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A change of somebody's turns: `make_up` and `skip` count turns, `suspend` counts days."""

    to: str
    kind: str
    count: int
    since: datetime | None = None
    until: datetime | None = None
    events: tuple[str, ...] = ()


F = TypeVar("F", bound=Callable[..., Any])
FactFunction = Callable[["Matter"], Fact]
RoleFunction = Callable[["Matter"], tuple[str, ...]]
MomentFunction = Callable[["Matter"], datetime | None]
SharesFunction = Callable[["Matter"], Mapping[str, Fraction]]
ActFunction = Callable[["Matter"], Iterable[Act]]
FindingFunction = Callable[["Matter"], Iterable[Finding]]
SanctionFunction = Callable[["Matter"], Iterable[Sanction]]
TurnFunction = Callable[["Matter"], Iterable[Turn]]


@dataclass(frozen=True)
class Word(Generic[F]):
    """A registered function with its name, labels in zh and en, and, for a fact, the values that it may take.

    Whole numbers have a range of values; beyond its ends a number counts as the end. `unit` is told with the number; `says` has
    the words for values that are names.
    """

    name: str
    zh: str
    en: str
    ask: F
    values: Sequence[Value] = (True, False)
    unit: Note = ("", "")
    says: Mapping[str, Note] = field(default_factory=dict)

    def said(self, value: Value, lang: str) -> str:
        """A value in words: yes or no, one of the named values, a number with its unit."""
        english = lang == "en"
        if value is None or isinstance(value, bool):
            return {True: ("是", "yes"), False: ("否", "no"), None: ("不明", "unknown")}[value][english]
        if isinstance(value, int):
            return f"{value} {self.unit[english]}".strip()
        return self.says[value][english]

    @property
    def meaning(self) -> str:
        """What the word means: the first paragraph of its function's docstring, with its clause and what silence means."""
        return " ".join((self.ask.__doc__ or "").split("\n\n")[0].split())


FACTS: dict[str, Word[FactFunction]] = {}
ROLES: dict[str, Word[RoleFunction]] = {}
MOMENTS: dict[str, Word[MomentFunction]] = {}
SHARES: dict[str, Word[SharesFunction]] = {}
ACTS: dict[str, Word[ActFunction]] = {}
FINDINGS: dict[str, Word[FindingFunction]] = {}
SANCTIONS: dict[str, Word[SanctionFunction]] = {}
TURNS: dict[str, Word[TurnFunction]] = {}


def once(ask: F) -> F:
    """Find the answer once for each matter. Not for what looks at the outcome, and never to be changed by whoever gets it."""

    @wraps(ask)
    def kept(m: "Matter") -> Any:
        if ask not in m.kept:
            m.kept[ask] = ask(m)
        return m.kept[ask]

    return cast(F, kept)


def _enter(register: dict[str, Word[F]], word: Word[F]) -> F:
    if word.name in register:
        raise ValueError(f"two words are called {word.name}")
    register[word.name] = word
    return word.ask


def fact(
    name: str, zh: str, en: str, *, values: Mapping[str, Note] | range | None = None, unit: Note = ("", "")
) -> Callable[[FactFunction], FactFunction]:
    """Register a fact: yes or no; with `values={name: (zh, en)}` one of these; with `values=range(0, 400)` a whole number."""
    says = values if isinstance(values, Mapping) else {}
    known: Sequence[Value] = values if isinstance(values, range) else tuple(says) or (True, False)
    return lambda ask: _enter(FACTS, Word(name, zh, en, once(ask), known, unit, says))


def role(name: str, zh: str, en: str) -> Callable[[RoleFunction], RoleFunction]:
    """Register a role."""
    return lambda ask: _enter(ROLES, Word(name, zh, en, once(ask)))


def moment(name: str, zh: str, en: str) -> Callable[[MomentFunction], MomentFunction]:
    """Register a moment."""
    return lambda ask: _enter(MOMENTS, Word(name, zh, en, ask))


def shares(name: str, zh: str, en: str) -> Callable[[SharesFunction], SharesFunction]:
    """Register a way to divide."""
    return lambda ask: _enter(SHARES, Word(name, zh, en, ask))


def act(name: str, zh: str, en: str) -> Callable[[ActFunction], ActFunction]:
    """Register a kind of duty."""
    return lambda ask: _enter(ACTS, Word(name, zh, en, ask))


def finding(name: str, zh: str, en: str) -> Callable[[FindingFunction], FindingFunction]:
    """Register a kind of finding."""
    return lambda ask: _enter(FINDINGS, Word(name, zh, en, ask))


def sanction(name: str, zh: str, en: str) -> Callable[[SanctionFunction], SanctionFunction]:
    """Register a kind of sanction."""
    return lambda ask: _enter(SANCTIONS, Word(name, zh, en, ask))


def turns(name: str, zh: str, en: str) -> Callable[[TurnFunction], TurnFunction]:
    """Register a change of turns."""
    return lambda ask: _enter(TURNS, Word(name, zh, en, ask))
