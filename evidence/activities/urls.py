"""The addresses of activities."""

from django.urls import path

from evidence.activities.views import lists, page, writing

urlpatterns = [
    path("activities/", lists.activity_list, name="activity_list"),
    path("activities/own/", lists.own_activities, name="own_activities"),
    path("activities/new/", writing.new, name="activity_new"),
    path("activities/<uuid:uuid>/", page.activity, name="activity"),
    path("activities/<uuid:uuid>/copy/", writing.copy, name="activity_copy"),
    path("activities/<uuid:uuid>/edit/", writing.edit, name="activity_edit"),
    path("activities/<uuid:uuid>/edit/<slug:key>/", writing.section, name="activity_section"),
]
