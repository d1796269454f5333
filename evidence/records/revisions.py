"""Numbered revisions of a record: fetching the record locked, and opening the revision that may be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OneToOneField
from django.utils.translation import gettext as _

from core.access import person_of
from core.errors import WrongState
from core.workflow import EDITABLE

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from evidence.models.records import Record, Revision
    from evidence.records.kinds import RecordKind

#: Columns of a revision that belong to it alone.
OWN_COLUMNS = frozenset(
    {"id", "record", "number", "created_by", "created_at", "saved_by", "saved_at", "submitted_at", "verified_at"}
)


def lock_record(actor: Actor, kind: RecordKind, uuid: UUID) -> Any:
    """The row, locked for this transaction. Raises DoesNotExist when the actor may not see it."""
    return (
        kind.record._default_manager.visible_to(actor)  # type: ignore[attr-defined]
        .select_for_update(of=("self",))
        .select_related("organization", "project")
        .get(uuid=uuid)
    )


def latest_revision(record: Record) -> Any:
    """The revision that the state of the record is about."""
    return record.revisions.order_by("-number")[:1].get()  # type: ignore[attr-defined]


def require_editable(record: Record) -> None:
    """Raise WrongState, in the words of the organization, unless its content may be changed now."""
    if record.state not in EDITABLE:
        raise WrongState(_("This has been sent and can no longer be edited. Wait for the review, or start a change."))


def writable_revision(kind: RecordKind, record: Record, *, actor: Actor, at: datetime) -> Any:
    """The latest revision while it is a draft; once it was sent, a copy of it with the next number.

    A submitted revision is never written again: what was reviewed and published stays as it was.
    """
    latest = latest_revision(record)
    if latest.submitted_at is None:
        return latest
    return copy_revision(kind, latest, actor=actor, at=at)


def copy_revision(kind: RecordKind, latest: Revision, *, actor: Actor, at: datetime) -> Any:
    """The next revision, with the content, relations and parts of this one."""
    skipped = OWN_COLUMNS | kind.not_copied
    values = {
        field.attname: getattr(latest, field.attname)
        for field in kind.revision._meta.concrete_fields
        if field.name not in skipped
    }
    copy = kind.revision._default_manager.create(
        record=latest.record,  # type: ignore[attr-defined,misc]
        number=latest.number + 1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
        **values,
    )
    for relation in kind.revision._meta.many_to_many:
        getattr(copy, relation.name).set(getattr(latest, relation.name).all())
    for part in kind.parts:
        _copy_part(latest, copy, part)
    return copy


def _copy_part(latest: Revision, copy: Revision, part: str) -> None:
    relation: Any = latest._meta.get_field(part)
    rows = relation.related_model._default_manager.filter(revision=latest)
    copies = []
    for row in rows:
        row.pk, row.revision = None, copy
        copies.append(row)
    if isinstance(relation.field, OneToOneField):
        for row in copies:
            row.save(force_insert=True)
    else:
        relation.related_model._default_manager.bulk_create(copies)


def writer_ids(revision: Revision) -> set[int]:
    """Everyone who ever saved the revision or one it was copied from."""
    return {
        revision.created_by_id,
        revision.saved_by_id,
        *revision.writers.values_list("pk", flat=True),
    }


def verifier_id(record: Record) -> int | None:
    """Who verified the revision that is now to be approved."""
    return (
        record.transitions.filter(verb="verify")  # type: ignore[attr-defined]
        .order_by("-at", "-pk")
        .values_list("actor_id", flat=True)
        .first()
    )
