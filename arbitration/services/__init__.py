"""What people do with collisions: open, state one's case, rule, reopen; and put a policy in force."""

from arbitration.services.opening import open_collision, state_case
from arbitration.services.policies import publish, put_in_force
from arbitration.services.ruling import ESCALATE, EVIDENCE, Decision, Sanction, agreed, decide_case, recused, reopen

__all__ = [
    "ESCALATE",
    "EVIDENCE",
    "Decision",
    "Sanction",
    "agreed",
    "decide_case",
    "open_collision",
    "publish",
    "put_in_force",
    "recused",
    "reopen",
    "state_case",
]
