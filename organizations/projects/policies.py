"""Who may write projects. Who may read them stands in their querysets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor


def can_write_projects(actor: Actor) -> bool:
    """Create projects, change their texts, partners and grants."""
    return actor.has(Role.MANAGER)
