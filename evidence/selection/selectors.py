"""Rounds as their readers find them, and the path that a story took through the panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import Candidate

if TYPE_CHECKING:
    from core.access import Actor


def path_of(actor: Actor, story: Any) -> list[Candidate]:
    """The panels that a story was before, in their order, as far as this reader may see them."""
    return list(
        Candidate.objects.visible_to(actor)
        .filter(story=story)
        .select_related("panel__round", "panel__organization", "panel__province")
        .order_by("panel__round__starts_on", "panel__pk")
    )
