"""Who may do what with activities, beyond what holds for every record. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Activity


def can_enter_activities(actor: Actor) -> bool:
    """Editors and focal points, for their own projects."""
    return bool(actor.organization_ids)


def can_read_counts(actor: Actor, activity: Activity) -> bool:
    """As `CountsQuerySet`: the CSO that counted, reviewers, and the data-protection officer."""
    return actor.belongs_to(activity.organization_id) or actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)
