"""结算: splits of a month and their export; commission plans."""

from django.urls import path

from finance.views import period, plans

urlpatterns = [
    path("period", period.period, name="period"),
    path("period/<str:month>", period.period_month, name="period_month"),
    path("period/<str:month>/splits.csv", period.period_csv, name="period_csv"),
    path("period/<str:month>/splits.xlsx", period.period_xlsx, name="period_xlsx"),
    path("statements/<str:month>", period.statement, name="statement"),
    # 设置: commission plans
    path("settings/plans", plans.settings_plans, name="settings_plans"),
    path("settings/plans/<int:pk>", plans.settings_plans_one, name="settings_plans_one"),
    path("settings/plans/<int:pk>/end", plans.settings_plans_end, name="settings_plans_end"),
    path("settings/plans/<int:pk>/change", plans.settings_plans_change, name="settings_plans_change"),
]
