"""Who edits the roadmap (docs/adr/0003). What each person may read stands in the querysets of `partnerships.models`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor


def can_edit_roadmaps(actor: Actor) -> bool:
    """Programme managers write the roadmap. NACTA staff endorse it, so they do not write what they endorse."""
    return actor.has(Role.MANAGER)
