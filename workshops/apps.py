"""The workshops app."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    """Registers workshops with Django."""

    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"
