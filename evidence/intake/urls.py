"""The addresses of workbooks and imports."""

from django.urls import path

from evidence.intake import views

urlpatterns = [
    path("evidence/workbooks/", views.start, name="intakes"),
    path("evidence/workbooks/new/", views.workbook, name="workbook"),
    path("evidence/workbooks/forms/", views.mapping_list, name="mappings"),
    path("evidence/workbooks/forms/<int:pk>/", views.mapping, name="mapping"),
    path("evidence/workbooks/<uuid:uuid>/", views.intake, name="intake"),
    path("evidence/workbooks/<uuid:uuid>/progress/", views.progress, name="intake_progress"),
    path("evidence/workbooks/<uuid:uuid>/sent/", views.sent_file, name="intake_sent"),
    path("evidence/workbooks/<uuid:uuid>/returned/", views.returned_file, name="intake_returned"),
    path("evidence/workbooks/<uuid:uuid>/form/", views.map_intake, name="intake_map"),
    path("evidence/workbooks/<uuid:uuid>/<slug:verb>/", views.decide, name="intake_decide"),
]
