"""到访: desk, visits, rotation."""

from django.urls import path

from visits import api
from visits.views import desk, roster, rotation, texts, visits

urlpatterns = [
    path("desk", desk.desk, name="desk"),
    path("desk/search", desk.desk_search, name="desk_search"),
    path("desk/route", desk.desk_route, name="desk_route"),
    path("desk/check-in", desk.check_in, name="check_in"),
    path("visits", visits.visits, name="visits"),
    path("visits/<str:no>", visits.visit, name="visit"),
    path("visits/<str:no>/leave", visits.leave, name="leave"),
    path("visits/<str:no>/hand-over", visits.hand_over, name="hand_over"),
    path("visits/<str:no>/enter", visits.enter_late, name="enter_late"),
    path("visits/<str:no>/slip", visits.slip, name="slip"),
    path("rotation", rotation.rotation, name="rotation"),
    path("rotation/<int:pk>", rotation.rotation_change, name="rotation_change"),
    # 设置 → 值班、轮接、话术和单据
    path("settings/roster", roster.week, name="settings_roster"),
    path("settings/roster/copy", roster.copy, name="settings_roster_copy"),
    path("settings/roster/shifts/<int:pk>", roster.shift, name="settings_roster_shift"),
    path("settings/roster/shifts/<int:pk>/remove", roster.remove, name="settings_roster_remove"),
    path("settings/rotation", rotation.members, name="settings_rotation"),
    path("settings/rotation/<int:pk>", rotation.member_change, name="settings_rotation_change"),
    path("settings/texts", texts.texts, name="settings_texts"),
]

# under /api/v1/
api_urlpatterns = [
    path("desk", api.Desk.as_view(), name="api_desk"),
    path("visits", api.Visits.as_view(), name="api_visits"),
    path("visits/<str:no>", api.VisitByNumber.as_view(), name="api_visit"),
]
