"""到访: desk, visits, rotation."""

from django.urls import path

from visits import views

urlpatterns = [
    path("desk", views.desk, name="desk"),
    path("desk/search", views.desk_search, name="desk_search"),
    path("desk/route", views.desk_route, name="desk_route"),
    path("desk/check-in", views.check_in, name="check_in"),
    path("visits", views.visits, name="visits"),
    path("visits/<str:no>", views.visit, name="visit"),
    path("visits/<str:no>/leave", views.leave, name="leave"),
    path("visits/<str:no>/hand-over", views.hand_over, name="hand_over"),
    path("visits/<str:no>/enter", views.enter_late, name="enter_late"),
    path("visits/<str:no>/slip", views.slip, name="slip"),
    path("rotation", views.rotation, name="rotation"),
    path("rotation/<int:pk>", views.rotation_change, name="rotation_change"),
]
