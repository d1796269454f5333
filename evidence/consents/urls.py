"""The addresses of consents."""

from django.urls import URLPattern, path

from evidence.consents import views

urlpatterns: list[URLPattern] = [
    path("consents/", views.consent_list, name="consent_list"),
    path("consents/new/", views.consent_new, name="consent_new"),
    path("consents/<uuid:uuid>/", views.consent, name="consent"),
    path("consents/<uuid:uuid>/person/", views.consent_person, name="consent_person"),
    path("consents/<uuid:uuid>/proof/", views.consent_proof, name="consent_proof"),
    path("consents/<uuid:uuid>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
    path("consents/<uuid:uuid>/renew/", views.consent_renew, name="consent_renew"),
]
