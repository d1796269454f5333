"""The addresses of workshops."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "workshops"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("workshops.agenda.urls")),
    path("", include("workshops.showcases.urls")),
]
