"""Every address of the portal. Each app keeps its own list; the wiring adds the home page, the API and the handles."""

from django.conf import settings
from django.urls import include, path

from core.web import pages
from core.web.styleguide import styleguide
from core.web.theme import set_theme
from pvenet.health import healthz
from pvenet.home import home

handler500 = "pvenet.api.failed"

urlpatterns = [
    path("api/", include("pvenet.api")),
    path("", home, name="home"),
    path("", include("organizations.urls")),
    path("", include("evidence.urls")),
    path("", include("partnerships.urls")),
    path("", include("workshops.urls")),
    path("", include("reports.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("accounts.sign_in_urls")),
    path("", include("core.web.urls")),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("robots.txt", pages.robots, name="robots"),
    path("healthz", healthz, name="healthz"),
    path("appearance/", set_theme, name="set_theme"),
    path("language/", include("django.conf.urls.i18n")),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
