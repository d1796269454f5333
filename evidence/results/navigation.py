"""The place of results in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register


def offer_places() -> None:
    """Called once, when the app starts."""
    register(NavigationItem("evidence:results", _("Results"), position=24))
