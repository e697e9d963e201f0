"""What people do with sanctions, accusations and rewards: one function each."""

from penalties.services.accusing import (
    Finding,
    Report,
    file_accusation,
    find_accusation,
    judge_evidence,
    take_accusation,
    withdraw_accusation,
)
from penalties.services.appealing import appeal_sanction, decide_sanction_appeal
from penalties.services.converting import convert_sanction
from penalties.services.posting import mark_posted
from penalties.services.process import (
    acknowledge_sanction,
    answer_sanction,
    decide_sanction,
    drop_sanction,
    notice_sanction,
    record_refusal,
    release_sanction,
    reverse_sanction,
)
from penalties.services.proposing import Plan, propose_from_accusation, propose_from_conduct
from penalties.services.proving import Brought, add_evidence, open_evidence, take_in
from penalties.services.rewarding import approve_reward, drop_reward, propose_reward
from penalties.services.ruled import propose_sanctions, tell_sanctioned
from penalties.services.rules import enter_wage, set_rules

__all__ = [
    "Brought", "Finding", "Plan", "Report", "acknowledge_sanction", "add_evidence", "answer_sanction", "appeal_sanction",
    "approve_reward", "convert_sanction", "decide_sanction", "decide_sanction_appeal", "drop_reward", "drop_sanction",
    "enter_wage", "file_accusation", "find_accusation", "judge_evidence", "mark_posted", "notice_sanction", "open_evidence",
    "propose_from_accusation", "propose_from_conduct", "propose_reward", "propose_sanctions", "record_refusal",
    "release_sanction", "reverse_sanction", "set_rules", "take_accusation", "take_in", "tell_sanctioned", "withdraw_accusation",
]  # fmt: skip
