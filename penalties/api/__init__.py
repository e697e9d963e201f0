"""The API of sanctions, accusations and rewards: the same services as the pages."""

from penalties.api.accusations import (
    AccusationById,
    AccusationEvidence,
    AccusationFileBytes,
    AccusationFinding,
    AccusationJudgement,
    Accusations,
    AccusationTaken,
    AccusationWithdrawn,
)
from penalties.api.guards import PenaltyRules, Wages
from penalties.api.rewards import RewardApproval, RewardById, RewardDrop, Rewards
from penalties.api.sanctions import Penalties, PenaltiesMine, PenaltyById
from penalties.api.steps import (
    PenaltyAcknowledged,
    PenaltyAnswer,
    PenaltyAppeal,
    PenaltyAppealDecision,
    PenaltyConversion,
    PenaltyDecision,
    PenaltyDrop,
    PenaltyNotice,
    PenaltyRefusal,
    PenaltyRelease,
    PenaltyReversal,
)

__all__ = [
    "AccusationById", "AccusationEvidence", "AccusationFileBytes", "AccusationFinding", "AccusationJudgement",
    "AccusationTaken", "AccusationWithdrawn", "Accusations", "Penalties", "PenaltiesMine", "PenaltyAcknowledged",
    "PenaltyAnswer", "PenaltyAppeal", "PenaltyAppealDecision", "PenaltyById", "PenaltyConversion", "PenaltyDecision",
    "PenaltyDrop", "PenaltyNotice", "PenaltyRefusal", "PenaltyRelease", "PenaltyReversal", "PenaltyRules",
    "RewardApproval", "RewardById", "RewardDrop", "Rewards", "Wages",
]  # fmt: skip
