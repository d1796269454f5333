"""Who redacts, who approves a redaction, and who reads an original. The steps of a story are those of every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role
from core.workflow import EDITABLE, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.access import Actor
    from evidence.models import Story


def can_write_original(actor: Actor, story: Story) -> bool:
    """The CSO that heard the story."""
    return actor.belongs_to(story.organization_id)


def can_read_original(actor: Actor, story: Story) -> bool:
    """The CSO, reviewers once it was sent, and the data-protection officer. The queryset says the same."""
    return actor.belongs_to(story.organization_id) or (
        story.first_submitted_at is not None and actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)
    )


def can_redact(actor: Actor, story: Story) -> bool:
    """The CSO while the story is with it; a reviewer of another organization while it is under review."""
    if actor.belongs_to(story.organization_id):
        return story.state in EDITABLE
    return story.state == State.SUBMITTED and actor.has(Role.REVIEWER)


def can_approve_redaction(actor: Actor, story: Story, *, writer_ids: Collection[int]) -> bool:
    """A reviewer or the officer, who both read the original, and who did not write the text."""
    return (
        actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)
        and not actor.belongs_to(story.organization_id)
        and actor.user_id not in writer_ids
    )


def can_grade(actor: Actor, story: Story, *, writer_ids: Collection[int]) -> bool:
    """A reviewer of another organization who did not write the text says how strong the evidence is."""
    return actor.has(Role.REVIEWER) and not actor.belongs_to(story.organization_id) and actor.user_id not in writer_ids
