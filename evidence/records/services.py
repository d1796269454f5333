"""The steps of any record's life: submit, return, verify, approve, publish, withdraw, archive, start a change.

One function a step, the same for every kind; what is special to a kind stands in its `RecordKind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Role, person_of, require
from core.errors import DomainError, Incomplete, WrongState
from core.text import clean_text
from core.workflow import State, check_version, move
from evidence.items.live import item_ids_of, settle_live_items
from evidence.quality.services import look_later
from evidence.records import mails, policies
from evidence.records.kinds import kind_of
from evidence.records.revisions import (
    latest_revision,
    lock_record,
    require_editable,
    verifier_id,
    writable_revision,
    writer_ids,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from evidence.models.records import Record, Revision
    from evidence.records.kinds import RecordKind

#: What is live can be taken away whatever the state of a change to it.
NOT_YET_WITHDRAWN = frozenset(State) - {State.WITHDRAWN, State.ARCHIVED}
#: What is live is saved together with the state: constraints tie them.
LIVE = ("published_revision", "published_at")


@transaction.atomic
def submit_record(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """Freeze the content and send it to the reviewers. Raises Incomplete with what is missing, field by field."""
    of, record = _fetch(actor, kind, uuid)
    require(policies.can_write(actor, record), _("Only the organization submits its own records."))
    require_editable(record)
    check_version(record, version)
    latest = latest_revision(record)
    missing = of.gaps(record, latest)
    if missing:
        raise Incomplete(_("This is not complete yet."), missing=[(gap.field, gap.message) for gap in missing])
    revision = writable_revision(of, record, actor=actor, at=at)
    revision.submitted_at = at
    revision.save(update_fields=["submitted_at"])
    revision.writers.add(person_of(actor))
    _submit_evidence(revision, at)
    if record.first_submitted_at is None:
        record.first_submitted_at = at
        record.save(update_fields=["first_submitted_at"])
    _step(of, record, "submit", actor=actor, revision=revision, at=at)
    return record


@transaction.atomic
def return_record(*, actor: Actor, kind: str, uuid: UUID, reason: str, version: int | None, at: datetime) -> Any:
    """Send it back with a reason; it stays readable as it was sent, and every reason is kept."""
    of, record = _fetch(actor, kind, uuid)
    require(
        policies.can_review(actor, record),
        _("Records are returned by reviewers and managers, never by their own people."),
    )
    check_version(record, version)
    revision = latest_revision(record)
    role = Role.REVIEWER if record.state == State.SUBMITTED else Role.MANAGER
    _step(of, record, "return", actor=actor, revision=revision, at=at, reason=clean_text(reason), role=role)
    mails.tell_members("evidence_returned", of, record, revision, actor=actor)
    return record


@transaction.atomic
def verify_record(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """State that it is right. Four eyes: not by anyone who wrote it, or belongs to those who did."""
    of, record = _fetch(actor, kind, uuid)
    revision = latest_revision(record)
    require(
        policies.can_verify(actor, record, writer_ids=writer_ids(revision)),
        _("A record is verified by a reviewer who did not write it."),
    )
    check_version(record, version)
    _step(of, record, "verify", actor=actor, revision=revision, at=at, role=Role.REVIEWER)
    revision.verified_at = at
    revision.save(update_fields=["verified_at"])
    return record


@transaction.atomic
def approve_record(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """Accept what was verified for publication. Not by its writers, nor by whoever verified it."""
    of, record = _fetch(actor, kind, uuid)
    revision = latest_revision(record)
    require(
        policies.can_approve(actor, record, writer_ids=writer_ids(revision), verifier_id=verifier_id(record)),
        _("A record is approved by a manager who neither wrote nor verified it."),
    )
    check_version(record, version)
    _step(of, record, "approve", actor=actor, revision=revision, at=at, role=Role.MANAGER)
    return record


@transaction.atomic
def publish_record(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """Show the approved revision in place of the one that was live, with the evidence released for it."""
    of, record = _fetch(actor, kind, uuid)
    require(
        policies.can_publish(actor, record),
        _("A record is published by a programme manager of another organization."),
    )
    check_version(record, version)
    revision = latest_revision(record)
    of.before_publishing(record, revision, at)
    record.published_revision, record.published_at = revision, at
    _step(of, record, "publish", actor=actor, revision=revision, at=at, role=Role.MANAGER, also_save=LIVE)
    settle_live_items(item_ids_of(record), at=at)
    of.after_publishing(record, revision, at)
    return record


@transaction.atomic
def withdraw_record(*, actor: Actor, kind: str, uuid: UUID, reason: str, at: datetime) -> Any:
    """Take what is live away at once, whatever the state of a change to it."""
    of, record = _fetch(actor, kind, uuid)
    require(
        policies.can_withdraw(actor, record),
        _("A record is withdrawn by the focal point of its organization, a manager or the data-protection officer."),
    )
    if record.published_revision_id is None:
        raise WrongState(_("This is not published."))
    take_away(of, record, actor=actor, reason=clean_text(reason), at=at)
    return record


def take_away(of: RecordKind, record: Any, *, actor: Actor, reason: str, at: datetime) -> None:
    """Withdraw a locked record that is live, in the caller's transaction; for services that react to a consent."""
    revision = latest_revision(record)
    record.published_revision = record.published_at = None
    _step(
        of,
        record,
        "withdraw",
        actor=actor,
        revision=revision,
        at=at,
        reason=reason,
        role=Role.MANAGER,
        sources=NOT_YET_WITHDRAWN,
        also_save=LIVE,
    )
    settle_live_items(item_ids_of(record), at=at)
    of.after_withdrawing(record, revision, at)
    mails.tell_members("evidence_withdrawn", of, record, revision, actor=actor)


@transaction.atomic
def archive_record(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """Put a published record away: it leaves the public pages and is kept."""
    of, record = _fetch(actor, kind, uuid)
    require(policies.can_archive(actor, record), _("A record is archived by a programme manager."))
    check_version(record, version)
    revision = latest_revision(record)
    record.published_revision = record.published_at = None
    _step(of, record, "archive", actor=actor, revision=revision, at=at, role=Role.MANAGER, also_save=LIVE)
    settle_live_items(item_ids_of(record), at=at)
    of.after_withdrawing(record, revision, at)
    return record


@transaction.atomic
def start_change(*, actor: Actor, kind: str, uuid: UUID, version: int | None, at: datetime) -> Any:
    """Open what was verified, approved, published or withdrawn for a change, which goes the whole way again.

    The revision that was sent stays as it is; the first save opens the next one. What is live stays live meanwhile.
    """
    of, record = _fetch(actor, kind, uuid)
    require(policies.can_write(actor, record), _("Only the organization changes its own records."))
    check_version(record, version)
    _step(of, record, "change", actor=actor, revision=latest_revision(record), at=at)
    return record


#: Steps that need nothing but the record, for one row or many.
PLAIN_STEPS: dict[str, Callable[..., Any]] = {
    "submit": submit_record,
    "verify": verify_record,
    "approve": approve_record,
    "publish": publish_record,
    "archive": archive_record,
    "change": start_change,
}
#: Steps that need a reason.
REASONED_STEPS: dict[str, Callable[..., Any]] = {"return": return_record, "withdraw": withdraw_record}


def step_many(
    *, actor: Actor, verb: str, rows: Iterable[tuple[str, UUID, int]], at: datetime
) -> tuple[list[UUID], list[tuple[UUID, str]]]:
    """Take one step with several records, given as (kind, uuid, version). Each stands or falls by itself.

    Returns those that moved, and those that did not with the sentence that says why.
    """
    moved, refused = [], []
    for kind, uuid, version in rows:
        try:
            PLAIN_STEPS[verb](actor=actor, kind=kind, uuid=uuid, version=version, at=at)
        except DomainError as error:
            refused.append((uuid, str(error)))
        else:
            moved.append(uuid)
    return moved, refused


def _fetch(actor: Actor, kind: str, uuid: UUID) -> tuple[RecordKind, Any]:
    of = kind_of(kind)
    return of, lock_record(actor, of, uuid)


def _submit_evidence(revision: Revision, at: datetime) -> None:
    if hasattr(revision, "evidence"):
        revision.evidence.filter(first_submitted_at=None).update(first_submitted_at=at)


def _step(
    of: RecordKind,
    record: Record,
    verb: str,
    *,
    actor: Actor,
    revision: Revision,
    at: datetime,
    reason: str = "",
    role: Role = Role.REVIEWER,
    sources: frozenset[str] | None = None,
    also_save: tuple[str, ...] = (),
) -> None:
    row = move(
        record,
        actor=actor,
        verb=verb,
        at=at,
        log=of.transition,
        reason=reason,
        sources=sources,
        also_save=also_save,
    )
    row.revision_number = revision.number
    row.as_role = policies.acting_role(actor, record.organization_id, role)
    row.save(update_fields=["revision_number", "as_role"])
    look_later(of.kind, [record.pk])
    audit.record(
        actor=actor,
        action=f"{of.kind}.{verb}",
        row=record,
        at=at,
        revision=revision.number,
        version=record.version,
    )
