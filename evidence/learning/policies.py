"""Who words a validated text, and who records that something was reused. The steps are those of every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role
from core.workflow import State

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models.learning import Learning


def can_write_learning(actor: Actor) -> bool:
    """Editors and focal points, for their own organizations."""
    return bool(actor.organization_ids)


def can_validate(actor: Actor, record: Learning) -> bool:
    """A reviewer of another organization words it for the library, while it waits to be verified.

    Whoever words it is one of its writers from then on, so that somebody else verifies it.
    """
    return actor.has(Role.REVIEWER) and not actor.belongs_to(record.organization_id) and record.state == State.SUBMITTED


def can_record_uptake(actor: Actor, organization_id: int) -> bool:
    """Whoever reused it says so."""
    return actor.belongs_to(organization_id)
