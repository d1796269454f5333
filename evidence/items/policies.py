"""Who may do what with evidence. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import EvidenceItem


def can_add(actor: Actor, organization_id: int) -> bool:
    return actor.belongs_to(organization_id)


def can_write(actor: Actor, item: EvidenceItem) -> bool:
    """Editors and focal points of the organization whose evidence it is."""
    return actor.belongs_to(item.organization_id)
