"""结算: splits of a month and their export; commission plans."""

from django.urls import path

from finance.api import exports as api_exports
from finance.api import periods as api_periods
from finance.api import plans as api_plans
from finance.api import settlements as api_settlements
from finance.api import statements as api_statements
from finance.views import closing, exports, figures, period, plans, settling, statements

urlpatterns = [
    path("period", period.period, name="period"),
    path("period/<str:month>", period.period_month, name="period_month"),
    path("period/<str:month>/exports", exports.exports, name="exports"),
    path("exports/<str:no>", exports.export, name="export"),
    path("exports/<str:no>/retry", exports.export_retry, name="export_retry"),
    path("exports/<str:no>/file", exports.export_file, name="export_file"),
    path("period/<str:month>/close", closing.period_close, name="period_close"),
    path("period/<str:month>/reopen", closing.period_reopen, name="period_reopen"),
    path("period/<str:month>/post", closing.period_post, name="period_post"),
    path("period/<str:month>/send", closing.period_send, name="period_send"),
    path("period/<str:month>/figures", figures.period_figures, name="period_figures"),
    # 分成单
    path("statements", statements.statement, name="statement"),
    path("statements/<str:month>", statements.statement_mine, name="statement_mine"),
    path("statements/<str:month>/<str:who>", statements.statement_of, name="statement_of"),
    path("statements/<str:month>/<str:who>/confirm", statements.statement_confirm, name="statement_confirm"),
    path("statements/<str:month>/<str:who>/question", statements.statement_question, name="statement_question"),
    path("statements/<str:month>/<str:who>/reply", statements.statement_reply, name="statement_reply"),
    path("entries/<str:no>", statements.entry, name="entry"),
    # 甲方结佣
    path("settlements", settling.settlements, name="settlements"),
    path("deals/<str:no>/settlement", settling.settlement, name="settlement"),
    # 设置: commission plans
    path("settings/plans", plans.settings_plans, name="settings_plans"),
    path("settings/plans/<int:pk>", plans.settings_plans_one, name="settings_plans_one"),
    path("settings/plans/<int:pk>/end", plans.settings_plans_end, name="settings_plans_end"),
    path("settings/plans/<int:pk>/change", plans.settings_plans_change, name="settings_plans_change"),
]

api_urlpatterns = [
    path("periods/<str:month>", api_periods.ByMonth.as_view(), name="api_period"),
    path("periods/<str:month>/close", api_periods.MonthClose.as_view(), name="api_period_close"),
    path("periods/<str:month>/reopen", api_periods.MonthReopen.as_view(), name="api_period_reopen"),
    path("periods/<str:month>/post", api_periods.MonthPost.as_view(), name="api_period_post"),
    path("periods/<str:month>/send", api_periods.MonthSend.as_view(), name="api_period_send"),
    path("periods/<str:month>/figures", api_periods.MonthFigures.as_view(), name="api_period_figures"),
    path("statements/<str:month>", api_statements.Statements.as_view(), name="api_statements"),
    path("statements/<str:month>/<str:who>", api_statements.StatementByCode.as_view(), name="api_statement"),
    path("statements/<str:month>/<str:who>/answer", api_statements.StatementSay.as_view(), name="api_statement_answer"),
    path("statements/<str:month>/<str:who>/reply", api_statements.StatementReply.as_view(), name="api_statement_reply"),
    path("entries/<str:no>", api_statements.EntryByNo.as_view(), name="api_entry"),
    path("deals/<str:no>/settlements", api_settlements.DealSettlements.as_view(), name="api_deal_settlements"),
    path("plans", api_plans.Plans.as_view(), name="api_plans"),
    path("plans/<int:pk>", api_plans.PlanById.as_view(), name="api_plan"),
    path("plans/<int:pk>/end", api_plans.PlanEnd.as_view(), name="api_plan_end"),
    path("plans/<int:pk>/change", api_plans.PlanChange.as_view(), name="api_plan_change"),
    path("exports", api_exports.Exports.as_view(), name="api_exports"),
    path("exports/<str:no>", api_exports.ExportByNo.as_view(), name="api_export"),
    path("exports/<str:no>/retry", api_exports.ExportRetry.as_view(), name="api_export_retry"),
    path("exports/<str:no>/file", api_exports.ExportFile.as_view(), name="api_export_file"),
]
