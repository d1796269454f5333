"""The markers and exits of evidence.items, for the walk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from core.terms import term
from evidence.models import EvidenceDocument, EvidenceItem

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "item-unsent": OWN,
    "item-sent": OWN | {"reviewer", "manager"},
    "item-person": OWN | {"reviewer"},
}
VERBS = ["release", "hold", "remove", "no-such-verb"]


def items(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["items"]]


def records(world: World) -> list[dict[str, Any]]:
    return [
        *({"kind": "activity", "uuid": row.uuid} for row in world.rows["activities"]),
        *({"kind": "lesson", "uuid": row.uuid} for row in world.rows["learning-lesson"][:3]),
        {"kind": "no-such-kind", "uuid": world.rows["activities"][0].uuid},
    ]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:item_list": lambda world: [{}, {"?": "?q=item"}, {"?": "?project=restricted"}],
    "evidence:item_new": lambda world: [{}, {"?": "?project=restricted"}],
    "evidence:item": items,
    "evidence:document": items,
    "evidence:item_change": lambda world: [{**one, "verb": verb} for one in items(world) for verb in VERBS],
    "evidence:record_items": records,
    "evidence:item_tie": lambda world: [
        {**one, "verb": verb} for one in records(world) for verb in ("attach", "detach", "no-such-verb")
    ],
}


def plant(world: World) -> None:
    """Evidence in every audience: unsent, sent, showing a person, and public."""
    world.rows["items"] = [
        _item(world, "⟦item-unsent⟧"),
        _item(world, "⟦item-sent⟧", first_submitted_at=NOW),
        _item(world, "⟦item-person⟧", first_submitted_at=NOW, shows_person=True, is_released=True, live_since=NOW),
        _item(world, "Public evidence", first_submitted_at=NOW, is_released=True, live_since=NOW),
    ]


def attach(world: World) -> None:
    """Cite the evidence where the planted activities stand, once there are any."""
    for row in world.rows["activities"]:
        for revision in row.revisions.exclude(submitted_at=None):
            revision.evidence.set(world.rows["items"][1:])


def _item(world: World, title: str, **fields: Any) -> EvidenceItem:
    project = world.projects[0]
    editor = world.users["editor"]
    row = EvidenceItem.objects.create(
        organization=project.organization,
        project=project,
        type=term("evidence_type", "PHOTO"),
        title=title,
        alt_text=title,
        added_by=editor,
        added_at=NOW,
        **fields,
    )
    EvidenceDocument.objects.create(
        item=row,
        file=ContentFile(f"%PDF-1.7 {title}".encode(), name="upload"),
        name="paper.pdf",
        content_type="application/pdf",
        size=20,
        sha256="0" * 64,
        uploaded_by=editor,
        uploaded_at=NOW,
    )
    return row
