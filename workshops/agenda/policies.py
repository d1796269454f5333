"""Who runs workshops. What each person may read stands in the querysets of `workshops.models.agenda`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role
from core.workflow import State

if TYPE_CHECKING:
    from core.access import Actor
    from workshops.models import Showcase

#: States in which a showcase has left the workshop.
GONE = frozenset({State.WITHDRAWN, State.ARCHIVED})


def can_run_workshops(actor: Actor) -> bool:
    """Programme managers and NACTA plan workshops: days, rooms, sessions, and what is placed in them."""
    return actor.has(Role.MANAGER, Role.NACTA)


def can_be_placed(showcase: Showcase) -> bool:
    """A showcase has its place as soon as it was sent in; its text shows in the agenda only when it is published."""
    return showcase.first_submitted_at is not None and showcase.state not in GONE
