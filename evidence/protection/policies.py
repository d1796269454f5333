"""Who holds a record back, who releases it, and who purges and erases. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Hold

#: Who answers for what was held, beyond the organization itself.
GUARDIANS = (Role.DATA_PROTECTION_OFFICER, Role.MANAGER)


def can_hold(actor: Actor, organization_id: int) -> bool:
    """The focal point of the organization, reviewers, managers and the data-protection officer."""
    return actor.speaks_for(organization_id) or actor.has(Role.REVIEWER, *GUARDIANS)


def can_list_holds(actor: Actor) -> bool:
    """Those who answer for holds, and organizations for their own."""
    return actor.has(*GUARDIANS) or bool(actor.organization_ids)


def can_ask_release(actor: Actor, hold: Hold) -> bool:
    """The focal point of the organization, a manager or the officer says that the danger is over."""
    return actor.speaks_for(hold.organization_id) or actor.has(*GUARDIANS)


def can_release(actor: Actor, hold: Hold) -> bool:
    """A manager or the officer, who neither placed the hold nor asked for its release, nor belongs to the organization."""
    return (
        actor.has(*GUARDIANS)
        and actor.user_id not in {hold.placed_by_id, hold.release_asked_by_id}
        and not actor.belongs_to(hold.organization_id)
    )


def can_protect(actor: Actor) -> bool:
    """The pages of the data-protection officer."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)
