"""The markers and exits of evidence.protection, for the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.models import Hold, HoldReason, PurgeEntry
from pvenet.tests.evidence.consents import consents

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

OFFICER = {"data_protection_officer"}
#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    # The focal point of this world placed the hold.
    "hold-reason": OFFICER | {"focal_point"},
    "hold-story": OFFICER,
    "purge-table": OFFICER,
}


def holds(world: World) -> list[dict[str, Any]]:
    return [{"pk": row.pk} for row in world.rows["holds"]]


def records(world: World) -> list[dict[str, Any]]:
    found = [{"kind": kind, "uuid": uuid} for kind, uuid in world.rows["records"]]
    return [*found, {"kind": "no-such-kind", "uuid": found[0]["uuid"]}]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    **{f"evidence:{name}": lambda world: [{}] for name in ("protection", "purge_log")},
    "evidence:erase_find": lambda world: [{}, {"?": "?q=teller"}],
    "evidence:hold_list": lambda world: [{}, {"?": "?state=released"}],
    "evidence:hold": holds,
    "evidence:hold_ask": holds,
    "evidence:hold_release": holds,
    "evidence:hold_place": records,
    "evidence:erase": consents,
    "evidence:erase_now": consents,
}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
    from core.workflow import State
    from pvenet.tests.evidence.stories import plant_story
    from pvenet.tests.world import NOW

    held = plant_story(world, "hold-story", State.PUBLISHED, told="hold-story", is_held=True)
    world.rows["stories"].append(held)
    world.rows["records"].append(("story", held.uuid))
    hold = Hold.objects.create(
        kind="story",
        record_uuid=held.uuid,
        organization=world.organizations[0],
        placed_by=world.users["focal_point"],
        placed_at=NOW,
    )
    HoldReason.objects.create(hold=hold, text="⟦hold-reason⟧", release_text="⟦hold-reason⟧")
    world.rows["holds"] = [hold]
    PurgeEntry.objects.create(at=NOW, rule="RETENTION", table="⟦purge-table⟧", row_count=3)
