"""Sanctions (处分), accusations (举报) and rewards (奖励) with their steps, and what the law and a project say of them."""

from penalties.models.accusation import Accusation, AccusationStep
from penalties.models.proof import AccusationFile, AccusationFileContent
from penalties.models.reward import Reward, RewardStep
from penalties.models.rules import ProjectRules, Wage
from penalties.models.sanction import Nature, Sanction, SanctionStep

__all__ = [
    "Accusation", "AccusationFile", "AccusationFileContent", "AccusationStep", "Nature", "ProjectRules", "Reward",
    "RewardStep", "Sanction", "SanctionStep", "Wage",
]  # fmt: skip
