"""Starting a showcase and writing its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, StaleWrite, WrongState
from core.text import clean_text, count_words
from organizations.models import Organization, Project
from workshops.models import Showcase, ShowcaseRevision, Workshop
from workshops.showcases import policies
from workshops.showcases.revisions import OF_SHOWCASE, fingerprint, values_of
from workshops.showcases.sections import (
    BY_KEY,
    STORED_CHARACTERS,
    STORED_WORDS,
    Kind,
)
from workshops.showcases.services.locked import (
    latest_revision,
    lock_showcase,
    require_editable,
    writable_revision,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from workshops.showcases.sections import Section


def start_showcase(*, actor: Actor, workshop_slug: str, organization_id: int, at: datetime) -> Showcase:
    """Open the organization's showcase for a workshop, filled with what is known; the one that exists if it does."""
    workshop = Workshop.objects.visible_to(actor).get(slug=workshop_slug)
    organization = Organization.objects.visible_to(actor).get(pk=organization_id)
    require(
        policies.can_start_showcase(actor, organization.pk),
        _("A showcase is started by the organization itself."),
    )
    existing = Showcase.objects.visible_to(actor).filter(workshop=workshop, organization=organization)
    if (found := existing.first()) is not None:
        return found
    if not workshop.is_open_for_showcases or at > workshop.submission_deadline:
        raise WrongState(_("This workshop no longer takes showcases."))
    try:
        with transaction.atomic():
            return _create(workshop, organization, actor=actor, at=at)
    except IntegrityError:
        # The second click of a double click: the first one made it.
        return existing.get()


def _create(workshop: Workshop, organization: Organization, *, actor: Actor, at: datetime) -> Showcase:
    projects = list(Project.objects.visible_to(actor).filter(organization=organization)[:2])
    project = projects[0] if len(projects) == 1 else None
    showcase = Showcase.objects.create(
        workshop=workshop,
        organization=organization,
        project=project,
        created_at=at,
        saved_at=at,
        is_demo=organization.is_demo,
    )
    revision = ShowcaseRevision.objects.create(
        showcase=showcase,
        number=1,
        title=project.title if project else "",
        title_ur=project.title_ur if project else "",
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
    )
    known = project or organization
    for name in ("districts", "themes", "target_groups"):
        getattr(revision, name).set(getattr(known, name).all())
    revision.writers.add(person_of(actor))
    audit.record(actor=actor, action="showcase.start", row=showcase, at=at)
    return showcase


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    uuid: UUID,
    section: str,
    values: dict[str, Any],
    base: str | None,
    at: datetime,
) -> str:
    """Store the answers of one section and return the fingerprint of what is stored now.

    `base` is the fingerprint of what the writer started from. Two people may write different sections at once; when
    both changed the same one, StaleWrite carries what is stored (`current`), and nothing is written.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization writes its showcase."),
    )
    require_editable(showcase)
    form = BY_KEY[section]
    values = _checked(form, values)
    stored = values_of(showcase, latest_revision(showcase), form)
    stored_name, mine = fingerprint(stored), fingerprint(values)
    if mine in {stored_name, base}:
        # Nothing new: somebody saved the same, or the writer changed nothing since the page was opened.
        return stored_name
    if base is not None and base != stored_name:
        raise StaleWrite(_("A colleague saved this section after you opened it."), current=stored)
    _write(showcase, form, values, actor=actor, at=at)
    return mine


def _write(
    showcase: Showcase,
    section: Section,
    values: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    revision = writable_revision(showcase, actor=actor, at=at)
    changed = []
    for field in section.fields:
        value = values[field.name]
        if field.name in OF_SHOWCASE:
            setattr(showcase, f"{field.name}_id", value)
        elif field.kind is Kind.MANY:
            getattr(revision, field.name).set(value)
        else:
            setattr(revision, field.name, value)
            changed.append(field.name)
    revision.saved_by_id, revision.saved_at = person_of(actor), at
    revision.save(update_fields=[*changed, "saved_by", "saved_at"])
    revision.writers.add(person_of(actor))
    showcase.saved_at = at
    showcase.version += 1
    showcase.save(update_fields=["project", "saved_at", "version"])


def _checked(section: Section, values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises InvalidInput for a text that is longer than any draft may be."""
    checked = {}
    for field in section.fields:
        value = values[field.name]
        if field.kind in {Kind.TEXT, Kind.LINE}:
            value = clean_text(value)
            if len(value) > STORED_CHARACTERS or count_words(value) > STORED_WORDS:
                raise InvalidInput(too_long(value), field=field.name)
        elif field.kind is Kind.MANY:
            value = sorted(value)
        checked[field.name] = value
    return checked


def too_long(text: str) -> str:
    """The sentence for a text that is refused even as a draft."""
    return _(
        "This is %(words)s words long and was not saved: a draft holds at most %(limit)s words in one field. "
        "Your text is still here. Shorten it, and save it again."
    ) % {"words": f"{count_words(text):,}", "limit": f"{STORED_WORDS:,}"}
