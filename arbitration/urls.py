"""撞单: cases and the policy they are ruled by."""

from django.urls import path

from arbitration import api
from arbitration.views import cases, policies, policy, setup

urlpatterns = [
    path("cases", cases.cases, name="cases"),
    path("cases/<str:no>", cases.case, name="case"),
    path("cases/<str:no>/check", cases.case_check, name="case_check"),
    path("cases/<str:no>/sign", cases.case_sign, name="case_sign"),
    path("cases/<str:no>/statement", cases.case_statement, name="case_statement"),
    path("cases/<str:no>/events/<slug:kind>", cases.case_event, name="case_event"),
    path("cases/<str:no>/reopen", cases.case_reopen, name="case_reopen"),
    path("policy", policy.policy, name="policy"),
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
    path("collisions", api.Collisions.as_view(), name="api_collisions"),
    path("collisions/<str:no>", api.CollisionByNumber.as_view(), name="api_collision"),
]
