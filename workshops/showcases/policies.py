"""Who may do what with a showcase. Pure: what has to be looked up is handed in. States are the services' business.

Four eyes: nobody verifies or approves what they or their organization wrote, and nobody does both for one text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.access import Actor
    from workshops.models import Remark, ReviewComment, Showcase

CSO_ROLES = (Role.EDITOR, Role.FOCAL_POINT)


def can_start_showcase(actor: Actor, organization_id: int) -> bool:
    return actor.belongs_to(organization_id)


def can_write(actor: Actor, showcase: Showcase) -> bool:
    """Editors and focal points of the organization write, submit, and start a change."""
    return actor.belongs_to(showcase.organization_id)


def can_review(actor: Actor, showcase: Showcase) -> bool:
    """Reviewers and managers, unless it is their own organization's."""
    return actor.has(Role.REVIEWER, Role.MANAGER) and not can_write(actor, showcase)


def can_open_queue(actor: Actor) -> bool:
    return actor.has(Role.REVIEWER, Role.MANAGER)


def can_comment(actor: Actor, showcase: Showcase) -> bool:
    return can_write(actor, showcase) or can_review(actor, showcase)


def can_resolve(actor: Actor, comment: ReviewComment) -> bool:
    """Whoever asked, or a reviewer on their behalf."""
    return comment.author_id == actor.user_id or can_review(actor, comment.subject)


def can_remark(actor: Actor, showcase: Showcase) -> bool:
    """NACTA staff, unless it is their own organization's (docs/adr/0008)."""
    return actor.has(Role.NACTA) and not can_write(actor, showcase)


def can_settle_remark(actor: Actor, remark: Remark) -> bool:
    """Those who review deal with it; whoever made it may take it back."""
    return remark.author_id == actor.user_id or can_review(actor, remark.subject)


def can_return(actor: Actor, showcase: Showcase) -> bool:
    return can_review(actor, showcase)


def can_verify(actor: Actor, showcase: Showcase, *, writer_ids: Collection[int]) -> bool:
    """A reviewer who did not write it, and is not of the organization that did."""
    return actor.has(Role.REVIEWER) and not can_write(actor, showcase) and actor.user_id not in writer_ids


def can_approve(
    actor: Actor,
    showcase: Showcase,
    *,
    writer_ids: Collection[int],
    verifier_id: int | None,
) -> bool:
    """A manager who neither wrote nor verified it, and is not of the organization."""
    return (
        actor.has(Role.MANAGER)
        and not can_write(actor, showcase)
        and actor.user_id not in writer_ids
        and actor.user_id != verifier_id
    )


def can_publish(actor: Actor, showcase: Showcase) -> bool:
    return actor.has(Role.MANAGER) and not can_write(actor, showcase)


def can_withdraw(actor: Actor, showcase: Showcase) -> bool:
    """The organization's focal point, a manager, and the data-protection officer: at once, whatever is under way."""
    return actor.speaks_for(showcase.organization_id) or actor.has(Role.MANAGER, Role.DATA_PROTECTION_OFFICER)


def can_set_sensitivity(actor: Actor, showcase: Showcase) -> bool:
    """Managers say how far a text travels, never for their own organization."""
    return actor.has(Role.MANAGER) and not can_write(actor, showcase)


def can_archive(actor: Actor, showcase: Showcase) -> bool:
    return actor.has(Role.MANAGER)


def acting_role(actor: Actor, organization_id: int, *preferred: Role) -> str:
    """As what the actor acts here, for the log: a member of the organization first, else the preferred role held."""
    if actor.speaks_for(organization_id):
        return Role.FOCAL_POINT
    if actor.belongs_to(organization_id):
        return Role.EDITOR
    for role in (*preferred, Role.REVIEWER, Role.MANAGER, Role.DATA_PROTECTION_OFFICER):
        if actor.has(role):
            return role
    return ""
