"""Where personal data of customers lies, as data: each app says for its own tables which column may say who somebody is.

What becomes of a column when its person is frozen or erased (PIPL 47):

    name     a word stands in place of the name
    blank    nothing is left of it
    text     the same, of a text that may not be empty: a word says that there was one
    number   a sealed telephone number: nothing is left of it
    words    the text stays, without their names and numbers: it is somebody else's record too, such as a ruling
    kept     stays as it is; the reason stands beside it

A row that `goes` says nothing but who somebody is; one that is a `copy` is not even put back on release. `of` are the look-ups
that lead from a row to its customer, or functions that find the rows where no foreign key does. Old versions of rows (history)
follow the line of their table. A table that no line names must be in `NOBODY`: tests/trail/test_personal.py walks all of them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

NUMBER, CODE, OURS = "a number or id that we gave", "a code of ours", "says something of who works here or of a thing"
DIGEST = "a digest: nothing can be read from it"
# Between the digits of a number as people write them, and what hides some of them.
GAP = r"[\s\-－·.()（）]{0,3}"
MASK = r"[*＊xX×•]{3,5}"
REMOVED = "（已移除）"  # in place of a text that may not be empty


@dataclass(frozen=True, slots=True)
class Them:
    """Whom it is about: the ids of their records, how they are called anywhere, their numbers (+86…); `places`: what a
    link to them ends in: their ids, and the numbers of their visits, reports and cases.
    """

    ids: tuple[UUID, ...]
    stand_in: str
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def hide(self, text: str) -> str:
        """The text without their names and numbers, however those are spaced or masked."""
        for digits in sorted({number.removeprefix("+86").replace("-", "") for number in self.numbers}):
            text = re.sub(_spelt(digits), "***", text)
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, "**")
        return text

    def named_in(self, text: str) -> bool:
        """Whether one of their numbers stands in a text."""
        return any(re.search(_spelt(n.removeprefix("+86").replace("-", "")), text) for n in self.numbers)


def _spelt(digits: str) -> str:
    signs = [f"[{digit}{chr(0xFF10 + int(digit))}]" for digit in digits]  # written in half or full width
    whole = GAP.join(signs)
    masked = GAP.join(signs[:3]) + GAP + MASK + GAP + GAP.join(signs[-4:])
    return rf"(?<!\d)(?:\+?86{GAP})?0?(?:{whole}|{masked})(?!\d)"


Finder = Callable[[Them], Q]
Rewrite = Callable[[Them, Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table and what becomes of its columns. `words` maps a column to how it is rewritten; `scan`: texts that nothing ties to
    a customer are read through for their numbers.
    """

    label: str
    of: tuple[str | Finder, ...] = ()
    name: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    words: Mapping[str, Rewrite] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    scan: tuple[str, ...] = ()
    goes: bool = False
    copy: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What changes."""
        return (*self.name, *self.blank, *self.text, *self.number, *self.words)


TABLES: dict[str, Table] = {}
NOBODY: dict[str, str] = {}


def register(tables: Iterable[Table], nobody: Mapping[str, str]) -> None:
    """Take down the lines of an app (config/wiring.py). Of children before their parents, where rows go."""
    TABLES.update({table.label: table for table in tables})
    NOBODY.update(nobody)


def hide(them: Them, value: Any) -> Any:
    """`words` of a text, and of every text inside a JSON value."""
    if isinstance(value, str):
        return them.hide(value)
    if isinstance(value, list):
        return [hide(them, one) for one in value]
    return {key: hide(them, one) for key, one in value.items()} if isinstance(value, dict) else value


def hide_if_numbered(them: Them, value: Any) -> Any:
    """`hide` where one of their numbers stands in the value: a name alone may be somebody else's."""
    return hide(them, value) if them.named_in(str(value)) else value
