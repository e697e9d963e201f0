"""People: coming and going, the inbox, who works here."""

from django.urls import path

from people.views import inbox, session, staff

urlpatterns = [
    # coming and going
    path("", session.landing, name="landing"),
    path("login", session.login, name="login"),
    path("logout", session.logout, name="logout"),
    path("account", session.account, name="account"),
    path("language", session.language, name="language"),
    path("project", session.choose_project, name="choose_project"),
    # 消息
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>", inbox.message, name="message"),
    # who works here, and what happened
    path("staff", staff.staff, name="staff"),
    path("audit", staff.audit, name="audit"),
]
