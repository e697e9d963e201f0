"""What whoever rules can decide: the outcome of a closed set, and the sanctions that go with it."""

from dataclasses import dataclass, field
from datetime import datetime

from arbitration.models import Ruling
from arbitration.sanctions import SanctionKind
from arbitration.shares import Shares
from people.models import User

# What is decided where it is no ruling; `negotiate`: the parties get a day to settle it themselves before it goes up.
EVIDENCE, ESCALATE, NEGOTIATE = "evidence", "escalate", "negotiate"
KINDS = [*Ruling.Kind.values, EVIDENCE, ESCALATE, NEGOTIATE]


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction that the one who rules proposes, or the policy does. Money in fen; never posted by itself."""

    to: User
    kind: str
    reason: str
    clause: str = ""
    amount_fen: int | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return str(SanctionKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the one who rules decided. `shares` are (person, agency, team for its fund or None for the company, basis points).

    They are 10,000 or none. `unheard`: signed although not every party was heard; pages and API ask for it (没陈述也裁).
    """

    kind: str
    reason: str
    owner_kind: str = Ruling.Owner.UNCHANGED
    owner: User | None = None
    shares: Shares = ()
    sanctions: list[Sanction] = field(default_factory=list)
    evidence_due: datetime | None = None
    unheard: bool = True
