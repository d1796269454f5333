"""Who may do what with a record of evidence. Pure; states are the services' business.

Four eyes: nobody verifies or approves what they or their organization wrote, and nobody does both for one text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.access import Actor
    from evidence.models.records import Record


def can_start_record(actor: Actor, organization_id: int) -> bool:
    return actor.belongs_to(organization_id)


def can_write(actor: Actor, record: Record) -> bool:
    """Editors and focal points of the organization write, submit, and start a change."""
    return actor.belongs_to(record.organization_id)


def can_review(actor: Actor, record: Record) -> bool:
    """Reviewers and managers, unless it is their own organization's."""
    return actor.has(Role.REVIEWER, Role.MANAGER) and not can_write(actor, record)


def can_open_queue(actor: Actor) -> bool:
    return actor.has(Role.REVIEWER, Role.MANAGER)


def can_verify(actor: Actor, record: Record, *, writer_ids: Collection[int]) -> bool:
    """A reviewer who did not write it, and is not of the organization that did."""
    return actor.has(Role.REVIEWER) and not can_write(actor, record) and actor.user_id not in writer_ids


def can_approve(
    actor: Actor,
    record: Record,
    *,
    writer_ids: Collection[int],
    verifier_id: int | None,
) -> bool:
    """A manager who neither wrote nor verified it, and is not of the organization."""
    return (
        actor.has(Role.MANAGER)
        and not can_write(actor, record)
        and actor.user_id not in writer_ids
        and actor.user_id != verifier_id
    )


def can_publish(actor: Actor, record: Record) -> bool:
    return actor.has(Role.MANAGER) and not can_write(actor, record)


def can_withdraw(actor: Actor, record: Record) -> bool:
    """The organization's focal point, a manager, and the data-protection officer: at once, whatever is under way."""
    return actor.speaks_for(record.organization_id) or actor.has(Role.MANAGER, Role.DATA_PROTECTION_OFFICER)


def can_archive(actor: Actor, record: Record) -> bool:
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
