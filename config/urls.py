"""The site map. What a page is for stands in `docs/pages.md`; who may open it, in the view itself (`needs(...)`)."""

from django.urls import include, path

from people import views as people

urlpatterns = [
    # coming and going
    path("", people.landing, name="landing"),
    path("login", people.login, name="login"),
    path("logout", people.logout, name="logout"),
    path("account", people.account, name="account"),
    path("language", people.language, name="language"),
    path("project", people.choose_project, name="choose_project"),
    path("inbox", people.inbox, name="inbox"),
    path("inbox/<int:pk>", people.message, name="message"),
    path("staff", people.staff, name="staff"),
    path("audit", people.audit, name="audit"),
    # 报备: register, notebooks, customers, deals
    path("", include("leads.urls")),
    # 到访: desk, visits, rotation
    path("", include("visits.urls")),
    # 撞单: cases and the policy they are ruled by
    path("", include("arbitration.urls")),
    path("", include("penalties.urls")),
    # 结算: splits of a month, exports
    path("", include("finance.urls")),
]
