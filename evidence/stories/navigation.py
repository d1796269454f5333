"""The places of stories, consents, rounds and protection in the navigation, and their panel on a CSO's start page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.navigation import Menu, NavigationItem, register
from evidence.consents.selectors import consents_for
from evidence.protection.policies import can_list_holds, can_protect
from evidence.stories.selectors import own_stories

if TYPE_CHECKING:
    from core.access import Actor

PANEL_ROWS = 4


def offer_places() -> None:
    """Called once, when the app starts."""
    register(
        NavigationItem("evidence:story_list", _("Stories"), position=27),
        NavigationItem("evidence:protection", _("Protection"), can_protect, position=70),
        NavigationItem("evidence:hold_list", _("Holds"), can_list_holds, menu=Menu.ACCOUNT, position=60),
        NavigationItem("evidence:round_list", _("Most Significant Change"), menu=Menu.FOOTER, position=30),
    )


def start_panel(actor: Actor) -> dict[str, Any]:
    """What was touched last, and how many consents run out soon."""
    waiting = consents_for(actor, standing="WAITING", today=timezone.localdate())
    return {
        "stories": list(own_stories(actor)[:PANEL_ROWS]),
        "waiting": waiting.filter(organization_id__in=actor.organization_ids).count(),
    }
