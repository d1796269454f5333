"""The only code that writes lessons, challenges, innovations and their uptake. Steps are those of every record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, StaleWrite
from core.text import clean_text, count_words, find_personal_data
from core.workflow import check_version
from evidence.learning import policies
from evidence.learning.shapes import RELATIONS, SHAPES, fingerprint, values_of
from evidence.models import Activity, Kind, Uptake
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
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from core.access import Actor
    from core.geography import District
    from evidence.learning.shapes import Shape

#: What a draft may hold in one field; far beyond what a reader would read.
STORED_WORDS = 2_000
STORED_CHARACTERS = 20_000


@transaction.atomic
def start_learning(
    *,
    actor: Actor,
    kind: str,
    organization_slug: str,
    project_code: str,
    values: Mapping[str, Any],
    uuid: UUID | None = None,
    at: datetime,
) -> Any:
    """Open a lesson, a challenge or an innovation. `values` are columns of its shape, and keys of its relations.

    What is not given is empty. The same `uuid` again, as on a second click, returns what the first one made.
    """
    shape = SHAPES[Kind(kind)]
    organization = Organization.objects.visible_to(actor).select_for_update(of=("self",)).get(slug=organization_slug)
    require(
        record_policies.can_start_record(actor, organization.pk),
        _("This is written by the organization that learned it."),
    )
    project = _own_project(actor, organization.pk, project_code)
    if uuid and (found := shape.record.objects.visible_to(actor).filter(uuid=uuid, organization=organization).first()):
        return found
    given = _checked(shape, values)
    record = shape.record(
        organization=organization,
        project=project,
        created_at=at,
        saved_at=at,
        is_demo=organization.is_demo,
    )
    if uuid:
        record.uuid = uuid
    record.save(force_insert=True)
    revision = shape.revision(
        record=record,
        number=1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
        **{name: given[name] for name in shape.columns if name in given},
    )
    revision.save(force_insert=True)
    _relate(actor, record, revision, given)
    revision.writers.add(person_of(actor))
    audit.record(actor=actor, action=f"{kind}.start", row=record, at=at)
    return record


@transaction.atomic
def save_learning(
    *,
    actor: Actor,
    kind: str,
    uuid: UUID,
    values: Mapping[str, Any],
    project_code: str | None = None,
    base: str | None,
    at: datetime,
) -> str:
    """Write the draft and return the fingerprint of what is stored now; a `project_code` of None keeps the project.

    `base` is the fingerprint of what the writer started from, None for a machine that just read it. When somebody else
    changed the text since, StaleWrite carries what is stored (`current`), and nothing is written.
    """
    shape, of = SHAPES[Kind(kind)], kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(record_policies.can_write(actor, record), _("Only the organization writes its own records."))
    require_editable(record)
    _save_project(actor, record, project_code)
    stored = values_of(shape, latest_revision(record))
    checked = {**stored, **_checked(shape, values)}
    stored_name, mine = fingerprint(stored), fingerprint(checked)
    if mine in {stored_name, base}:
        # Nothing new: somebody saved the same, or the writer changed nothing since the page was opened.
        return stored_name
    if base is not None and base != stored_name:
        raise StaleWrite(_("A colleague saved this text after you opened it."), current=stored)
    revision = writable_revision(of, record, actor=actor, at=at)
    _write(actor, shape, record, revision, checked, at)
    return mine


@transaction.atomic
def validate_learning(
    *, actor: Actor, kind: str, uuid: UUID, version: int | None, values: Mapping[str, Any], at: datetime
) -> Any:
    """Word a text for the library. What was submitted stays beside it, and somebody else verifies the wording."""
    shape, of = SHAPES[Kind(kind)], kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(
        policies.can_validate(actor, record),
        _("A text is worded for the library by a reviewer of another organization, while it waits to be verified."),
    )
    check_version(record, version)
    latest = latest_revision(record)
    stored = values_of(shape, latest)
    checked = {**stored, **_checked(shape, values)}
    if fingerprint(stored) == fingerprint(checked):
        raise InvalidInput(_("You changed nothing. Verify it as it is."), field="title")
    for name in shape.columns:
        for found in find_personal_data(checked[name]) if isinstance(checked[name], str) else []:
            raise InvalidInput(found.sentence, field=name)
    revision = copy_revision(of, latest, actor=actor, at=at)
    revision.writers.add(*latest.writers.all())
    revision.is_validation, revision.submitted_at = True, at
    _write(actor, shape, record, revision, checked, at)
    audit.record(actor=actor, action=f"{kind}.validate", row=record, at=at, revision=revision.number)
    return revision


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
    for found in find_personal_data(note):
        raise InvalidInput(found.sentence, field="note")
    if used_on > at.date():
        raise InvalidInput(_("The day cannot be in the future."), field="used_on")
    row, _is_new = Uptake.objects.update_or_create(
        **{str(of.kind): record},
        organization=organization,
        defaults={
            "district": district,
            "note": note[:300],
            "used_on": used_on,
            "recorded_by_id": person_of(actor),
            "recorded_at": at,
        },
    )
    audit.record(actor=actor, action="uptake.record", row=row, at=at)
    return row


def _own_project(actor: Actor, organization_id: int, code: str) -> Project | None:
    if not code:
        return None
    project = Project.objects.visible_to(actor).get(code=code)
    if project.organization_id != organization_id:
        raise InvalidInput(_("Choose a project of your organization."), field="project")
    return project


def _save_project(actor: Actor, record: Any, code: str | None) -> None:
    """The project is the record's own and no text: the last who chose one is right."""
    if code is None or code == (record.project.code if record.project else ""):
        return
    if record.first_submitted_at is not None:
        raise InvalidInput(_("The project stays once it was sent."), field="project")
    record.project = _own_project(actor, record.organization_id, code)
    record.save(update_fields=["project"])


def _checked(shape: Shape, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises InvalidInput for what no draft may hold."""
    checked: dict[str, Any] = {}
    for name in (*shape.columns, *RELATIONS):
        if name not in values:
            continue
        value = values[name]
        if isinstance(value, str):
            value = clean_text(value)
            limit = shape.revision._meta.get_field(name).max_length or STORED_CHARACTERS
            if len(value) > limit or count_words(value) > STORED_WORDS:
                raise InvalidInput(
                    _("This is too long and was not saved: at most %(limit)s characters. Your text is still here.")
                    % {"limit": f"{limit:,}"},
                    field=name,
                )
        elif name in RELATIONS:
            value = sorted(value)
        checked[name] = value
    return checked


def _write(actor: Actor, shape: Shape, record: Any, revision: Any, checked: dict[str, Any], at: datetime) -> None:
    for name in shape.columns:
        setattr(revision, name, checked[name])
    revision.saved_at, revision.saved_by_id = at, person_of(actor)
    revision.save()
    _relate(actor, record, revision, checked)
    revision.writers.add(person_of(actor))
    record.version += 1
    record.saved_at = at
    record.save(update_fields=["version", "saved_at"])


def _relate(actor: Actor, record: Any, revision: Any, checked: Mapping[str, Any]) -> None:
    for name in RELATIONS:
        if name not in checked:
            continue
        chosen = checked[name]
        if name == "activities" and chosen:
            own = Activity.objects.visible_to(actor).filter(organization_id=record.organization_id, pk__in=chosen)
            chosen = sorted(own.values_list("pk", flat=True))
        getattr(revision, name).set(chosen)
