"""处罚: what rulings propose."""

from django.urls import path

from penalties import views

urlpatterns = [path("penalties", views.penalties, name="penalties")]
