"""Stores many evidence records at once, each with its revisions, what hangs on them, and the log of its steps.

Rows are given their numbers before they are written, so that a published record is inserted as one. The caller answers
for the content; the constraints of the database hold, and the audit log is not written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from core.access import Role
from core.workflow import STEPS, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model

BATCH = 5_000
AS_ROLE = {"verify": Role.REVIEWER, "approve": Role.MANAGER, "publish": Role.MANAGER}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a record's life and who took it."""

    verb: str
    actor_id: int
    at: datetime
    reason: str = ""
    as_role: str = ""


@dataclass(slots=True)
class Text:
    """A revision: `fields` are its columns, `links` its many-to-many rows, `parts` what points to it by `revision`."""

    fields: dict[str, Any]
    writer_id: int
    links: Mapping[str, Sequence[int]] = field(default_factory=dict)
    parts: list[Model] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A record with its revisions and steps. Its state follows from the steps."""

    record: Any
    texts: list[Text]
    steps: list[Step]
    state: str = State.DRAFT


def store(of: Any, entries: Iterable[Entry]) -> None:
    """Store records of one kind (`evidence.records.kinds.RecordKind`)."""
    entries = list(entries)
    numbers = _numbers(of.record, len(entries))
    texts = _numbers(of.revision, sum(len(entry.texts) for entry in entries))
    rows: list[tuple[Text, Any]] = []
    for entry in entries:
        entry.record.pk = next(numbers)
        rows += [
            (text, _revision(of, entry, number, text, next(texts))) for number, text in enumerate(entry.texts, start=1)
        ]
        _settle(entry, rows[-1][1])
    # The texts first: what the database derives from a published record reads its text.
    of.revision._default_manager.bulk_create([row for _text, row in rows], batch_size=BATCH)
    of.record._default_manager.bulk_create([entry.record for entry in entries], batch_size=BATCH)
    of.transition._default_manager.bulk_create(_log(of, entries), batch_size=BATCH)
    _link(of, rows)
    parts: dict[type[Model], list[Model]] = defaultdict(list)
    for text, row in rows:
        for part in text.parts:
            part.revision = row  # type: ignore[attr-defined]
            parts[type(part)].append(part)
    for table, found in parts.items():
        table._default_manager.bulk_create(found, batch_size=BATCH)


def _numbers(table: type[Model], count: int) -> Any:
    """The next numbers of a table's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table._meta.db_table, count],
        )
        return iter([row[0] for row in cursor.fetchall()])


def _revision(of: Any, entry: Entry, number: int, text: Text, pk: int) -> Any:
    is_last = number == len(entry.texts)
    steps = entry.steps[::-1] if is_last else entry.steps
    sent = next((step.at for step in steps if step.verb == "submit"), None)
    checked = next((step.at for step in steps if step.verb == "verify"), None)
    return of.revision(
        pk=pk,
        record=entry.record,
        number=number,
        created_by_id=text.writer_id,
        created_at=entry.record.created_at,
        saved_by_id=text.writer_id,
        saved_at=entry.record.created_at,
        submitted_at=sent,
        verified_at=checked if is_last or "change" in {step.verb for step in steps} else None,
        **text.fields,
    )


def _settle(entry: Entry, latest: Any) -> None:
    """State, version and what is live, as the steps leave them."""
    record = entry.record
    record.state = entry.state = STEPS[entry.steps[-1].verb].target if entry.steps else State.DRAFT
    record.version = 1 + len(entry.steps)
    record.saved_at = record.created_at
    record.first_submitted_at = next((step.at for step in entry.steps if step.verb == "submit"), None)
    if record.state == State.PUBLISHED:
        record.published_revision = latest
        record.published_at = entry.steps[-1].at
        if hasattr(record, "live_on"):
            record.live_on = latest.starts_on


def _log(of: Any, entries: list[Entry]) -> list[Any]:
    rows = []
    for entry in entries:
        state: str = State.DRAFT
        # A reviewer's own wording comes between sending and verifying; a change of the writers after publication.
        changes = [step.verb for step in entry.steps].count("change")
        number = 1
        for version, step in enumerate(entry.steps, start=2):
            target = STEPS[step.verb].target
            if not changes and step.verb != "submit":
                number = len(entry.texts)
            rows.append(
                of.transition(
                    subject=entry.record,
                    verb=step.verb,
                    from_state=state,
                    to_state=target,
                    reason=step.reason,
                    version=version,
                    revision_number=number,
                    actor_id=step.actor_id,
                    as_role=step.as_role or AS_ROLE.get(step.verb, ""),
                    at=step.at,
                )
            )
            state = target
            number += step.verb == "change"
    return rows


def _link(of: Any, rows: list[tuple[Text, Any]]) -> None:
    names = {name for text, _row in rows for name in text.links} | {"writers"}
    for name in sorted(names):
        relation = of.revision._meta.get_field(name)
        through = relation.remote_field.through
        ours, theirs = relation.m2m_field_name() + "_id", relation.m2m_reverse_field_name() + "_id"
        through._default_manager.bulk_create(
            (
                through(**{ours: row.pk, theirs: pk})
                for text, row in rows
                for pk in dict.fromkeys((*([text.writer_id] if name == "writers" else ()), *text.links.get(name, ())))
            ),
            batch_size=BATCH,
        )
