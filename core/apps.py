"""The core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers core with Django, and the API kit's field types with drf-spectacular."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.api import schema  # noqa: F401 - registers its extensions; needs the app registry
