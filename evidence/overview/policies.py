"""Who may look behind the published figures. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor


def can_follow_programme(actor: Actor) -> bool:
    """The page of the whole programme: NACTA, the funder, and the staff who answer to them."""
    return actor.has(Role.NACTA, Role.FUNDER, Role.MANAGER, Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)


def can_read_all_counts(actor: Actor) -> bool:
    """Every count as it was entered: reviewers and the data-protection officer, as `CountsQuerySet` has it."""
    return actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)


def can_read_own_counts(actor: Actor) -> bool:
    """The counts of the organization's own activities."""
    return bool(actor.organization_ids)
