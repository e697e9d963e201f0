"""What of the case format has no page of its own: the shape of its table (`arbitration/events/kinds.py`), out of which come the forms,
what is checked, the API and the case file.

`at` of all of it is the server's time of the entry. Where something was on another day, that is `claimed_at`: on record, and never
used for who came first (G-35). What a page of the application records already (a call, a visit, a deposit, a contract …) is not
offered here once more; where the policy asks more of it than that page knows, an entry here completes it (`completes`).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from arbitration.models import CaseEvent

Type = CaseEvent.Type


class Is(Enum):
    """What a field holds, and how it is kept in a payload."""

    PERSON = "person"  # user id
    PEOPLE = "people"  # user ids
    TAKER = "taker"  # user id, or `company` or `pool`
    CUSTOMER = "customer"  # id of a customer of the case
    OTHER = "other"  # id of any customer, found by number or name
    SUBJECT = "subject"  # id of a thing
    EVENT = "event"  # id in the case file
    CHOICE = "choice"
    MONEY = "money"  # fen
    NUMBER = "number"
    MOMENT = "moment"  # ISO 8601
    YES_NO = "yes_no"
    TEXT = "text"  # stays in the application; the case file says only that it was written


class May(Enum):
    """Who puts it on record: a party for itself, the site for all, or only who rules."""

    PARTY = "party"
    SITE = "site"
    RULER = "ruler"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an event. `of`: the type that an EVENT points to. `own`: a party is always itself; the site says who."""

    key: str
    kind: Is
    label: Any
    required: bool = False
    choices: tuple[tuple[str, Any], ...] = ()
    of: str = ""
    own: bool = False
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of event as it is put on record.

    `completes`: the field that names what it adds to, where it is no event of its own. `packs`: only these policies ask for it; else
    those that read events of the type.
    """

    type: str
    group: Any
    hint: Any
    fields: tuple[Field, ...]
    may: frozenset[May]
    completes: str = ""
    packs: frozenset[str] = frozenset()

    @property
    def title(self) -> Any:
        """What it is called."""
        return CaseEvent.Type(self.type).label

    def field(self, key: str) -> Field | None:
        """A field by its key."""
        return next((field for field in self.fields if field.key == key), None)
