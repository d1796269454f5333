"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.web.navigation import Menu, NavigationItem, register


class CoreConfig(AppConfig):
    """Registers core with Django, its places with the navigation, and the API kit's field types with drf-spectacular."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(
            NavigationItem(
                "privacy",
                _("What we hold about people"),
                menu=Menu.FOOTER,
                position=70,
            ),
            NavigationItem(
                "accessibility", _("Accessibility"), menu=Menu.FOOTER, position=80
            ),
            NavigationItem(
                "api:docs", _("Interface for machines"), menu=Menu.FOOTER, position=90
            ),
        )
        from core.api import schema  # noqa: F401 - registers its extensions; needs the app registry
