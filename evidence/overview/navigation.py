"""The places of the overview in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register
from evidence.overview import policies


def offer_places() -> None:
    """Called once, when the app starts."""
    register(
        NavigationItem("evidence:reach", _("Reach"), position=26),
        NavigationItem("evidence:programme", _("Programme"), policies.can_follow_programme, position=24),
    )
