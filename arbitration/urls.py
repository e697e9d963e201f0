"""撞单: cases and the policy they are ruled by."""

from django.urls import path

from arbitration import api
from arbitration.api import appealing as api_appealing
from arbitration.api import by_hand as api_by_hand
from arbitration.api import calls as api_calls
from arbitration.api import drafts as api_drafts
from arbitration.api import files
from arbitration.api import procedure as api_procedure
from arbitration.api import queue as api_queue
from arbitration.api import saying as api_saying
from arbitration.api import simulations as api_simulations
from arbitration.views import (
    attachments,
    by_hand,
    calls,
    cases,
    deciding,
    drafts,
    insight,
    policies,
    policy,
    procedure,
    publishing,
    queue,
    setup,
    simulations,
    warnings,
)

urlpatterns = [
    path("cases", queue.cases, name="cases"),
    path("cases/export.csv", queue.cases_csv, name="cases_csv"),
    path("cases/export.xlsx", queue.cases_xlsx, name="cases_xlsx"),
    path("cases/warnings", warnings.warnings, name="warnings"),
    path("cases/warnings/<int:pk>/dismiss", warnings.warning_dismiss, name="warning_dismiss"),
    path("cases/insight", insight.insight, name="insight"),
    path("cases/insight.csv", insight.insight_csv, name="insight_csv"),
    path("cases/insight.xlsx", insight.insight_xlsx, name="insight_xlsx"),
    path("account/keys", queue.keys, name="keys"),
    path("cases/new", by_hand.case_new, name="case_new"),
    path("cases/subjects", by_hand.subjects, name="subjects"),
    path("cases/<str:no>", cases.case, name="case"),
    path("cases/<str:no>/take", queue.case_take, name="case_take"),
    path("cases/<str:no>/release", queue.case_release, name="case_release"),
    path("cases/<str:no>/postpone", queue.case_postpone, name="case_postpone"),
    path("cases/<str:no>/resume", queue.case_resume, name="case_resume"),
    path("cases/<str:no>/check", deciding.case_check, name="case_check"),
    path("cases/<str:no>/sign", deciding.case_sign, name="case_sign"),
    path("cases/<str:no>/talks", deciding.case_talks, name="case_talks"),
    path("cases/<str:no>/judge", deciding.case_judge, name="case_judge"),
    path("cases/<str:no>/draft", deciding.case_draft, name="case_draft"),
    path("cases/<str:no>/statement", cases.case_statement, name="case_statement"),
    path("cases/<str:no>/events/<slug:kind>", cases.case_event, name="case_event"),
    path("cases/<str:no>/record/<slug:kind>", by_hand.case_record, name="case_record"),
    path("cases/<str:no>/files", attachments.case_files, name="case_files"),
    path("cases/<str:no>/files/submit", attachments.case_files_submit, name="case_files_submit"),
    path("cases/<str:no>/files/<int:pk>", attachments.case_file, name="case_file"),
    path("cases/<str:no>/files/<int:pk>/withdraw", attachments.case_file_withdraw, name="case_file_withdraw"),
    path("cases/<str:no>/files/<int:pk>/cover", attachments.case_file_cover, name="case_file_cover"),
    path("cases/<str:no>/open/<str:link>", attachments.case_file_open, name="case_file_open"),
    path("cases/<str:no>/calls", calls.case_calls, name="case_calls"),
    path("cases/<str:no>/calls/file", calls.case_calls_file, name="case_calls_file"),
    path("cases/<str:no>/calls/keep", calls.case_calls_keep, name="case_calls_keep"),
    path("cases/<str:no>/reopen", cases.case_reopen, name="case_reopen"),
    path("cases/<str:no>/terms", procedure.case_terms, name="case_terms"),
    path("cases/<str:no>/terms/<int:pk>/answer", procedure.case_terms_answer, name="case_terms_answer"),
    path("cases/<str:no>/terms/<int:pk>/withdraw", procedure.case_terms_withdraw, name="case_terms_withdraw"),
    path("cases/<str:no>/talked", procedure.case_talked, name="case_talked"),
    path("cases/<str:no>/failed", procedure.case_failed, name="case_failed"),
    path("cases/<str:no>/report", procedure.case_report, name="case_report"),
    path("cases/<str:no>/investigate", procedure.case_investigate, name="case_investigate"),
    path("cases/<str:no>/findings", procedure.case_findings, name="case_findings"),
    path("rulings/<str:no>/appeal", procedure.ruling_appeal, name="ruling_appeal"),
    path("appeals/<str:no>/decide", procedure.appeal_decide, name="appeal_decide"),
    path("appeals/<str:no>/withdraw", procedure.appeal_withdraw, name="appeal_withdraw"),
    path("policy", policy.policy, name="policy"),
    path("policy/<str:pack>/call-off", publishing.policy_call_off, name="policy_call_off"),
    path("policy/drafts/new", drafts.policy_draft_begin, name="policy_draft_begin"),
    path("policy/drafts/<int:pk>", drafts.policy_draft, name="policy_draft"),
    path("policy/drafts/<int:pk>/changes", drafts.policy_draft_changes, name="policy_draft_changes"),
    path("policy/drafts/<int:pk>/add", drafts.policy_draft_add, name="policy_draft_add"),
    path("policy/drafts/<int:pk>/beginning", drafts.policy_draft_beginning, name="policy_draft_beginning"),
    path("policy/drafts/<int:pk>/drop", drafts.policy_draft_drop, name="policy_draft_drop"),
    path(
        "policy/drafts/<int:pk>/parameters/<str:clause>", drafts.policy_draft_parameters, name="policy_draft_parameters"
    ),
    path("policy/drafts/<int:pk>/rules/<str:rule>", drafts.policy_draft_rule, name="policy_draft_rule"),
    path("policy/drafts/<int:pk>/rules/<str:rule>/switch", drafts.policy_draft_switch, name="policy_draft_switch"),
    path("policy/drafts/<int:pk>/rules/<str:rule>/move", drafts.policy_draft_move, name="policy_draft_move"),
    path("policy/drafts/<int:pk>/rules/<str:rule>/remove", drafts.policy_draft_remove, name="policy_draft_remove"),
    path("policy/drafts/<int:pk>/submit", publishing.policy_draft_submit, name="policy_draft_submit"),
    path("policy/drafts/<int:pk>/take-back", publishing.policy_draft_take_back, name="policy_draft_take_back"),
    path("policy/drafts/<int:pk>/publish", publishing.policy_draft_publish, name="policy_draft_publish"),
    path("policy/drafts/<int:pk>/send-back", publishing.policy_draft_send_back, name="policy_draft_send_back"),
    path("policy/drafts/<int:pk>/simulate", simulations.draft_simulate, name="draft_simulate"),
    path("policy/simulations/<int:pk>", simulations.simulation, name="simulation"),
    path("policy/simulations/<int:pk>/export.<str:form>", simulations.simulation_export, name="simulation_export"),
    # setting up, from nothing: which policy
    path("setup/policy", setup.setup_policy, name="setup_policy"),
    # 设置: the policies in force
    path("settings/policies", policies.settings_policies, name="settings_policies"),
    path("settings/policies/<str:pack>", policies.settings_policies_pack, name="settings_policies_pack"),
    path("settings/policies/<str:pack>/check", policies.settings_policies_check, name="settings_policies_check"),
    path("settings/policies/<str:pack>/start", policies.settings_policies_start, name="settings_policies_start"),
    path("settings/policies/<str:pack>/stop", policies.settings_policies_stop, name="settings_policies_stop"),
]

# under /api/v1/
api_urlpatterns = [
    path("collisions", api_by_hand.CollisionsByHand.as_view(), name="api_collisions"),
    path("subjects", api_by_hand.Subjects.as_view(), name="api_subjects"),
    path("collisions/<str:no>/events/<slug:kind>", api_by_hand.CollisionEntries.as_view(), name="api_collision_event"),
    path("collisions/<str:no>/files", files.CollisionFiles.as_view(), name="api_files"),
    path("collisions/<str:no>/files/submit", files.CollisionFilesSubmit.as_view(), name="api_files_submit"),
    path(
        "collisions/<str:no>/files/<int:pk>/withdraw", files.CollisionFileWithdraw.as_view(), name="api_file_withdraw"
    ),
    path("collisions/<str:no>/files/<int:pk>/cover", files.CollisionFileCover.as_view(), name="api_file_cover"),
    path(
        "collisions/<str:no>/files/<int:pk>/<str:name>", files.CollisionFileContent.as_view(), name="api_file_content"
    ),
    path("collisions/<str:no>/calls", api_calls.CollisionCalls.as_view(), name="api_calls"),
    path("collisions/<str:no>/calls/file", api_calls.CollisionCallFile.as_view(), name="api_calls_file"),
    path("collisions/<str:no>/calls/keep", api_calls.CollisionCallsKeep.as_view(), name="api_calls_keep"),
    path("collisions/<str:no>", api.CollisionByNumber.as_view(), name="api_collision"),
    path("collisions/<str:no>/take", api_queue.CollisionTake.as_view(), name="api_collision_take"),
    path("collisions/<str:no>/release", api_queue.CollisionRelease.as_view(), name="api_collision_release"),
    path("collisions/<str:no>/postpone", api_queue.CollisionPostpone.as_view(), name="api_collision_postpone"),
    path("collisions/<str:no>/resume", api_queue.CollisionResume.as_view(), name="api_collision_resume"),
    path("collision-warnings", api_queue.CollisionWarnings.as_view(), name="api_warnings"),
    path(
        "collision-warnings/<int:pk>/dismiss", api_queue.CollisionWarningDismiss.as_view(), name="api_warning_dismiss"
    ),
    path("collision-insight", api_queue.CollisionInsight.as_view(), name="api_insight"),
    path("collisions/<str:no>/decision", api.CollisionDecision.as_view(), name="api_collision_decision"),
    path("collisions/<str:no>/statements", api_saying.CollisionStatement.as_view(), name="api_collision_statement"),
    path("collisions/<str:no>/reopen", api_saying.CollisionReopen.as_view(), name="api_collision_reopen"),
    path("collisions/<str:no>/judge", api.CollisionJudgement.as_view(), name="api_collision_judge"),
    path("collisions/<str:no>/settlements", api_procedure.Settlements.as_view(), name="api_settlements"),
    path(
        "collisions/<str:no>/settlements/<int:pk>/confirm",
        api_procedure.SettlementConfirm.as_view(),
        name="api_settlement_confirm",
    ),
    path(
        "collisions/<str:no>/settlements/<int:pk>/reject",
        api_procedure.SettlementReject.as_view(),
        name="api_settlement_reject",
    ),
    path(
        "collisions/<str:no>/settlements/<int:pk>/withdraw",
        api_procedure.SettlementWithdraw.as_view(),
        name="api_settlement_withdraw",
    ),
    path("collisions/<str:no>/talks", api_procedure.CollisionTalks.as_view(), name="api_collision_talks"),
    path("collisions/<str:no>/report", api_procedure.CollisionReport.as_view(), name="api_collision_report"),
    path("collisions/<str:no>/duties", api_procedure.CollisionDuties.as_view(), name="api_collision_duties"),
    path("collisions/<str:no>/investigation", api_procedure.CollisionInvestigation.as_view(), name="api_investigation"),
    path("collisions/<str:no>/findings", api_procedure.CollisionFindings.as_view(), name="api_findings"),
    path("rulings/<str:no>/appeal", api_appealing.RulingAppeal.as_view(), name="api_ruling_appeal"),
    path("appeals/<str:no>", api_appealing.AppealByNumber.as_view(), name="api_appeal"),
    path("appeals/<str:no>/decide", api_appealing.AppealDecide.as_view(), name="api_appeal_decide"),
    path("appeals/<str:no>/withdraw", api_appealing.AppealWithdraw.as_view(), name="api_appeal_withdraw"),
    path("policy-versions", api_drafts.PolicyVersions.as_view(), name="api_policy_versions"),
    path("policy-drafts", api_drafts.Drafts.as_view(), name="api_policy_drafts"),
    path("policy-drafts/<int:pk>", api_drafts.DraftById.as_view(), name="api_policy_draft"),
    path("policy-drafts/<int:pk>/changes", api_drafts.DraftDifference.as_view(), name="api_policy_draft_changes"),
    path("policy-drafts/<int:pk>/parameters", api_drafts.DraftParameter.as_view(), name="api_policy_draft_parameter"),
    path("policy-drafts/<int:pk>/switch", api_drafts.DraftSwitch.as_view(), name="api_policy_draft_switch"),
    path("policy-drafts/<int:pk>/submit", api_drafts.DraftSubmission.as_view(), name="api_policy_draft_submit"),
    path("policy-drafts/<int:pk>/publish", api_drafts.DraftPublication.as_view(), name="api_policy_draft_publish"),
    path("policy-drafts/<int:pk>/beginning", api_drafts.DraftBeginning.as_view(), name="api_policy_draft_beginning"),
    path("policy-drafts/<int:pk>/move", api_drafts.DraftMove.as_view(), name="api_policy_draft_move"),
    path("policy-drafts/<int:pk>/remove", api_drafts.DraftRemove.as_view(), name="api_policy_draft_remove"),
    path("policy-drafts/<int:pk>/drop", api_drafts.DraftDrop.as_view(), name="api_policy_draft_drop"),
    path("policy-drafts/<int:pk>/take-back", api_drafts.DraftTakeBack.as_view(), name="api_policy_draft_take_back"),
    path("policy-drafts/<int:pk>/send-back", api_drafts.DraftSentBack.as_view(), name="api_policy_draft_send_back"),
    path("policy-drafts/<int:pk>/simulations", api_simulations.DraftSimulations.as_view(), name="api_simulations"),
    path("simulations/<int:pk>", api_simulations.SimulationById.as_view(), name="api_simulation"),
]
