"""The addresses of the portal and of the style guide, which only a developer's portal offers."""

from django.urls import path

from core.web.styleguide import styleguide
from pvenet.urls import urlpatterns as portal

urlpatterns = [path("styleguide/", styleguide, name="styleguide"), *portal]
