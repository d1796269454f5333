"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register


class ReportsConfig(AppConfig):
    """Registers reports with Django, and its place in the menu."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.retraction import on_retraction
        from reports.policies import (
            can_read_reports,  # needs the models, which are loaded after the apps
        )
        from reports.services import close_reports_with

        on_retraction("reports", close_reports_with)
        register(NavigationItem("reports:list", _("Reports"), can_read_reports, position=60))
