"""Every address of the portal. Each app keeps its own list; the wiring adds the home page, the API and the handles."""

from django.conf import settings
from django.urls import include, path

from core.web.pages import accessibility
from core.web.styleguide import styleguide
from core.web.theme import set_theme
from pvenet.health import healthz

urlpatterns = [
    path("", include("organizations.urls")),
    path("", include("partnerships.urls")),
    path("", include("workshops.urls")),
    path("", include("reports.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("healthz", healthz, name="healthz"),
    path("accessibility/", accessibility, name="accessibility"),
    path("appearance/", set_theme, name="set_theme"),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", include("pvenet.api")),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
