"""The markers and exits of evidence.overview, for the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World


def with_queries(*queries: str) -> Arguments:
    """A page, plain and filtered."""
    return lambda world: [{}, *({"?": query} for query in queries)]


#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {}
#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:reach": with_queries("?province=PK-KP", "?province=nowhere"),
    "evidence:reach_xlsx": with_queries("?province=PK-KP"),
    "evidence:reach_sources": with_queries("?province=PK-KP", "?district=KP-KHYBER", "?district=nowhere"),
    "evidence:programme": with_queries(),
    "api:reach-list": with_queries("?by=district", "?by=sex", "?by=nothing"),
}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
