"""What an organization has under way, and where it may still take part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from organizations.models import Organization
from workshops.models import Showcase, Workshop

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor


@dataclass(frozen=True, slots=True)
class Opening:
    """A workshop that takes showcases, and the organization that has none there yet."""

    workshop: Workshop
    organization: Organization


def own_showcases(actor: Actor, *, at: datetime) -> dict[str, list]:
    """`showcases` of the actor's organizations, latest workshop first, and `openings` for further ones."""
    showcases = list(
        Showcase.objects.visible_to(actor)
        .filter(organization_id__in=actor.organization_ids)
        .select_related("workshop", "organization")
        .order_by("-workshop__starts_on", "organization__name", "pk")
    )
    taken = {(row.workshop_id, row.organization_id) for row in showcases}
    workshops = list(
        Workshop.objects.visible_to(actor)
        .filter(is_open_for_showcases=True, submission_deadline__gte=at)
        .order_by("starts_on", "pk")
    )
    organizations = list(
        Organization.objects.visible_to(actor).filter(pk__in=actor.organization_ids).order_by("name", "pk")
    )
    return {
        "showcases": showcases,
        "openings": [
            Opening(workshop, organization)
            for workshop in workshops
            for organization in organizations
            if (workshop.pk, organization.pk) not in taken
        ],
    }
