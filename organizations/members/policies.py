"""Who may invite whom, and who may end or change a membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import GRANTED_ROLES, Role

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Invitation, Membership, Organization


def invitable_roles(actor: Actor, organization: Organization) -> list[Role]:
    """A focal point invites colleagues; managers and administrators invite focal points."""
    if actor.speaks_for(organization.pk):
        return [Role.EDITOR, Role.FOCAL_POINT]
    if actor.has(Role.MANAGER, Role.ADMINISTRATOR):
        return [Role.FOCAL_POINT]
    return []


def can_invite_staff(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR)


def staff_roles() -> list[Role]:
    return list(GRANTED_ROLES)


def can_change_membership(actor: Actor, membership: Membership) -> bool:
    """End it or change its role."""
    return actor.speaks_for(membership.organization_id) or actor.has(Role.MANAGER, Role.ADMINISTRATOR)


def can_leave(actor: Actor, membership: Membership) -> bool:
    """Anyone may end the own membership."""
    return actor.user_id == membership.user_id


def can_handle_invitation(actor: Actor, invitation: Invitation) -> bool:
    """Cancel it or send it again."""
    if invitation.organization_id is None:
        return can_invite_staff(actor)
    return actor.speaks_for(invitation.organization_id) or actor.has(Role.MANAGER, Role.ADMINISTRATOR)
