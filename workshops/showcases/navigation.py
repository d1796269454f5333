"""The places of showcases in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register
from workshops.showcases.policies import can_open_queue


def offer_showcase_places() -> None:
    """Called once, when the app starts."""
    register(
        NavigationItem(
            "workshops:my_showcases",
            _("Your showcase"),
            lambda actor: bool(actor.organization_ids),
            position=20,
        ),
        NavigationItem(
            "workshops:review_queue", _("Review"), can_open_queue, position=20
        ),
    )
