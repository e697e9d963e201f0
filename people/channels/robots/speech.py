"""What a robot says, and what differs from product to product."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody whom a post concerns: their masked name, and their id in the product, empty where it is not known."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a robot says: one sentence, whom it concerns, where to read on (asks for login)."""

    sentence: str
    link: str
    called: Sequence[Called] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one product is spoken to. `host`: the only one to which its robots' addresses may lead, or one in the house."""

    host: str
    example: str
    most: int  # bytes of a text
    write: Callable[[str, Sequence[Called], str, datetime], tuple[dict[str, str], dict[str, Any]]]
    prefix: Callable[[Called], str]
    code_at: str  # where the body says what came of it
    too_fast: frozenset[str]
    rest: timedelta  # how long to leave the group alone that said too fast
