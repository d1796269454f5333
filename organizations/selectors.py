"""What waits for a person in everything that belongs to organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from organizations.profiles.selectors import profile_tasks

if TYPE_CHECKING:
    from core.access import Actor
    from core.waiting import Task


def tasks_for(actor: Actor) -> list[Task]:
    """Changes to profiles: to be put right or sent by the organization, to be checked, approved or published by staff."""
    return profile_tasks(actor)
