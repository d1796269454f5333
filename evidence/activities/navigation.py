"""The places of activities in the navigation, and their panel on the start page of a CSO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register
from evidence.activities import policies, selectors

if TYPE_CHECKING:
    from core.access import Actor


def offer_places() -> None:
    """Called once, when the app starts."""
    register(
        NavigationItem("evidence:start", _("Your projects"), policies.can_enter_activities, position=15),
        NavigationItem("evidence:activity_list", _("Activities"), position=25),
    )


def start_panel(actor: Actor) -> dict[str, Any]:
    """The reader's projects and what stands in them."""
    return {"projects": selectors.projects_of(actor)}
