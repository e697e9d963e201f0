"""结算: splits of a month and their export."""

from django.urls import path

from finance import views

urlpatterns = [
    path("period", views.period, name="period"),
    path("period/<str:month>", views.period_month, name="period_month"),
    path("period/<str:month>/splits.csv", views.period_csv, name="period_csv"),
    path("period/<str:month>/splits.xlsx", views.period_xlsx, name="period_xlsx"),
    path("statements/<str:month>", views.statement, name="statement"),
]
