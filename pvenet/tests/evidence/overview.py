"""The markers and exits of evidence.overview, for the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {}
#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
