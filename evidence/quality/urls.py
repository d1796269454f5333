"""The addresses of data quality."""

from django.urls import path

from evidence.quality import views

urlpatterns = [
    path("evidence/doubts/", views.doubts, name="doubts"),
    path("evidence/doubts/<int:pk>/<slug:verb>/", views.answer, name="doubt_answer"),
]
