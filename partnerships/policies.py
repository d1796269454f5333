"""Who edits the roadmap (docs/adr/0003). What each person may read stands in the querysets of `partnerships.models`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor


def can_edit_roadmaps(actor: Actor) -> bool:
    """Programme managers write the roadmap. NACTA staff endorse it, so they do not write what they endorse."""
    return actor.has(Role.MANAGER)


def can_ask_for_endorsement(actor: Actor) -> bool:
    return can_edit_roadmaps(actor)


def can_endorse_roadmaps(actor: Actor) -> bool:
    """NACTA staff, unless they may write the roadmap: nobody endorses what they wrote (docs/adr/0007)."""
    return actor.has(Role.NACTA) and not can_edit_roadmaps(actor)
