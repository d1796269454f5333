"""The workshops app."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    """Registers workshops with Django, and its places with the navigation."""

    name = "workshops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The app registry is complete only now, and the places need its models.
        from workshops.showcases.navigation import offer_showcase_places

        offer_showcase_places()
