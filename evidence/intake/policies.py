"""Who may send files, and who may say how a form is read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor


def can_send_files(actor: Actor) -> bool:
    """Editors and focal points, for the projects of their own organization."""
    return bool(actor.organization_ids)


def can_send_for(actor: Actor, organization_id: int) -> bool:
    return actor.belongs_to(organization_id)


def can_map(actor: Actor, organization_id: int) -> bool:
    """The organization's focal point for its own forms; managers and administrators for anybody's.

    A mapping holds the names of columns and the answers of lists, no row of a file.
    """
    return actor.speaks_for(organization_id) or actor.has(Role.MANAGER, Role.ADMINISTRATOR)


def can_open_mappings(actor: Actor) -> bool:
    return bool(actor.organization_ids) or actor.has(Role.MANAGER, Role.ADMINISTRATOR)
