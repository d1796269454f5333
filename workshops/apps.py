"""The workshops app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register


class WorkshopsConfig(AppConfig):
    """Registers workshops with Django, and its places with the navigation."""

    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The app registry is complete only now, and the places need its models.
        from workshops.showcases.navigation import offer_showcase_places

        offer_showcase_places()
        register(NavigationItem("workshops:workshop_list", _("Workshops"), position=40))
