"""The only code that writes stories: the original, the redacted text and its approval, consents and photos.

The steps from draft to published are those of every record (`evidence.records.services`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, WrongState
from core.terms import Term
from core.text import clean_text, find_personal_data
from core.uploads import clean_upload
from core.workflow import State, check_version
from evidence.consents.services import delete_with_files
from evidence.models import (
    STORY_FIELDS,
    Consent,
    ConsentScope,
    EvidenceLevel,
    Kind,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
)
from evidence.records import policies as record_policies
from evidence.records.kinds import kind_of
from evidence.records.revisions import (
    copy_revision,
    latest_revision,
    lock_record,
    require_editable,
    writable_revision,
    writer_ids,
)
from evidence.stories import policies
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

#: What every story uses of a person.
ALWAYS_USED = (ConsentScope.STORY, ConsentScope.ONLINE)
PHOTO_LIMIT = 6
#: How long a story as it was told is kept after it was last written: as long as a text may still be redacted from it.
ORIGINAL_KEPT = timedelta(days=3 * 365)
#: Columns of the redacted text that a form sends; relations are rows or None.
REDACTED_FIELDS = (*STORY_FIELDS, "title_ur", "language", "alias", "province", "district")
ORIGINAL_FIELDS = (*STORY_FIELDS, "language", "collected_on", "collected_by", "district", "protected_words")


@transaction.atomic
def start_story(
    *,
    actor: Actor,
    organization_slug: str,
    project_code: str | None,
    domain_code: str,
    anonymization: str,
    values: dict[str, Any],
    at: datetime,
) -> Story:
    """Open a story with its original as it was told. `values` are ORIGINAL_FIELDS; the redacted text starts empty."""
    organization = Organization.objects.visible_to(actor).get(slug=organization_slug)
    require(
        record_policies.can_start_record(actor, organization.pk),
        _("Stories are written by the organization that heard them."),
    )
    project = Project.objects.visible_to(actor).get(code=project_code) if project_code else None
    if project is not None and project.organization_id != organization.pk:
        raise InvalidInput(_("Choose a project of your organization."), field="project")
    story = Story.objects.create(
        organization=organization,
        project=project,
        domain=Term.objects.of("story_domain").get(code=domain_code),
        anonymization=anonymization,
        created_at=at,
        saved_at=at,
    )
    StoryOriginal.objects.create(
        story=story,
        saved_at=at,
        saved_by_id=person_of(actor),
        purge_on=timezone.localtime(at).date() + ORIGINAL_KEPT,
        **_cleaned(values, ORIGINAL_FIELDS),
    )
    revision = StoryRevision.objects.create(
        record=story,
        number=1,
        created_by_id=person_of(actor),
        created_at=at,
        saved_by_id=person_of(actor),
        saved_at=at,
    )
    revision.writers.add(person_of(actor))
    audit.record(actor=actor, action="story.start", row=story, at=at)
    return story


@transaction.atomic
def save_original(
    *, actor: Actor, uuid: UUID, version: int | None, values: dict[str, Any], at: datetime
) -> StoryOriginal:
    """Change the story as it was told. Raises StaleWrite with the original as it stands now."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(policies.can_write_original(actor, story), _("The original is written by the organization that heard it."))
    require_editable(story)
    original = StoryOriginal.objects.visible_to(actor).select_for_update(of=("self",)).get(story=story)
    check_version(original, version)
    for name, value in _cleaned(values, ORIGINAL_FIELDS).items():
        setattr(original, name, value)
    original.version += 1
    original.saved_at, original.saved_by_id = at, person_of(actor)
    original.purge_on = timezone.localtime(at).date() + ORIGINAL_KEPT
    original.save()
    audit.record(actor=actor, action="story.original", row=story, at=at, version=original.version)
    return original


@transaction.atomic
def save_story(
    *,
    actor: Actor,
    uuid: UUID,
    version: int | None,
    project_code: str | None,
    domain_code: str,
    anonymization: str,
    at: datetime,
) -> Story:
    """Change what the story is filed under."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(record_policies.can_write(actor, story), _("Only the organization changes its story."))
    require_editable(story)
    check_version(story, version)
    project = Project.objects.visible_to(actor).get(code=project_code) if project_code else None
    if project is not None and project.organization_id != story.organization_id:
        raise InvalidInput(_("Choose a project of your organization."), field="project")
    story.project = project
    story.domain = Term.objects.of("story_domain").get(code=domain_code)
    story.anonymization = anonymization
    story.version += 1
    story.saved_at = at
    story.save(update_fields=["project", "domain", "anonymization", "version", "saved_at"])
    return story


@transaction.atomic
def save_redaction(
    *, actor: Actor, uuid: UUID, version: int | None, values: dict[str, Any], at: datetime
) -> StoryRevision:
    """Write the text that others will read. `values` are REDACTED_FIELDS.

    The organization writes while the story is with it. A reviewer's redaction is the next revision, sent by that save;
    the reviewer is then one of its writers and neither verifies nor approves it.
    """
    kind = kind_of(Kind.STORY)
    story = lock_record(actor, kind, uuid)
    require(
        policies.can_redact(actor, story),
        _("The text is redacted by the organization while it writes, or by a reviewer while it is under review."),
    )
    check_version(story, version)
    if story.state == State.SUBMITTED:
        revision = copy_revision(kind, latest_revision(story), actor=actor, at=at)
        revision.submitted_at = at
    else:
        revision = writable_revision(kind, story, actor=actor, at=at)
    for name, value in _cleaned(values, REDACTED_FIELDS).items():
        setattr(revision, name, value)
    revision.saved_at, revision.saved_by_id = at, person_of(actor)
    revision.redaction_approved_at = revision.redaction_approved_by = None
    revision.save()
    revision.writers.add(person_of(actor))
    story.version += 1
    story.saved_at = at
    story.save(update_fields=["version", "saved_at"])
    audit.record(actor=actor, action="story.redact", row=story, at=at, revision=revision.number)
    return revision


@transaction.atomic
def approve_redaction(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> StoryRevision:
    """State that the text tells nobody who the person is. By a reader of the original who did not write it."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    revision = latest_revision(story)
    require(
        policies.can_approve_redaction(actor, story, writer_ids=writer_ids(revision)),
        _("A redaction is approved by a reviewer or the data-protection officer who did not write it."),
    )
    check_version(story, version)
    if story.state not in {State.SUBMITTED, State.VERIFIED, State.APPROVED}:
        raise WrongState(_("The redaction is approved while the story is under review."))
    if revision.redaction_approved_at is None:
        revision.redaction_approved_at, revision.redaction_approved_by_id = at, person_of(actor)
        revision.save(update_fields=["redaction_approved_at", "redaction_approved_by"])
        audit.record(actor=actor, action="story.approve_redaction", row=story, at=at, revision=revision.number)
    return revision


@transaction.atomic
def grade_story(*, actor: Actor, uuid: UUID, level: str, at: datetime) -> Story:
    """State how strong the evidence behind a story is (vocabulary `evidence_level`), while it is under review."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(
        policies.can_grade(actor, story, writer_ids=writer_ids(latest_revision(story))),
        _("The evidence is graded by a reviewer who did not write the story."),
    )
    if story.state not in {State.SUBMITTED, State.VERIFIED, State.APPROVED}:
        raise WrongState(_("The evidence is graded while the story is under review."))
    if level not in EvidenceLevel.values:
        raise InvalidInput(_("Choose a level from the list."), field="evidence_level")
    story.evidence_level = level
    story.save(update_fields=["evidence_level"])
    audit.record(actor=actor, action="story.grade", row=story, at=at, level=level)
    return story


@transaction.atomic
def attach_consent(*, actor: Actor, uuid: UUID, consent_uuid: UUID, uses: Iterable[str], at: datetime) -> StoryConsent:
    """Rest the story on a person's consent, and say what it uses of that person beyond telling it online."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(record_policies.can_write(actor, story), _("Only the organization attaches consents to its story."))
    consent = Consent.objects.visible_to(actor).get(uuid=consent_uuid, organization_id=story.organization_id)
    if not Consent.objects.valid().filter(pk=consent.pk).exists():
        raise InvalidInput(_("This consent has run out or was withdrawn. Ask the person again."), field="consent")
    wanted = sorted({*ALWAYS_USED, *uses})
    if missing := set(wanted) - set(consent.scopes):
        labels = ", ".join(str(ConsentScope(scope).label) for scope in sorted(missing))
        raise InvalidInput(_("The person did not agree to this: %(scopes)s.") % {"scopes": labels}, field="uses")
    if story.published_revision_id is not None:
        # What is live was checked against what it uses; it may come to use more, never to say that it uses less.
        before = StoryConsent.objects.filter(story=story, consent=consent).values_list("uses", flat=True).first()
        wanted = sorted({*wanted, *(before or [])})
    row, _is_new = StoryConsent.objects.update_or_create(story=story, consent=consent, defaults={"uses": wanted})
    audit.record(actor=actor, action="story.consent", row=story, at=at, consent=str(consent.uuid), uses=wanted)
    return row


@transaction.atomic
def detach_consent(*, actor: Actor, uuid: UUID, consent_uuid: UUID, at: datetime) -> Story:
    """Take a consent off a story that is with the organization: the person is not in it any more."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(record_policies.can_write(actor, story), _("Only the organization changes the consents of its story."))
    require_editable(story)
    if story.published_revision_id is not None:
        raise WrongState(_("The published text rests on this consent. Withdraw the story first."))
    story.story_consents.filter(consent__uuid=consent_uuid).delete()
    audit.record(actor=actor, action="story.consent_off", row=story, at=at, consent=str(consent_uuid))
    return story


def add_photo(
    *,
    actor: Actor,
    uuid: UUID,
    upload: IO[bytes] | Any,
    name: str,
    alt_text: str,
    alt_text_ur: str,
    credit: str,
    taken_on: Any,
    shows_nobody: bool,
    consent_uuids: Iterable[UUID],
    at: datetime,
) -> StoryPhoto:
    """Keep a photo with its description, its credit, and the consents of those in it to be shown."""
    story = Story.objects.visible_to(actor).get(uuid=uuid)
    require(record_policies.can_write(actor, story), _("Only the organization adds photos to its story."))
    alt_text, alt_text_ur, credit = clean_text(alt_text), clean_text(alt_text_ur), clean_text(credit)
    if not alt_text:
        raise InvalidInput(_("Describe the picture for readers who cannot see it."), field="alt_text")
    if not credit:
        raise InvalidInput(_("Say who took the picture."), field="credit")
    for field, text in (("alt_text", alt_text), ("alt_text_ur", alt_text_ur), ("credit", credit)):
        for found in find_personal_data(text):
            raise InvalidInput(found.sentence, field=field)
    clean = clean_upload(upload)
    if not clean.content_type.startswith("image/"):
        raise InvalidInput(_("Choose a picture."), field="file")
    with transaction.atomic():
        story = lock_record(actor, kind_of(Kind.STORY), uuid)
        require_editable(story)
        consents = list(
            Consent.objects.visible_to(actor).filter(
                uuid__in=list(consent_uuids), organization_id=story.organization_id
            )
        )
        if not shows_nobody and not consents:
            raise InvalidInput(_("Choose the consents of those who can be seen."), field="consents")
        if any(ConsentScope.IMAGE not in consent.scopes for consent in consents):
            raise InvalidInput(_("One of these persons did not agree to a picture."), field="consents")
        if story.photos.count() >= PHOTO_LIMIT:
            raise InvalidInput(_("A story holds at most %(limit)s photos.") % {"limit": PHOTO_LIMIT}, field="file")
        if found := story.photos.filter(sha256=clean.sha256).first():
            return found
        photo = StoryPhoto(
            story=story,
            alt_text=alt_text,
            alt_text_ur=alt_text_ur,
            credit=credit,
            taken_on=taken_on,
            shows_nobody=shows_nobody,
            uploaded_by_id=person_of(actor),
            uploaded_at=at,
        )
        photo.keep(clean, name=name)
        photo.save()
        photo.consents.set(consents)
        audit.record(actor=actor, action="story.photo", row=story, at=at)
    return photo


@transaction.atomic
def remove_photo(*, actor: Actor, uuid: UUID, photo_uuid: UUID, at: datetime) -> Story:
    """Delete a photo and its bytes. Possible at any time: less is shown."""
    story = lock_record(actor, kind_of(Kind.STORY), uuid)
    require(record_policies.can_write(actor, story), _("Only the organization removes its photos."))
    if delete_with_files(story.photos.filter(uuid=photo_uuid)):
        audit.record(actor=actor, action="story.photo_off", row=story, at=at)
    return story


def _cleaned(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _clean(value) for name, value in values.items() if name in names}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_text(word) for word in value if clean_text(word)]
    return value
