"""The only code that writes lessons, challenges, innovations and their uptake. Steps are those of every record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput
from core.text import clean_text
from core.workflow import State, check_version
from evidence.items.levels import evidence_level
from evidence.learning import policies
from evidence.learning.shapes import SHAPES
from evidence.models import Activity, EvidenceItem, Kind, Uptake
from evidence.records import policies as record_policies
from evidence.records.kinds import kind_of
from evidence.records.revisions import (
    copy_revision,
    latest_revision,
    lock_record,
    require_editable,
    writable_revision,
)
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from core.access import Actor
    from core.geography import District
    from core.terms import Term

RELATIONS = ("districts", "themes")


@transaction.atomic
def start_learning(
    *,
    actor: Actor,
    kind: str,
    organization_slug: str,
    project_code: str | None,
    values: dict[str, Any],
    at: datetime,
) -> Any:
    """Open a lesson, a challenge or an innovation. `values` are the fields of its shape, with `districts` and `themes`."""
    shape = SHAPES[Kind(kind)]
    organization = Organization.objects.visible_to(actor).get(slug=organization_slug)
    require(
        record_policies.can_start_record(actor, organization.pk),
        _("This is written by the organization that learned it."),
    )
    record = shape.record.objects.create(
        organization=organization,
        project=_own_project(actor, organization.pk, project_code),
        created_at=at,
        saved_at=at,
    )
    revision = shape.revision(
        record=record,
        number=1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
    )
    _fill(revision, values, shape.fields)
    revision.save(force_insert=True)
    _relate(revision, values)
    revision.writers.add(person_of(actor))
    audit.record(actor=actor, action=f"{kind}.start", row=record, at=at)
    return record


@transaction.atomic
def save_learning(
    *, actor: Actor, kind: str, uuid: UUID, version: int | None, values: dict[str, Any], at: datetime
) -> Any:
    """Write the draft. Raises StaleWrite with the record as it stands; a change of project is part of the values."""
    shape, of = SHAPES[Kind(kind)], kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(record_policies.can_write(actor, record), _("Only the organization writes its own records."))
    require_editable(record)
    check_version(record, version)
    if "project_code" in values:
        record.project = _own_project(actor, record.organization_id, values["project_code"])
    revision = writable_revision(of, record, actor=actor, at=at)
    _fill(revision, values, shape.fields)
    revision.saved_at, revision.saved_by_id = at, person_of(actor)
    revision.save()
    _relate(revision, values)
    revision.writers.add(person_of(actor))
    _touch(record, at, "project")
    return revision


@transaction.atomic
def validate_learning(
    *, actor: Actor, kind: str, uuid: UUID, version: int | None, values: dict[str, Any], at: datetime
) -> Any:
    """Word a text for the library. What was submitted stays beside it; the reviewer is one of its writers from now on.

    A published text that is worded anew waits for another reviewer and a manager, like any change.
    """
    shape, of = SHAPES[Kind(kind)], kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(
        policies.can_validate(actor, record),
        _("A text is validated by a reviewer of another organization, while it is under review or published."),
    )
    check_version(record, version)
    revision = copy_revision(of, latest_revision(record), actor=actor, at=at)
    _fill(revision, values, shape.fields)
    revision.is_validation = True
    revision.submitted_at = at
    revision.save()
    _relate(revision, values)
    revision.writers.add(person_of(actor))
    record.state = State.SUBMITTED
    _touch(record, at, "state")
    audit.record(actor=actor, action=f"{kind}.validate", row=record, at=at, revision=revision.number)
    return revision


@transaction.atomic
def link_learning(
    *,
    actor: Actor,
    kind: str,
    uuid: UUID,
    activity_uuids: Iterable[UUID],
    item_uuids: Iterable[UUID],
    at: datetime,
) -> Any:
    """Say which activities it comes from and which evidence supports it; its level follows from the evidence."""
    of = kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(record_policies.can_write(actor, record), _("Only the organization links its own records."))
    require_editable(record)
    revision = writable_revision(of, record, actor=actor, at=at)
    record.activities.set(
        Activity.objects.visible_to(actor).filter(uuid__in=list(activity_uuids), organization_id=record.organization_id)
    )
    items = EvidenceItem.objects.visible_to(actor).filter(
        uuid__in=list(item_uuids), organization_id=record.organization_id
    )
    revision.evidence.set(items)
    record.evidence_level = evidence_level(items.select_related("type"))
    _touch(record, at, "evidence_level")
    return record


@transaction.atomic
def record_uptake(
    *,
    actor: Actor,
    kind: str,
    uuid: UUID,
    organization_slug: str,
    district: District | None,
    note: str,
    used_on: date,
    at: datetime,
) -> Uptake:
    """Say that an organization reused a published lesson or innovation. Said twice, it is there once."""
    of = kind_of(kind)
    if of.kind not in {Kind.LESSON, Kind.INNOVATION}:
        raise InvalidInput(_("Lessons and innovations are reused."), field="kind")
    record: Any = of.record._default_manager.visible_to(actor).live().get(uuid=uuid)  # type: ignore[attr-defined]
    organization = Organization.objects.visible_to(actor).get(slug=organization_slug)
    require(policies.can_record_uptake(actor, organization.pk), _("An organization says itself what it reused."))
    if record.organization_id == organization.pk:
        raise InvalidInput(_("This is your own. Uptake is what others do with it."), field="organization")
    note = clean_text(note)
    if not note:
        raise InvalidInput(_("Say in a sentence how you used it."), field="note")
    if used_on > at.date():
        raise InvalidInput(_("The day cannot be in the future."), field="used_on")
    row, _is_new = Uptake.objects.update_or_create(
        **{str(of.kind): record},
        organization=organization,
        defaults={
            "district": district,
            "note": note,
            "used_on": used_on,
            "recorded_by_id": person_of(actor),
            "recorded_at": at,
        },
    )
    audit.record(actor=actor, action="uptake.record", row=row, at=at)
    return row


def _own_project(actor: Actor, organization_id: int, code: str | None) -> Project | None:
    if not code:
        return None
    project = Project.objects.visible_to(actor).get(code=code)
    if project.organization_id != organization_id:
        raise InvalidInput(_("Choose a project of your organization."), field="project")
    return project


def _fill(revision: Any, values: dict[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name in values:
            value: str | date | Term | None = values[name]
            setattr(revision, name, clean_text(value) if isinstance(value, str) else value)


def _relate(revision: Any, values: dict[str, Any]) -> None:
    for name in RELATIONS:
        if name in values:
            getattr(revision, name).set(values[name])


def _touch(record: Any, at: datetime, *columns: str) -> None:
    record.version += 1
    record.saved_at = at
    record.save(update_fields=["version", "saved_at", *columns])
