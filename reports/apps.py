"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers reports with Django."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"
