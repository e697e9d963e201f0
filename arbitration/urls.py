"""撞单: cases and the policy they are ruled by."""

from django.urls import path

from arbitration.views import cases, policy

urlpatterns = [
    path("cases", cases.cases, name="cases"),
    path("cases/<str:no>", cases.case, name="case"),
    path("cases/<str:no>/check", cases.case_check, name="case_check"),
    path("cases/<str:no>/sign", cases.case_sign, name="case_sign"),
    path("cases/<str:no>/statement", cases.case_statement, name="case_statement"),
    path("cases/<str:no>/events/<slug:kind>", cases.case_event, name="case_event"),
    path("cases/<str:no>/reopen", cases.case_reopen, name="case_reopen"),
    path("policy", policy.policy, name="policy"),
]
