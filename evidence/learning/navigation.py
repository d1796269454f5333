"""The places of learning in the navigation, and its panel on the start page of a CSO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register
from evidence.learning import selectors
from evidence.learning.shapes import SHAPES

if TYPE_CHECKING:
    from core.access import Actor


def offer_library() -> None:
    """Called once, when the app starts."""
    register(NavigationItem("evidence:library", _("Library"), position=35))


def start_panel(actor: Actor) -> dict[str, Any]:
    """What the reader's organizations wrote, by kind."""
    counts = selectors.own_counts(actor)
    return {"kinds": [{"shape": shape, "count": counts[shape.tab]} for shape in SHAPES.values()]}
