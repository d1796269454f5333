"""Starting an activity and writing it, section by section, its counts among them. The steps are those of all records."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import Conflict, InvalidInput, StaleWrite
from core.terms import Term
from core.text import clean_text, count_words
from evidence.activities.grid import Counts, add_up
from evidence.activities.rules import Facts, Frame, refusals
from evidence.activities.sections import (
    BY_KEY,
    PARTS,
    STORED_CHARACTERS,
    STORED_WORDS,
    counts_of,
    fingerprint,
    values_of,
)
from evidence.models import (
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    Participation,
    Turnout,
)
from evidence.models.safety import Kind
from evidence.quality.services import look_later
from evidence.records import policies
from evidence.records.kinds import kind_of
from evidence.records.revisions import latest_revision, lock_record, require_editable, writable_revision
from organizations.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from evidence.activities.sections import Section

PART_TABLES: dict[str, type[ActivitySite | ActivityCost]] = {"site": ActivitySite, "cost": ActivityCost}
_CODE = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_]{0,23}\Z")


@transaction.atomic
def create_activity(
    *,
    actor: Actor,
    project_code: str,
    values: Mapping[str, Any],
    uuid: UUID | None = None,
    at: datetime,
) -> Activity:
    """Open a draft in a project of the actor's organization.

    `values` are the fields of the sections “about” and “place” as in `sections.py`, of which `type_id`, `title`,
    `starts_on` and `ends_on` are needed, and optionally `code`, the project's own number for it. The same `uuid` again,
    as on a second click, returns the activity that the first one made.
    """
    project = Project.objects.visible_to(actor).select_for_update(of=("self",)).get(code=project_code)
    require(
        policies.can_start_record(actor, project.organization_id),
        _("An activity is entered by the organization that carries out the project."),
    )
    if uuid and (found := Activity.objects.visible_to(actor).filter(uuid=uuid, project=project).first()):
        return found
    given = {
        name: value
        for key in ("about", "place")
        for name, value in _checked(BY_KEY[key], {**_blank(BY_KEY[key]), **values}).items()
    }
    activity = Activity(
        organization_id=project.organization_id,
        project=project,
        code=_code(project, str(values.get("code") or "").strip()),
        created_at=at,
        saved_at=at,
        is_demo=project.is_demo,
    )
    if uuid:
        activity.uuid = uuid
    revision = ActivityRevision(
        number=1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
        **{name: given[name] for key in ("about", "place") for name in BY_KEY[key].columns},
    )
    _refuse(revision, frame_of(project), at=at)
    activity.save()
    revision.record = activity
    revision.save()
    revision.writers.add(person_of(actor))
    _write_part(revision, "site", given["place"])
    audit.record(actor=actor, action="activity.start", row=activity, at=at)
    return activity


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    uuid: UUID,
    section: str,
    values: Mapping[str, Any],
    base: str | None,
    at: datetime,
) -> str:
    """Store one section of text and return the fingerprint of what is stored now.

    `base` is the fingerprint of what the writer started from, None for a machine that just read it. When both changed
    the same section, StaleWrite carries what is stored (`current`), and nothing is written.
    """
    activity = _lock(actor, uuid)
    form = BY_KEY[section]
    checked = _checked(form, values)
    latest = latest_revision(activity)
    stored = values_of(latest, form)
    stored_name, mine = fingerprint(stored), fingerprint(checked)
    if mine in {stored_name, base}:
        # Nothing new: somebody saved the same, or the writer changed nothing since the page was opened.
        return stored_name
    if base is not None and base != stored_name:
        raise StaleWrite(_("A colleague saved this section after you opened it."), current=stored)
    _refuse_changed(latest, form, checked, activity, at=at)
    revision = writable_revision(kind_of(Kind.ACTIVITY), activity, actor=actor, at=at)
    for name in form.columns:
        setattr(revision, name, checked[name])
    for name in form.relations:
        getattr(revision, name).set(checked[name])
    if form.part in PARTS:
        _write_part(revision, form.part, checked[PARTS[form.part]])
    _touch(activity, revision, actor=actor, columns=form.columns, at=at)
    return mine


@transaction.atomic
def save_counts(*, actor: Actor, uuid: UUID, counts: Counts, base: str | None, at: datetime) -> str:
    """Store the measures and the whole grid; as `save_section`. StaleWrite carries the stored Counts."""
    activity = _lock(actor, uuid)
    counts = add_up(counts)
    stored = counts_of(latest_revision(activity))
    stored_name, mine = fingerprint(stored), fingerprint(counts)
    if mine in {stored_name, base}:
        return stored_name
    if base is not None and base != stored_name:
        raise StaleWrite(_("A colleague saved these counts after you opened them."), current=stored)
    revision = writable_revision(kind_of(Kind.ACTIVITY), activity, actor=actor, at=at)
    Turnout.objects.update_or_create(
        revision=revision,
        defaults={
            "attendances": counts.attendances,
            "unique_persons": counts.unique_persons,
            "media_reach": counts.media_reach,
            "is_disability_asked": counts.is_disability_asked,
        },
    )
    revision.participation.all().delete()
    Participation.objects.bulk_create(cells_as_rows(revision, counts))
    _touch(activity, revision, actor=actor, columns=(), at=at)
    return mine


def cells_as_rows(revision: ActivityRevision, counts: Counts) -> list[Participation]:
    """The cells as rows of the table, not yet stored. Raises InvalidInput for a group that the vocabulary lacks."""
    groups = {row.code: row for row in Term.objects.filter(vocabulary="target_group", code__in=counts.groups)}
    if unknown := counts.groups - set(groups):
        raise InvalidInput(_("There is no target group “%(code)s”.") % {"code": min(unknown)}, field="groups")
    return [
        Participation(
            revision=revision,
            sex=sex,
            age_band=age,
            disability=disability,
            group=groups.get(group),
            count=count,
        )
        for (sex, age, disability, group), count in counts.cells.items()
        if count
    ]


def frame_of(project: Project) -> Frame:
    """What the project allows its activities."""
    return Frame(project.starts_on, project.ends_on, set(project.districts.values_list("pk", flat=True)))


def facts_of(revision: ActivityRevision, **known: Any) -> Facts:
    """What the rules look at, from the columns of a revision; the rest is handed in."""
    return Facts(
        status=revision.status,
        starts_on=revision.starts_on,
        ends_on=revision.ends_on,
        status_note=revision.status_note,
        district_id=revision.district_id,
        district_note=revision.district_note,
        is_online=revision.setting is not None and revision.setting.code == "ONLINE",
        texts={
            name: getattr(revision, name) for name in ("title", "title_ur", "status_note", "description", "methods")
        },
        **known,
    )


def _lock(actor: Actor, uuid: UUID) -> Activity:
    activity: Activity = lock_record(actor, kind_of(Kind.ACTIVITY), uuid)
    require(policies.can_write(actor, activity), _("Only the organization writes its activities."))
    require_editable(activity)
    return activity


def _code(project: Project, asked: str) -> str:
    """The code asked for, or the next number of the project. The project is locked by the caller."""
    taken = set(Activity.objects.filter(project=project).values_list("code", flat=True))
    if asked:
        if not _CODE.match(asked):
            raise InvalidInput(
                _("Write the number with Latin letters, digits and hyphens, at most 24 of them."), field="code"
            )
        if asked in taken:
            raise Conflict(_("The project has an activity with the number %(code)s already.") % {"code": asked})
        return asked
    number = len(taken) + 1
    while f"A{number:03d}" in taken:
        number += 1
    return f"A{number:03d}"


def _blank(section: Section) -> dict[str, Any]:
    empty: dict[str, Any] = {name: None if name.endswith(("_id", "_on", "_score")) else "" for name in section.columns}
    empty |= {"language": "en", "status": ActivityRevision.Status.PLANNED} if section.key == "about" else {}
    return {**empty, **{name: [] for name in section.relations}, **({PARTS[section.part]: ""} if section.part else {})}


def _checked(section: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a section as they are stored. Raises InvalidInput for what no draft may hold."""
    checked: dict[str, Any] = {}
    for name in section.fields:
        value = values[name]
        if isinstance(value, str):
            value = clean_text(value)
            limit = _length(name)
            if len(value) > limit or count_words(value) > STORED_WORDS:
                raise InvalidInput(
                    _("This is too long and was not saved: at most %(limit)s characters. Your text is still here.")
                    % {"limit": f"{limit:,}"},
                    field=name,
                )
        elif name in section.relations:
            value = sorted(value)
        checked[name] = value
    if section.key == "about":
        if not checked["title"]:
            raise InvalidInput(_("Give the activity a title."), field="title")
        if checked["type_id"] is None:
            raise InvalidInput(_("Choose the kind of activity."), field="type")
    score = checked.get("feedback_score")
    if score is not None and not 1 <= score <= 5:
        raise InvalidInput(_("The feedback is a figure from 1 to 5."), field="feedback_score")
    if section.key == "cost" and checked["amount_pkr"] not in ("", None):
        amount = Decimal(checked["amount_pkr"])
        if not 0 <= amount < 10**12:
            raise InvalidInput(_("A cost is zero or more."), field="amount_pkr")
        checked["amount_pkr"] = amount.quantize(Decimal("0.01"))
    return checked


def _length(name: str) -> int:
    for model in (ActivityRevision, ActivitySite):
        for column in model._meta.concrete_fields:
            if column.name == name and column.max_length:
                return column.max_length
    return STORED_CHARACTERS


def _refuse_changed(
    latest: ActivityRevision, section: Section, values: dict[str, Any], activity: Activity, *, at: datetime
) -> None:
    if section.key not in {"about", "place"}:
        return
    # Only looked at: these values are set on a revision that is not saved.
    for name in section.columns:
        setattr(latest, name, values[name])
    assert activity.project is not None
    _refuse(latest, frame_of(activity.project), only=section, at=at)


def _refuse(revision: ActivityRevision, frame: Frame, *, only: Section | None = None, at: datetime) -> None:
    for gap in refusals(facts_of(revision), frame, today=timezone.localdate(at)):
        names = {name.removesuffix("_id") for name in only.columns} if only else None
        if names is None or gap.field in names:
            raise InvalidInput(gap.message, field=gap.field)


def _write_part(revision: ActivityRevision, part: str, value: Any) -> None:
    table = PART_TABLES[part]
    if value in ("", None):
        table._default_manager.filter(revision=revision).delete()
    else:
        table._default_manager.update_or_create(revision=revision, defaults={PARTS[part]: value})


def _touch(
    activity: Activity, revision: ActivityRevision, *, actor: Actor, columns: tuple[str, ...], at: datetime
) -> None:
    revision.saved_by_id, revision.saved_at = person_of(actor), at
    names = [name.removesuffix("_id") for name in columns]
    revision.save(update_fields=[*names, "saved_by", "saved_at"])
    revision.writers.add(person_of(actor))
    activity.saved_at = at
    activity.version += 1
    activity.save(update_fields=["saved_at", "version"])
    look_later(Kind.ACTIVITY, [activity.pk])
