"""Who may explain a doubt, and who may accept the explanation. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Doubt


def can_open_doubts(actor: Actor) -> bool:
    return bool(actor.organization_ids) or actor.has(Role.REVIEWER, Role.MANAGER)


def can_explain(actor: Actor, doubt: Doubt) -> bool:
    """Editors and focal points of the organization whose record it is."""
    return actor.belongs_to(doubt.organization_id)


def can_accept(actor: Actor, doubt: Doubt) -> bool:
    """A reviewer of another organization."""
    return actor.has(Role.REVIEWER) and not actor.belongs_to(doubt.organization_id)
