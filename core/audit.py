"""The audit log: who did or read what, when. Append-only, and the database refuses to change it.

Each row carries the hash of the row before it, so that a removed or altered row shows (`verify_chain`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.db import connection, models

from core.access import Role, StaffOnlyQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor

CHAIN_LOCK = 7_412_026


def can_read_audit(actor: Actor) -> bool:
    """Open the log. Everybody else finds nothing there."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)


class AuditQuerySet(StaffOnlyQuerySet):
    """Only the data-protection officer reads the log."""

    readers = (Role.DATA_PROTECTION_OFFICER,)


class AuditEntry(models.Model):
    """One act. `subject` is `app.model:pk`; `details` holds references and codes, never names or texts."""

    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    client_id = models.BigIntegerField(null=True, blank=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


def subject_of(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def record(*, actor: Actor, action: str, row: models.Model, at: datetime, **details: Any) -> AuditEntry:
    """Write one entry, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    previous = AuditEntry.objects.order_by("-pk").values_list("entry_hash", flat=True).first() or ""
    entry = AuditEntry(
        at=at,
        user_id=actor.user_id,
        client_id=actor.client_id,
        action=action,
        subject=subject_of(row),
        details=details,
        previous_hash=previous,
    )
    entry.entry_hash = _hash(entry)
    entry.save(force_insert=True)
    return entry


def verify_chain(*, newest: int | None = None) -> int | None:
    """Return the primary key of the first entry that does not follow from the one before it, or None.

    `newest` looks only at that many entries at the end of the log.
    """
    entries: Iterable[AuditEntry] = AuditEntry.objects.order_by("pk").iterator()
    previous = ""
    if newest is not None:
        tail = list(AuditEntry.objects.order_by("-pk")[: newest + 1])[::-1]
        if len(tail) > newest:
            previous = tail.pop(0).entry_hash
        entries = tail
    for entry in entries:
        if entry.previous_hash != previous or entry.entry_hash != _hash(entry):
            return entry.pk
        previous = entry.entry_hash
    return None


def _hash(entry: AuditEntry) -> str:
    body = [
        entry.at.timestamp(),
        entry.user_id,
        entry.client_id,
        entry.action,
        entry.subject,
        entry.details,
        entry.previous_hash,
    ]
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
