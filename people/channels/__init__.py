"""Ways out of the program, behind one interface: e-mail, SMS. `people/outbox.py` drains into them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from people.models import User


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as its recipient reads it: already in their language, without a number and without a full name."""

    pk: int  # of the message; its page is /inbox/<pk>
    sentence: str
    at: datetime
    urgent: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


class NotSent(Exception):
    """Nothing went out. `code` says why without naming anybody; `of_channel` when nobody else's would go either."""

    def __init__(self, code: str, *, of_channel: bool = True) -> None:
        super().__init__(code)
        self.code, self.of_channel = code, of_channel


class Channel(Protocol):
    """A way out. `name` is what deliveries are kept under.

    `wished`: each person says what they want this way, and when. `lasts`: how long what is said this way is worth saying.
    """

    name: str
    wished: bool
    lasts: timedelta | None

    def missing(self, user: User) -> str:
        """Why nothing can go to this person this way, as a code; empty when something can."""
        ...

    def send(self, user: User, letters: list[Letter]) -> None:
        """Send these together, in this order. Called in the recipient's language. Raises NotSent; then all are sent again."""
        ...
