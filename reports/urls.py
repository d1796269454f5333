"""The addresses of reports."""

from django.urls import path, re_path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/new/", views.report_new, name="new"),
    path("reports/verify/<uuid:uuid>/", views.report_verify, name="verify"),
    path("reports/<uuid:uuid>/", views.report_detail, name="detail"),
    path("reports/<uuid:uuid>/progress/", views.report_progress, name="progress"),
    path("reports/<uuid:uuid>/cancel/", views.report_cancel, name="cancel"),
    path("reports/<uuid:uuid>/retry/", views.report_retry, name="retry"),
    path("reports/<uuid:uuid>/rebuild/", views.report_rebuild, name="rebuild"),
    path("reports/<uuid:uuid>/release/", views.report_release, name="release"),
    path("reports/<uuid:uuid>/endorsement/<slug:verb>/", views.report_endorsement, name="endorsement"),
    path("reports/<uuid:uuid>/read/", views.report_read, name="read"),
    re_path(
        r"^reports/(?P<uuid>[0-9a-f-]{36})/file\.(?P<format>pdf|html)$",
        views.report_file,
        name="file",
    ),
]
