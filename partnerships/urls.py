"""The addresses of partnerships."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from partnerships import views


class CodeConverter(StringConverter):
    """The code of an action or pillar: what `partnerships.forms.CODE` lets through."""

    regex = r"\w[\w.-]*"


register_converter(CodeConverter, "code")

app_name = "partnerships"
urlpatterns: list[URLPattern | URLResolver] = [
    path("roadmaps/", views.roadmap_list, name="roadmap_list"),
    path("roadmaps/new/", views.roadmap_new, name="roadmap_new"),
    path("roadmaps/<slug:slug>/", views.roadmap, name="roadmap"),
    path("roadmaps/<slug:slug>/edit/", views.roadmap_edit, name="roadmap_edit"),
    path("roadmaps/<slug:slug>/endorsement/<slug:verb>/", views.roadmap_endorsement, name="roadmap_endorsement"),
    path("roadmaps/<slug:slug>/pillars/new/", views.pillar_new, name="pillar_new"),
    path(
        "roadmaps/<slug:slug>/pillars/<code:code>/edit/",
        views.pillar_edit,
        name="pillar_edit",
    ),
    path("roadmaps/<slug:slug>/actions/new/", views.action_new, name="action_new"),
    path("roadmaps/<slug:slug>/actions/<code:code>/", views.action, name="action"),
    path(
        "roadmaps/<slug:slug>/actions/<code:code>/edit/",
        views.action_edit,
        name="action_edit",
    ),
]
