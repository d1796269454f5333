"""The partnerships app."""

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    """Registers partnerships with Django."""

    name = "partnerships"
    default_auto_field = "django.db.models.BigAutoField"
