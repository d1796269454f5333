"""Who opens rounds, who speaks for a panel, and who passes feedback on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role
from evidence.models import Panel

if TYPE_CHECKING:
    from core.access import Actor
    from evidence.models import Story


def can_keep_rounds(actor: Actor) -> bool:
    """Managers open and close rounds, and set up the panels of provinces and the nation."""
    return actor.has(Role.MANAGER)


def can_open_panel(actor: Actor, level: str, organization_id: int | None) -> bool:
    """A CSO sets up its own panel; managers set up any."""
    return can_keep_rounds(actor) or (level == Panel.Level.CSO and actor.belongs_to(organization_id))


def can_keep_panel(actor: Actor, panel: Panel) -> bool:
    """Who writes down what a panel looked at and chose: the CSO for its own, managers for the others."""
    if panel.level == Panel.Level.CSO:
        return actor.belongs_to(panel.organization_id)
    return can_keep_rounds(actor)


def can_pass_on(actor: Actor, story: Story) -> bool:
    """The CSO of the teller says that the feedback has reached the person."""
    return actor.belongs_to(story.organization_id)
