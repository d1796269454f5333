"""The organizations app."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """Registers organizations with Django."""

    name = "organizations"
    default_auto_field = "django.db.models.BigAutoField"
