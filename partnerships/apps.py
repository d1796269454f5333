"""The partnerships app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register


class PartnershipsConfig(AppConfig):
    """Registers partnerships with Django, and offers its place in the navigation."""

    name = "partnerships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(NavigationItem("partnerships:roadmap_list", _("Roadmap"), position=50))
