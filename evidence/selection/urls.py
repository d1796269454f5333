"""The addresses of rounds and panels."""

from django.urls import URLPattern, path

from evidence.selection import views

urlpatterns: list[URLPattern] = [
    path("rounds/", views.round_list, name="round_list"),
    path("rounds/new/", views.round_new, name="round_new"),
    path("rounds/<int:pk>/", views.selection_round, name="round"),
    path("rounds/<int:pk>/close/", views.round_close, name="round_close"),
    path("rounds/<int:pk>/panels/new/", views.panel_new, name="panel_new"),
    path("panels/<int:pk>/", views.panel, name="panel"),
    path("panels/<int:pk>/candidates/", views.panel_candidate, name="panel_candidate"),
    path("panels/<int:pk>/choose/", views.panel_choose, name="panel_choose"),
    path("panels/<int:pk>/feedback/<int:candidate>/", views.panel_feedback, name="panel_feedback"),
    path("panels/<int:pk>/feedback/<int:candidate>/passed-on/", views.feedback_passed_on, name="feedback_passed_on"),
]
