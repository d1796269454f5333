"""The markers and exits of evidence.intake, for the walk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from evidence.intake.layout import LAYOUT
from evidence.models import FormMapping, Intake, IntakeRow, Workbook

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}

#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "intake-name": OWN,
    "intake-finding": OWN,
    "intake-row": OWN,
    "mapping-title": OWN | {"manager", "administrator"},
    "mapping-answer": OWN | {"manager", "administrator"},
}


def intakes(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["intakes"]]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:intakes": lambda world: [{}, {"?": "?project=restricted"}],
    "evidence:workbook": lambda world: [{}, {"?": "?project=restricted&language=en&lines=100"}],
    "evidence:mappings": lambda world: [{}],
    "evidence:mapping": lambda world: [{"pk": row.pk} for row in FormMapping.objects.all()],
    "evidence:intake": intakes,
    "evidence:intake_progress": intakes,
    "evidence:intake_sent": intakes,
    "evidence:intake_returned": intakes,
    "evidence:intake_map": intakes,
    "evidence:intake_decide": lambda world: [
        {**one, "verb": verb} for one in intakes(world) for verb in ("take", "take-valid", "discard", "no-such-verb")
    ],
}


def plant(world: World) -> None:
    """A file that was checked, one that waits for a mapping, and how its form is read."""
    project, editor = world.projects[0], world.users["editor"]
    common = {"organization": project.organization, "project": project}
    workbook = Workbook.objects.create(**common, language="en", layout=LAYOUT, given_to=editor, given_at=NOW)
    mapping = FormMapping.objects.create(
        **common,
        form_id="walk",
        title="⟦mapping-title⟧",
        headers=["title", "type", "day"],
        columns={"title": "title", "type": "type", "day": "starts_on"},
        choices={"type": {"⟦mapping-answer⟧": "DIALOGUE"}},
        saved_by=world.users["focal_point"],
        saved_at=NOW,
    )
    files = [
        {"source": Intake.Source.WORKBOOK, "status": Intake.Status.REFUSED, "workbook": workbook},
        {"source": Intake.Source.KOBO, "status": Intake.Status.CHECKED, "mapping": mapping, "checked_at": NOW},
        {"source": Intake.Source.KOBO, "status": Intake.Status.WAITING},
    ]
    world.rows["intakes"] = [_intake(world, common, **fields) for fields in files]
    IntakeRow.objects.create(
        **common,
        intake=world.rows["intakes"][1],
        key="⟦intake-row⟧",
        record_uuid=world.rows["activities"][0].uuid,
    )


def _intake(world: World, common: dict[str, Any], **fields: Any) -> Intake:
    content = "title,type,day\n⟦intake-row⟧,DIALOGUE,2025-05-10\n".encode()
    row = Intake(
        **common,
        **fields,
        file=ContentFile(content, name="upload"),
        name="⟦intake-name⟧.csv",
        content_type="text/csv",
        size=len(content),
        sha256="0" * 64,
        uploaded_by=world.users["editor"],
        uploaded_at=NOW,
        findings=[{"row": 3, "column": "Title", "message": "⟦intake-finding⟧", "is_hint": False}],
        invalid_count=1,
    )
    row.returned.save("returned", ContentFile(content), save=False)
    row.save()
    return row
