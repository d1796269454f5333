"""The places of showcases in the navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.navigation import NavigationItem, register
from organizations.registry.pages import RelatedLink, register_related
from workshops.models import Showcase
from workshops.showcases.policies import can_open_queue

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Organization


def offer_showcase_places() -> None:
    """Called once, when the app starts."""
    register(
        NavigationItem(
            "workshops:my_showcases",
            _("Your showcase"),
            lambda actor: bool(actor.organization_ids),
            position=20,
        ),
        NavigationItem("workshops:review_queue", _("Review"), can_open_queue, position=20),
    )
    register_related(live_showcases_of)


def live_showcases_of(organization: Organization, actor: Actor) -> list[RelatedLink]:
    """What the organization showed at workshops, for its own page: only what is published."""
    rows = (
        Showcase.objects.visible_to(actor)
        .live()
        .filter(organization=organization)
        .select_related("workshop", "published_revision")
        .order_by("-workshop__starts_on", "pk")
    )
    return [
        RelatedLink(
            label=row.published_revision.display_title,
            url=reverse("workshops:showcase", args=[row.uuid]),
            detail=str(row.workshop),
        )
        for row in rows
    ]
