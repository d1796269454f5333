"""The addresses of evidence; each feature folder has its own list."""

from django.urls import include, path

from evidence.records import start
from evidence.records import views as records

app_name = "evidence"

urlpatterns = [
    path("evidence/", start.start, name="start"),
    path("review/evidence/", records.queue, name="queue"),
    path("review/evidence/step/", records.queue_step, name="queue_step"),
    path("review/evidence/<slug:kind>/<uuid:uuid>/", records.review, name="review"),
    path("evidence/<slug:kind>/<uuid:uuid>/step/<slug:verb>/", records.step, name="step"),
    path("", include("evidence.activities.urls")),
    path("", include("evidence.consents.urls")),
    path("", include("evidence.intake.urls")),
    path("", include("evidence.items.urls")),
    path("", include("evidence.learning.urls")),
    path("", include("evidence.overview.urls")),
    path("", include("evidence.protection.urls")),
    path("", include("evidence.quality.urls")),
    path("", include("evidence.results.urls")),
    path("", include("evidence.selection.urls")),
    path("", include("evidence.stories.urls")),
]
