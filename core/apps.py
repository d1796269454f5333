"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.web.navigation import Menu, NavigationItem, register


class CoreConfig(AppConfig):
    """Registers core with Django, its places with the navigation, and the API kit's field types with drf-spectacular."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # These need the app registry.
        from core.audit import can_read_audit
        from core.vocabularies import can_edit_terms

        register(
            NavigationItem(
                "core:vocabulary_list",
                _("Vocabularies"),
                can_edit_terms,
                menu=Menu.ACCOUNT,
                position=40,
            ),
            NavigationItem(
                "core:audit_log",
                _("Audit log"),
                can_read_audit,
                menu=Menu.ACCOUNT,
                position=50,
            ),
            NavigationItem(
                "core:vocabulary_list",
                _("Vocabularies"),
                menu=Menu.FOOTER,
                position=60,
            ),
            NavigationItem(
                "privacy",
                _("What we hold about people"),
                menu=Menu.FOOTER,
                position=70,
            ),
            NavigationItem("accessibility", _("Accessibility"), menu=Menu.FOOTER, position=80),
            NavigationItem("api:docs", _("Interface for machines"), menu=Menu.FOOTER, position=90),
        )
        from core.api import schema  # noqa: F401 - registers its extensions; needs the app registry
