"""The organizations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Registers organizations with Django, and its places with the navigation."""

    name = "organizations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.web.context import register_demo_check
        from core.web.navigation import Menu, NavigationItem, register
        from organizations.members.policies import can_invite_staff
        from organizations.models import Programme  # needs the app registry

        register(
            NavigationItem("organizations:registry", _("Organizations"), position=10),
            NavigationItem("organizations:project_list", _("Projects"), position=20),
            NavigationItem(
                "organizations:own_organization",
                _("My organization"),
                lambda actor: bool(actor.organization_ids),
                menu=Menu.ACCOUNT,
                position=10,
            ),
            NavigationItem(
                "organizations:staff_invitations",
                _("Invite staff"),
                can_invite_staff,
                menu=Menu.ACCOUNT,
                position=40,
            ),
        )
        register_demo_check(lambda: Programme.objects.filter(is_demo=True).exists())
