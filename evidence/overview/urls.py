"""The addresses of what the programme reached."""

from django.urls import path

from evidence.overview import views

urlpatterns = [
    path("reach/", views.reach, name="reach"),
    path("reach/reach.xlsx", views.reach_xlsx, name="reach_xlsx"),
    path("reach/sources/", views.reach_sources, name="reach_sources"),
    path("programme/", views.programme_page, name="programme"),
]
