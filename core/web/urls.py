"""The addresses of the kernel's own pages."""

from django.urls import path

from core.web import audit, terms

app_name = "core"
urlpatterns = [
    path("vocabularies/", terms.vocabulary_list, name="vocabulary_list"),
    path("vocabularies/<slug:name>/", terms.vocabulary, name="vocabulary"),
    path("vocabularies/<slug:name>/<str:code>/", terms.term, name="term"),
    path("vocabularies/<slug:name>/<str:code>/retire/", terms.retire, name="term_retire"),
    path("audit/", audit.audit_log, name="audit_log"),
]
