"""What a sanction is in law, by what it does and whom it meets (trust.md §4.2)."""

from datetime import datetime

from arbitration.sanctions import SanctionKind
from penalties.models import Nature
from penalties.powers import outside
from people.models import Organisation, Project, User

MONEY = (SanctionKind.FINE, SanctionKind.COMPENSATION)


def nature_of(project: Project, whom: User | Organisation, kind: str, clause: str, at: datetime) -> str:
    """A fine of an employee is only recorded; of an agency's people it is a penalty of the contract, where a clause is named."""
    if kind not in MONEY:
        return Nature.NON_MONETARY
    contract = isinstance(whom, Organisation) or outside(project, whom, at)
    if contract and clause:
        return Nature.CONTRACT_PENALTY
    return Nature.FINE if kind == SanctionKind.FINE else Nature.LOSS_COMPENSATION


def natures_for(project: Project, whom: User | Organisation, kind: str, at: datetime) -> list[Nature]:
    """What a sanction of this kind may be in law, the default first."""
    if kind not in MONEY:
        return [Nature.NON_MONETARY]
    if isinstance(whom, Organisation) or outside(project, whom, at):
        return [Nature.CONTRACT_PENALTY]
    return [Nature.FINE, Nature.VARIABLE_PAY] if kind == SanctionKind.FINE else [Nature.LOSS_COMPENSATION]
