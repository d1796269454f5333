"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers evidence with Django."""

    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
