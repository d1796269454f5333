"""Evidence files: added and deleted while the text is with the organization, released or held back at any time."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput
from core.terms import Term
from core.text import clean_text
from core.uploads import clean_upload
from workshops.models import EvidenceFile, Showcase
from workshops.showcases import policies
from workshops.showcases.revisions import personal_data_in
from workshops.showcases.sections import EVIDENCE_LIMIT
from workshops.showcases.services.locked import (
    lock_showcase,
    require_editable,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor


def add_evidence(
    *,
    actor: Actor,
    uuid: UUID,
    upload: IO[bytes] | Any,
    name: str,
    type_code: str,
    title: str,
    alt_text: str,
    is_released: bool,
    at: datetime,
) -> EvidenceFile:
    """Keep a file. The content is looked at before anything is locked; a picture needs a description."""
    require(
        policies.can_write(actor, Showcase.objects.visible_to(actor).get(uuid=uuid)),
        _("Only the organization adds evidence to its showcase."),
    )
    clean = clean_upload(upload)
    title, alt_text = clean_text(title), clean_text(alt_text)
    if not title:
        raise InvalidInput(_("Give the file a title."), field="title")
    if clean.content_type.startswith("image/") and not alt_text:
        raise InvalidInput(_("Describe the picture for readers who cannot see it."), field="alt_text")
    for field, text in (("title", title), ("alt_text", alt_text)):
        for message in personal_data_in(text):
            raise InvalidInput(message, field=field)
    with transaction.atomic():
        showcase = _lock_editable(actor, uuid)
        if showcase.evidence_files.count() >= EVIDENCE_LIMIT:
            raise InvalidInput(
                _("A showcase holds at most %(limit)s files. Delete one first.") % {"limit": EVIDENCE_LIMIT},
                field="file",
            )
        if found := showcase.evidence_files.filter(sha256=clean.sha256).first():
            # The second click of a double click, or the same file once more.
            return found
        row = EvidenceFile(
            showcase=showcase,
            type=Term.objects.of("evidence_type").get(code=type_code),
            title=title,
            alt_text=alt_text,
            is_released=is_released,
            uploaded_by_id=person_of(actor),
            uploaded_at=at,
        )
        row.keep(clean, name=name)
        row.save()
        audit.record(actor=actor, action="evidence.add", row=row, at=at)
    return row


@transaction.atomic
def delete_evidence(*, actor: Actor, uuid: UUID, file_uuid: UUID, at: datetime) -> EvidenceFile:
    """Delete a file, and its bytes once the transaction holds."""
    showcase = _lock_editable(actor, uuid)
    row = EvidenceFile.objects.visible_to(actor).get(uuid=file_uuid, showcase=showcase)
    audit.record(actor=actor, action="evidence.delete", row=row, at=at)
    stored, storage = row.file.name, row.file.storage
    row.delete()
    transaction.on_commit(lambda: storage.delete(stored))
    return row


@transaction.atomic
def release_evidence(*, actor: Actor, uuid: UUID, file_uuid: UUID, is_released: bool, at: datetime) -> EvidenceFile:
    """Release a file for the public page, or hold it back.

    Holding back works at once and at any time. A release is shown from the next publication on, so that nothing
    reaches the public that was not reviewed.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization releases its evidence."),
    )
    if is_released:
        require_editable(showcase)
    row = EvidenceFile.objects.visible_to(actor).get(uuid=file_uuid, showcase=showcase)
    row.is_released = is_released
    if not is_released:
        row.live_since = None
    row.save(update_fields=["is_released", "live_since"])
    audit.record(
        actor=actor,
        action="evidence.release" if is_released else "evidence.hold_back",
        row=row,
        at=at,
    )
    return row


def _lock_editable(actor: Actor, uuid: UUID) -> Showcase:
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization changes the evidence of its showcase."),
    )
    require_editable(showcase)
    return showcase
