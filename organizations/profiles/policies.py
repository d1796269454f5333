"""Who may take which step with a change to a profile. Why: docs/adr/0002-profile-review.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role
from core.workflow import EDITABLE, STEPS, State

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Organization, ProfileRevision


def can_start_change(actor: Actor, organization: Organization) -> bool:
    """An organization's own people write its profile, and nobody else."""
    return actor.belongs_to(organization.pk)


def can_write(actor: Actor, revision: ProfileRevision) -> bool:
    return actor.belongs_to(revision.organization_id)


def can_edit_now(actor: Actor, revision: ProfileRevision) -> bool:
    return can_write(actor, revision) and revision.state in EDITABLE


def can_take_back(actor: Actor, revision: ProfileRevision) -> bool:
    """A text that was verified or approved may be changed once more; it then goes the whole way again."""
    return can_write(actor, revision) and revision.state in {
        State.VERIFIED,
        State.APPROVED,
    }


def can_discard(actor: Actor, revision: ProfileRevision) -> bool:
    """The organization's own people give up a change at any time before it is published."""
    return can_write(actor, revision) and revision.state in STEPS["discard"].sources


def is_foreign(actor: Actor, revision: ProfileRevision, author_ids: frozenset[int]) -> bool:
    """Four eyes: nobody verifies or approves what they, or their organization, wrote."""
    return not actor.belongs_to(revision.organization_id) and actor.user_id not in author_ids


def can_review(actor: Actor, revision: ProfileRevision, author_ids: frozenset[int]) -> bool:
    """Return and comment."""
    return actor.has(Role.REVIEWER, Role.MANAGER) and is_foreign(actor, revision, author_ids)


def can_verify(actor: Actor, revision: ProfileRevision, author_ids: frozenset[int]) -> bool:
    return actor.has(Role.REVIEWER) and is_foreign(actor, revision, author_ids)


def can_publish(actor: Actor, revision: ProfileRevision, author_ids: frozenset[int]) -> bool:
    return actor.has(Role.MANAGER) and is_foreign(actor, revision, author_ids)


def can_approve(
    actor: Actor, revision: ProfileRevision, author_ids: frozenset[int], *, verifier_id: int | None
) -> bool:
    """Somebody other than who verified it, whatever roles one person holds."""
    return can_publish(actor, revision, author_ids) and actor.user_id != verifier_id


def can_open_queue(actor: Actor) -> bool:
    return actor.has(Role.REVIEWER, Role.MANAGER)


def can_resolve(actor: Actor, revision: ProfileRevision, author_ids: frozenset[int]) -> bool:
    """The organization says that a comment is dealt with; a reviewer agrees or opens it again."""
    return can_write(actor, revision) or can_review(actor, revision, author_ids)
