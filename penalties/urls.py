"""处分、举报、奖励, and what guards them."""

from django.urls import path

from penalties import api
from penalties.views import accusations, rewards, rules, sanctions

urlpatterns = [
    # 处分: proposed, told, answered, decided by another, signed for, appealed, released to Finance
    path("penalties", sanctions.penalties, name="penalties"),
    path("penalties/mine", sanctions.penalties_mine, name="penalties_mine"),
    path("penalties/for/accusations/<str:no>", sanctions.penalty_from_accusation, name="penalty_from_accusation"),
    path("penalties/for/conduct/<int:pk>", sanctions.penalty_from_conduct, name="penalty_from_conduct"),
    path("penalties/<str:no>", sanctions.penalty, name="penalty"),
    path("penalties/<str:no>/<str:step>", sanctions.penalty_step, name="penalty_step"),
    # 举报: by anybody, known to those who handle it only
    path("accusations", accusations.accusations, name="accusations"),
    path("accusations/new", accusations.accusation_new, name="accusation_new"),
    path("accusations/<str:no>", accusations.accusation, name="accusation"),
    path("accusations/<str:no>/evidence/<int:number>", accusations.accusation_file, name="accusation_file"),
    path(
        "accusations/<str:no>/evidence/<int:number>/<str:what>",
        accusations.accusation_file_open,
        name="accusation_file_open",
    ),
    path("accusations/<str:no>/<str:step>", accusations.accusation_step, name="accusation_step"),
    # 奖励
    path("rewards", rewards.rewards, name="rewards"),
    path("rewards/new", rewards.reward_new, name="reward_new"),
    path("rewards/<str:no>", rewards.reward, name="reward"),
    path("rewards/<str:no>/<str:step>", rewards.reward_step, name="reward_step"),
    # what limits deductions
    path("wages", rules.wages, name="wages"),
    path("settings/penalties", rules.settings_penalties, name="settings_penalties"),
]

api_urlpatterns = [
    path("penalties", api.Penalties.as_view(), name="api_penalties"),
    path("penalties/mine", api.PenaltiesMine.as_view(), name="api_penalties_mine"),
    path("penalties/<str:no>", api.PenaltyById.as_view(), name="api_penalty"),
    path("penalties/<str:no>/notice", api.PenaltyNotice.as_view(), name="api_penalty_notice"),
    path("penalties/<str:no>/conversion", api.PenaltyConversion.as_view(), name="api_penalty_convert"),
    path("penalties/<str:no>/answer", api.PenaltyAnswer.as_view(), name="api_penalty_answer"),
    path("penalties/<str:no>/decision", api.PenaltyDecision.as_view(), name="api_penalty_decide"),
    path("penalties/<str:no>/drop", api.PenaltyDrop.as_view(), name="api_penalty_drop"),
    path("penalties/<str:no>/acknowledgement", api.PenaltyAcknowledged.as_view(), name="api_penalty_acknowledge"),
    path("penalties/<str:no>/refusal", api.PenaltyRefusal.as_view(), name="api_penalty_refusal"),
    path("penalties/<str:no>/appeal", api.PenaltyAppeal.as_view(), name="api_penalty_appeal"),
    path("penalties/<str:no>/appeal-decision", api.PenaltyAppealDecision.as_view(), name="api_penalty_appeal_decide"),
    path("penalties/<str:no>/release", api.PenaltyRelease.as_view(), name="api_penalty_release"),
    path("penalties/<str:no>/reversal", api.PenaltyReversal.as_view(), name="api_penalty_reverse"),
    path("accusations", api.Accusations.as_view(), name="api_accusations"),
    path("accusations/<str:no>", api.AccusationById.as_view(), name="api_accusation"),
    path("accusations/<str:no>/evidence", api.AccusationEvidence.as_view(), name="api_accusation_evidence"),
    path(
        "accusations/<str:no>/evidence/<int:number>/<str:name>",
        api.AccusationFileBytes.as_view(),
        name="api_accusation_file",
    ),
    path("accusations/<str:no>/withdrawal", api.AccusationWithdrawn.as_view(), name="api_accusation_withdraw"),
    path("accusations/<str:no>/investigation", api.AccusationTaken.as_view(), name="api_accusation_take"),
    path("accusations/<str:no>/judgement", api.AccusationJudgement.as_view(), name="api_accusation_judge"),
    path("accusations/<str:no>/finding", api.AccusationFinding.as_view(), name="api_accusation_find"),
    path("rewards", api.Rewards.as_view(), name="api_rewards"),
    path("rewards/<str:no>", api.RewardById.as_view(), name="api_reward"),
    path("rewards/<str:no>/approval", api.RewardApproval.as_view(), name="api_reward_approve"),
    path("rewards/<str:no>/drop", api.RewardDrop.as_view(), name="api_reward_drop"),
    path("wages", api.Wages.as_view(), name="api_wages"),
    path("penalty-rules", api.PenaltyRules.as_view(), name="api_penalty_rules"),
]
