"""Adding evidence, changing and removing it, and tying it to records. What was sent to the reviewers stays as it was."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, WrongState
from core.geography import District
from core.terms import Term
from core.text import clean_text, find_personal_data
from core.uploads import CleanFile, clean_upload
from evidence.items import policies
from evidence.items.levels import evidence_level
from evidence.items.live import settle_live_items
from evidence.models import EvidenceDocument, EvidenceItem
from evidence.records import policies as records
from evidence.records.kinds import all_kinds, kind_of
from evidence.records.revisions import latest_revision, lock_record, require_editable, writable_revision
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

#: Items of one revision.
EVIDENCE_LIMIT = 20
#: What is asked about an item, apart from its file. `type` and `district` are codes, the latter may be empty.
FIELDS = ("type", "title", "url", "happened_on", "district", "alt_text", "has_method", "shows_person", "is_released")


def add_item(
    *,
    actor: Actor,
    organization_id: int,
    project_code: str,
    values: Mapping[str, Any],
    upload: IO[bytes] | Any = None,
    name: str = "",
    at: datetime,
) -> EvidenceItem:
    """Keep a file or a link as evidence of an organization, and of a project where `project_code` is given.

    The content of a file is looked at before anything is stored. The same file again returns the item there is.
    """
    organization = Organization.objects.visible_to(actor).get(pk=organization_id)
    require(policies.can_add(actor, organization.pk), _("Only the organization adds evidence of its own."))
    clean = clean_upload(upload) if upload else None
    checked = _checked(values, clean=clean, is_file=clean is not None)
    with transaction.atomic():
        project = _project(actor, organization, project_code)
        if clean and (found := _same_file(actor, organization, project, clean)):
            return found
        item = EvidenceItem.objects.create(
            organization=organization,
            project=project,
            added_by_id=person_of(actor),
            added_at=at,
            is_demo=organization.is_demo,
            **checked,
        )
        if clean:
            document = EvidenceDocument(item=item, uploaded_by_id=person_of(actor), uploaded_at=at)
            document.keep(clean, name=name)
            document.save()
        audit.record(actor=actor, action="evidence.add", row=item, at=at)
    return item


@transaction.atomic
def change_item(*, actor: Actor, uuid: UUID, values: Mapping[str, Any], at: datetime) -> EvidenceItem:
    """Change what is said about an item that was not sent yet; its file stays."""
    item = _lock(actor, uuid)
    _require_unsent(item)
    document = EvidenceDocument.objects.filter(item=item).first()
    checked = _checked(values, clean=None, is_file=document is not None)
    if document and document.is_image and not checked["alt_text"]:
        raise InvalidInput(_("Describe the picture for readers who cannot see it."), field="alt_text")
    for name, value in checked.items():
        setattr(item, name, value)
    item.save(update_fields=list(checked))
    _settle_levels(item)
    audit.record(actor=actor, action="evidence.change", row=item, at=at)
    return item


@transaction.atomic
def release_item(*, actor: Actor, uuid: UUID, is_released: bool, at: datetime) -> EvidenceItem:
    """Release an item for the public, or take it back, which works at once and at any time.

    A release is shown from the next publication on, so that nothing reaches the public that was not reviewed.
    """
    item = _lock(actor, uuid)
    if is_released and item.shows_person:
        raise WrongState(_("Evidence that shows or names a person stays between you and the reviewers."))
    item.is_released = is_released
    item.save(update_fields=["is_released"])
    if not is_released:
        settle_live_items([item.pk], at=at)
    audit.record(actor=actor, action="evidence.release" if is_released else "evidence.hold_back", row=item, at=at)
    return item


@transaction.atomic
def remove_item(*, actor: Actor, uuid: UUID, at: datetime) -> None:
    """Delete an item on which nothing that was sent rests, and its bytes once the transaction holds."""
    item = _lock(actor, uuid)
    _require_unsent(item)
    audit.record(actor=actor, action="evidence.delete", row=item, at=at)
    document = EvidenceDocument.objects.filter(item=item).first()
    citing = _citing(item)
    item.delete()
    for record, revision in citing:
        _settle_level(record, revision)
    if document:
        stored, storage = document.file.name, document.file.storage
        transaction.on_commit(lambda: storage.delete(stored))


@transaction.atomic
def attach_item(*, actor: Actor, kind: str, uuid: UUID, item_uuid: UUID, at: datetime) -> None:
    """Tie an item to what is being written. Twice is the same as once."""
    revision = _open_revision(actor, kind, uuid, at)
    item = EvidenceItem.objects.visible_to(actor).get(uuid=item_uuid, organization_id=revision.record.organization_id)
    if revision.evidence.count() >= EVIDENCE_LIMIT:
        raise InvalidInput(
            _("At most %(limit)s pieces of evidence can be attached. Detach one first.") % {"limit": EVIDENCE_LIMIT},
            field="file",
        )
    revision.evidence.add(item)
    _settle_level(revision.record, revision)


@transaction.atomic
def detach_item(*, actor: Actor, kind: str, uuid: UUID, item_uuid: UUID, at: datetime) -> None:
    """Untie an item. What was sent before keeps it."""
    revision = _open_revision(actor, kind, uuid, at)
    revision.evidence.remove(EvidenceItem.objects.visible_to(actor).get(uuid=item_uuid))
    _settle_level(revision.record, revision)


def _open_revision(actor: Actor, kind: str, uuid: UUID, at: datetime) -> Any:
    of = kind_of(kind)
    record = lock_record(actor, of, uuid)
    require(records.can_write(actor, record), _("Only the organization changes the evidence of its records."))
    require_editable(record)
    revision = writable_revision(of, record, actor=actor, at=at)
    record.version += 1
    record.saved_at = at
    record.save(update_fields=["version", "saved_at"])
    return revision


def _settle_level(record: Any, revision: Any) -> None:
    """Kinds that keep their evidence level beside the record, for lists, keep the one that follows from the items.

    A change under way does not regrade what is published.
    """
    if hasattr(record, "evidence_level") and record.published_revision_id in {None, revision.pk}:
        level = evidence_level(revision.evidence.select_related("type"))
        type(record)._default_manager.filter(pk=record.pk).update(evidence_level=level)


def _settle_levels(item: EvidenceItem) -> None:
    for record, revision in _citing(item):
        _settle_level(record, revision)


def _citing(item: EvidenceItem) -> list[tuple[Any, Any]]:
    """Records whose newest revision cites the item."""
    found = []
    for of in all_kinds():
        if hasattr(of.revision, "evidence"):
            revisions: Any = of.revision._default_manager
            rows = revisions.filter(evidence=item).select_related("record")
            found += [(row.record, row) for row in rows if row.pk == latest_revision(row.record).pk]
    return found


def _lock(actor: Actor, uuid: UUID) -> EvidenceItem:
    item: EvidenceItem = EvidenceItem.objects.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    require(policies.can_write(actor, item), _("Only the organization changes its evidence."))
    return item


def _require_unsent(item: EvidenceItem) -> None:
    if item.first_submitted_at is not None:
        raise WrongState(
            _("Something that was sent to the reviewers rests on this, so it stays as it is. Add another one instead.")
        )


def _project(actor: Actor, organization: Organization, code: str) -> Project | None:
    if not code:
        return None
    return Project.objects.visible_to(actor).get(code=code, organization=organization)


def _same_file(
    actor: Actor, organization: Organization, project: Project | None, clean: CleanFile
) -> EvidenceItem | None:
    rows = EvidenceItem.objects.visible_to(actor).filter(
        organization=organization, project=project, document__sha256=clean.sha256
    )
    return rows.order_by("pk").first()


def _checked(values: Mapping[str, Any], *, clean: CleanFile | None, is_file: bool) -> dict[str, Any]:
    title, alt_text = clean_text(values.get("title") or ""), clean_text(values.get("alt_text") or "")
    url = (values.get("url") or "").strip()
    if not title:
        raise InvalidInput(_("Give it a title."), field="title")
    if not is_file and not url:
        raise InvalidInput(_("Choose a file, or give a link."), field="file")
    if url:
        _check_link(url)
    if clean and clean.content_type.startswith("image/") and not alt_text:
        raise InvalidInput(_("Describe the picture for readers who cannot see it."), field="alt_text")
    for field, text in (("title", title), ("alt_text", alt_text)):
        for found in find_personal_data(text):
            raise InvalidInput(found.sentence, field=field)
    if values.get("shows_person") and values.get("is_released"):
        raise InvalidInput(
            _("Evidence that shows or names a person stays between you and the reviewers: take one of the ticks out."),
            field="is_released",
        )
    district = values.get("district") or ""
    return {
        "type": Term.objects.of("evidence_type").get(code=values["type"]),
        "title": title[:160],
        "url": url,
        "happened_on": values.get("happened_on"),
        "district": District.objects.get(code=district) if district else None,
        "alt_text": alt_text[:300],
        "has_method": bool(values.get("has_method")),
        "shows_person": bool(values.get("shows_person")),
        "is_released": bool(values.get("is_released")),
    }


def _check_link(url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        raise InvalidInput(_("This is no link. It begins with https:// and names a page."), field="url") from None
    if len(url) > 200:
        raise InvalidInput(_("The link is longer than 200 characters. Use a shorter one."), field="url")
