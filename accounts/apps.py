"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers accounts with Django, and its pages with the menus."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import policies  # needs the app registry
        from core.web.navigation import Menu, NavigationItem, register

        register(
            NavigationItem("accounts:profile", _("Your account"), menu=Menu.ACCOUNT, position=10),
            NavigationItem(
                "accounts:user_list",
                _("People"),
                policies.can_keep_accounts,
                menu=Menu.ACCOUNT,
                position=20,
            ),
            NavigationItem(
                "accounts:client_list",
                _("API clients"),
                policies.can_keep_keys,
                menu=Menu.ACCOUNT,
                position=30,
            ),
        )
