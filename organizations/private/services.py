"""What an organization keeps private: its registration, the papers, the people to reach. Every change is logged."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.db import transaction

from core import audit
from core.access import person_of
from core.text import clean_text
from core.uploads import clean_upload
from organizations.models import (
    Organization,
    PrivateContact,
    Registration,
    RegistrationPaper,
)
from organizations.registry import policies

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor


@transaction.atomic
def set_registration(*, actor: Actor, organization_id: int, values: dict[str, Any], at: datetime) -> Registration:
    """Write the law and number, new or changed."""
    organization = _writable(actor, organization_id)
    row, _ = Registration.objects.update_or_create(organization=organization, defaults=values)
    audit.record(actor=actor, action="registration.saved", row=row, at=at)
    return row


@transaction.atomic
def add_paper(
    *,
    actor: Actor,
    organization_id: int,
    title: str,
    upload: IO[bytes],
    name: str,
    at: datetime,
) -> RegistrationPaper:
    """Keep a scan. Raises InvalidInput with a sentence when the file is not one of the accepted kinds."""
    organization = _writable(actor, organization_id)
    clean, title = clean_upload(upload), clean_text(title)
    papers = RegistrationPaper.objects.visible_to(actor).filter(organization=organization)
    if found := papers.filter(title=title, sha256=clean.sha256).first():
        # The second press of a button, or the same file once more.
        return found
    row = RegistrationPaper(
        organization=organization,
        title=title,
        uploaded_by_id=person_of(actor),
        uploaded_at=at,
    )
    row.keep(clean, name=name)
    row.save()
    audit.record(actor=actor, action="paper.added", row=row, at=at, sha256=row.sha256)
    return row


@transaction.atomic
def remove_paper(*, actor: Actor, uuid: str, at: datetime) -> None:
    """Delete a scan, and after the transaction its file."""
    row = RegistrationPaper.objects.visible_to(actor).select_for_update().get(uuid=uuid)
    _writable(actor, row.organization_id)
    audit.record(actor=actor, action="paper.removed", row=row, at=at, sha256=row.sha256)
    file = row.file
    row.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))


@transaction.atomic
def read_paper(*, actor: Actor, uuid: str, at: datetime) -> RegistrationPaper:
    """Fetch a scan for download; who took it is logged."""
    row = RegistrationPaper.objects.visible_to(actor).get(uuid=uuid)
    audit.record(actor=actor, action="download", row=row, at=at)
    return row


@transaction.atomic
def save_contact(
    *,
    actor: Actor,
    organization_id: int,
    pk: int | None,
    values: dict[str, Any],
    at: datetime,
) -> PrivateContact:
    """Add a person to reach, or change one."""
    organization = _writable(actor, organization_id)
    contacts = PrivateContact.objects.visible_to(actor).filter(organization=organization)
    if pk is None:
        if found := contacts.filter(**values).first():
            # The second press of a button.
            return found
        row = PrivateContact(organization=organization)
    else:
        row = contacts.select_for_update(of=("self",)).get(pk=pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    audit.record(actor=actor, action="contact.saved", row=row, at=at)
    return row


@transaction.atomic
def remove_contact(*, actor: Actor, organization_id: int, pk: int, at: datetime) -> None:
    organization = _writable(actor, organization_id)
    row = PrivateContact.objects.visible_to(actor).get(pk=pk, organization=organization)
    audit.record(actor=actor, action="contact.removed", row=row, at=at)
    row.delete()


def log_read(*, actor: Actor, organization: Organization, what: str, at: datetime) -> None:
    """Log that the data-protection officer looked; nobody else's look at these pages is logged."""
    if policies.is_watched_reader(actor, organization):
        with transaction.atomic():
            audit.record(actor=actor, action="read", row=organization, at=at, what=what)


def _writable(actor: Actor, organization_id: int) -> Organization:
    organization = Organization.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=organization_id)
    policies.require_change_private(actor, organization)
    return organization
