"""The only code that holds records back, releases them, and deletes what has passed its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, WrongState
from core.retraction import retract
from core.text import clean_text
from evidence.consents.services import delete_with_files
from evidence.items.live import item_ids_of, settle_live_items
from evidence.models import (
    ConsentPerson,
    ConsentProof,
    EvidenceItem,
    Hold,
    HoldReason,
    Intake,
    Kind,
    PurgeEntry,
    StoryOriginal,
)
from evidence.protection import policies
from evidence.records.kinds import kind_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

#: Rows that one transaction of the purge deletes; the next transaction takes the next ones.
PURGE_BATCH = 500


@transaction.atomic
def place_hold(*, actor: Actor, kind: str, uuid: UUID, text: str, at: datetime) -> Hold:
    """Take a record out of everything, at once, because it could harm somebody. Holding twice changes nothing."""
    table = _table(kind)
    record = table.visible_to(actor).select_for_update(of=("self",)).get(uuid=uuid)
    require(
        policies.can_hold(actor, record.organization_id),
        _("A record is held by its focal point, a reviewer, a manager or the data-protection officer."),
    )
    if found := Hold.objects.filter(kind=kind, record_uuid=uuid, released_at=None).first():
        return found
    text = clean_text(text)
    if not text:
        raise InvalidInput(_("Say what could happen. Only the data-protection officer and you read it."), field="text")
    hold = Hold.objects.create(
        kind=kind,
        record_uuid=uuid,
        organization_id=record.organization_id,
        placed_by_id=person_of(actor),
        placed_at=at,
    )
    HoldReason.objects.create(hold=hold, text=text)
    _set_held(kind, record, is_held=True, at=at)
    audit.record(actor=actor, action="hold.place", row=record, at=at)
    retract(kind=kind, uuid=uuid, at=at)
    return hold


@transaction.atomic
def ask_release(*, actor: Actor, pk: int, text: str, at: datetime) -> Hold:
    """Say why the record may be shown again. A second person decides."""
    hold = _locked(actor, pk)
    require(
        policies.can_ask_release(actor, hold),
        _("A release is asked for by the focal point of the organization, a manager or the data-protection officer."),
    )
    _require_open(hold)
    text = clean_text(text)
    if not text:
        raise InvalidInput(_("Say why it may be shown again."), field="text")
    hold.release_asked_by_id, hold.release_asked_at = person_of(actor), at
    hold.save(update_fields=["release_asked_by", "release_asked_at"])
    HoldReason.objects.filter(hold=hold).update(release_text=text)
    audit.record(actor=actor, action="hold.ask_release", row=hold, at=at)
    return hold


@transaction.atomic
def release_hold(*, actor: Actor, pk: int, at: datetime) -> Hold:
    """Show the record again, as far as its state and its consents allow. Never by who placed it or who asked."""
    hold = _locked(actor, pk)
    require(
        policies.can_release(actor, hold),
        _("A hold is released by a manager or the data-protection officer who neither placed it nor asked for it."),
    )
    _require_open(hold)
    if hold.release_asked_at is None:
        raise WrongState(_("Nobody has asked for the release yet."))
    record = _table(hold.kind).select_for_update(of=("self",)).get(uuid=hold.record_uuid)
    hold.released_by_id, hold.released_at = person_of(actor), at
    hold.save(update_fields=["released_by", "released_at"])
    _set_held(hold.kind, record, is_held=False, at=at)
    audit.record(actor=actor, action="hold.release", row=record, at=at)
    return hold


def purge_expired(*, at: datetime) -> list[PurgeEntry]:
    """Delete what has passed its date, table by table, and write how many rows went. Running it twice deletes once."""
    today = timezone.localdate(at)
    written = []
    for model, rows in (
        # The proof goes with the person: without a name it proves nothing.
        (ConsentProof, ConsentProof.objects.filter(consent__person__purge_on__lt=today)),
        (ConsentPerson, ConsentPerson.objects.filter(purge_on__lt=today)),
        (StoryOriginal, StoryOriginal.objects.filter(purge_on__lt=today)),
        (Intake, Intake.objects.filter(purge_on__lt=today)),
    ):
        while count := _purge_batch(model, rows, at=at):
            written.append(count)
            if count.row_count < PURGE_BATCH:
                break
    return written


@transaction.atomic
def _purge_batch(model: Any, rows: Any, *, at: datetime) -> PurgeEntry | None:
    count = delete_with_files(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:PURGE_BATCH])
    if not count:
        return None
    return PurgeEntry.objects.create(
        at=at, rule=PurgeEntry.Rule.RETENTION, table=model._meta.label_lower, row_count=count
    )


def _table(kind: str) -> Any:
    return EvidenceItem.objects if kind == Kind.ITEM else kind_of(kind).record._default_manager


def _set_held(kind: str, record: Any, *, is_held: bool, at: datetime) -> None:
    record.is_held = is_held
    record.save(update_fields=["is_held"])
    settle_live_items({record.pk} if kind == Kind.ITEM else item_ids_of(record), at=at)


def _locked(actor: Actor, pk: int) -> Hold:
    return Hold.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)


def _require_open(hold: Hold) -> None:
    if hold.released_at is not None:
        raise WrongState(_("This hold has been released already."))
