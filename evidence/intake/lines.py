"""The lines of an intake, parsed and told apart: new, sent before, changed. Streams; keeps one batch in memory."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import State
from evidence.activities.services import frame_of
from evidence.intake.choices import lists_of
from evidence.intake.layout import ACTIVITIES, MOST_LINES, Holds
from evidence.intake.mapping import form_of, key_of, part_lists, targets, translate
from evidence.intake.reading import (
    Refused,
    headers_of,
    identity_of,
    keyed_lines,
    open_workbook,
    table_lines,
)
from evidence.intake.rows import ParsedRow, parse_row
from evidence.intake.workbook import columns_for
from evidence.models import Activity, IntakeRow, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from core.access import Actor
    from evidence.models import Intake

BATCH = 500
_LINE = re.compile(r"R\d{5}\Z")
NEW, REPEATED, CHANGED = "new", "repeated", "changed"


@dataclass(slots=True)
class Sorted:
    """A parsed line, what stood in its cells, and what it is to the portal. `row` is what it became before."""

    parsed: ParsedRow
    cells: dict[str, Any]
    is_: str = NEW
    row: IntakeRow | None = None
    origin: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What earlier lines of the same file said: digests by key, and the project's own numbers."""

    content: dict[str, str]
    codes: set[str]


def batches(intake: Intake, *, actor: Actor, at: datetime) -> Iterator[list[Sorted]]:
    """All lines of the file, sorted, a batch at a time. Raises Refused for a file that cannot be taken at all."""
    codes = Activity.objects.visible_to(actor).filter(project=intake.project).values_list("code", flat=True)
    seen = _Seen({}, set(codes))
    batch: list[Sorted] = []
    for total, line in enumerate(_parsed(intake, at), start=1):
        if total > MOST_LINES:
            raise Refused(_("The file has more than %(most)s lines. Send it in parts.") % {"most": f"{MOST_LINES:,}"})
        batch.append(line)
        if len(batch) == BATCH:
            yield _sort(batch, seen, intake, actor)
            batch = []
    if batch:
        yield _sort(batch, seen, intake, actor)


def require_ours(intake: Intake) -> None:
    """Raise Refused unless the workbook is one that the portal gave out for this project. Ties it to the intake."""
    with intake.file.open("rb") as file, open_workbook(file) as book:
        identity = identity_of(book)
    found = None
    with suppress(ValueError):
        found = Workbook.objects.filter(organization=intake.organization, uuid=UUID(identity.uuid)).first()
    if found is None:
        raise Refused(_("The portal gave this workbook to nobody of your organization. Download your own."))
    if found.project_id != intake.project_id:
        raise Refused(
            _("This is the workbook of the project %(theirs)s, and you sent it for %(ours)s. Choose the right project.")
            % {"theirs": found.project.code, "ours": intake.project.code}
        )
    intake.workbook = found


def _parsed(intake: Intake, at: datetime) -> Iterator[Sorted]:
    lists = {**lists_of(intake.project), **part_lists()}
    online = next((stored for stored, code, _label in lists["setting"].rows if code == "ONLINE"), None)
    shared: dict[str, Any] = {
        "lists": lists,
        "frame": frame_of(intake.project),
        "online_id": online,
        "today": timezone.localdate(at),
    }
    with intake.file.open("rb") as file:
        read = _of_workbook if intake.source == intake.Source.WORKBOOK else _of_export
        yield from read(intake, file, shared)


def _of_workbook(intake: Intake, file: Any, shared: dict[str, Any]) -> Iterator[Sorted]:
    assert intake.workbook is not None
    columns = {column.key: column for column in columns_for(intake.workbook)}
    with open_workbook(file) as book:
        for line in keyed_lines(book, ACTIVITIES, list(columns)):
            number = str(line.cells.get("row", ""))
            key = f"{intake.workbook.uuid.hex[:16]}-{number}" if _LINE.match(number) else ""
            parsed = parse_row(line.number, key, line.cells, columns=columns, **shared)
            yield Sorted(parsed, line.cells)


def _of_export(intake: Intake, file: Any, shared: dict[str, Any]) -> Iterator[Sorted]:
    assert intake.mapping is not None
    # Cells of target groups come from the parts and are no column that somebody maps.
    columns = targets()
    counted = next(column for column in columns.values() if column.holds is Holds.COUNT)
    for line in table_lines(file, intake.content_type):
        translated = translate(intake.mapping, line.cells, shared["lists"])
        for name in translated.cells:
            if name.startswith("cell.") and name not in columns:
                columns[name] = counted
        parsed = parse_row(line.number, key_of(line.cells), translated.cells, columns=columns, **shared)
        for name, sentence in translated.wrong.items():
            parsed.wrong.setdefault(name, sentence)
        yield Sorted(parsed, line.cells, origin=translated.origin)


def first_lines(intake: Intake, most: int = 500) -> tuple[list[str], list[dict[str, Any]], str]:
    """The columns of an export, its first lines, and what the form is known by."""
    with intake.file.open("rb") as file:
        headers = headers_of(file, intake.content_type)
    rows = []
    with intake.file.open("rb") as file:
        for line in table_lines(file, intake.content_type):
            rows.append(line.cells)
            if len(rows) == most:
                break
    return headers, rows, form_of(headers, rows[0] if rows else {})


def _sort(batch: list[Sorted], seen: _Seen, intake: Intake, actor: Actor) -> list[Sorted]:
    for line in batch:
        line.parsed.key = line.parsed.key or f"like-{line.parsed.likeness[:48]}"
    known = {
        row.key: row
        for row in IntakeRow.objects.visible_to(actor).filter(
            project=intake.project, key__in=[line.parsed.key for line in batch]
        )
    }
    uuids = [row.record_uuid for row in known.values()]
    records = {row.uuid: row for row in Activity.objects.visible_to(actor).filter(uuid__in=uuids)} if uuids else {}
    for line in batch:
        line.row = known.get(line.parsed.key)
        _sort_one(line, seen, records)
    return batch


def _sort_one(line: Sorted, seen: _Seen, records: dict[Any, Activity]) -> None:
    parsed, content = line.parsed, line.parsed.content
    if parsed.key in seen.content:
        if seen.content[parsed.key] == content:
            line.is_ = REPEATED
        else:
            parsed.wrong["row"] = _("This line has the number of another one. Move it to a line that is free.")
        return
    seen.content[parsed.key] = content
    if line.row is None:
        _sort_new(line, seen)
    elif line.row.content == content:
        line.is_ = REPEATED
    else:
        line.is_ = CHANGED
        if sentence := _why_not(records.get(line.row.record_uuid), line.row):
            parsed.wrong.setdefault("row", sentence)


def _sort_new(line: Sorted, seen: _Seen) -> None:
    code = line.parsed.values["code"]
    if code and code in seen.codes:
        line.parsed.wrong.setdefault(
            "code", _("The project has an activity with the number %(code)s already.") % {"code": code}
        )
    elif code:
        seen.codes.add(code)


def _why_not(record: Activity | None, row: IntakeRow) -> str:
    """Why a changed line cannot correct the draft that it made, or nothing."""
    if record is None:
        return _("This line was taken over before, and the activity is not there any more.")
    if record.state != State.DRAFT or record.first_submitted_at is not None:
        return _("This line was taken over before, and the activity %(code)s has been sent. Start a change of it.") % {
            "code": record.code
        }
    if record.version != row.version:
        return _("The activity %(code)s was changed on the portal since. Enter the correction there.") % {
            "code": record.code
        }
    return ""
