"""The markers and exits of evidence.quality, for the walk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evidence.models import Doubt

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "doubt-draft": OWN,
    "doubt-sent": OWN | {"reviewer", "manager"},
}
#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:doubts": lambda world: [
        {},
        {"?": "?state=explained"},
        {"?": "?state=settled"},
        {"?": "?rule=nobody-came&organization=nobody"},
    ],
    "evidence:doubt_answer": lambda world: [
        {"pk": row.pk, "verb": verb}
        for row in world.rows["doubts"]
        for verb in ("explain", "accept", "ask-again", "no-such-verb")
    ],
}


def plant(world: World) -> None:
    """A doubt about a draft and one about what was sent, each with an explanation; and one that is settled."""
    activities = world.rows["activities"]
    settled = {"settled_at": NOW, "settled_by": world.users["reviewer"]}
    world.rows["doubts"] = [
        _doubt(world, activities[0], "doubt-draft", is_submitted=False),
        _doubt(world, activities[1], "doubt-sent"),
        _doubt(world, activities[2], "doubt-sent", **settled),
    ]


def _doubt(world: World, record: object, marker: str, **fields: object) -> Doubt:
    values = {"is_submitted": True, **fields}
    return Doubt.objects.create(
        kind="activity",
        record_uuid=record.uuid,
        organization=record.organization,
        rule="nobody-came",
        found_at=NOW,
        explanation=f"⟦{marker}⟧",
        explained_at=NOW,
        explained_by=world.users["editor"],
        **values,
    )
