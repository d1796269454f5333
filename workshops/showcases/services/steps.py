"""The steps of a showcase's life: submit, return, verify, approve, publish, withdraw, archive, and starting a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Role, Sensitivity, person_of, require
from core.errors import Incomplete, InvalidInput, WrongState
from core.text import clean_text
from core.workflow import State, check_version, move
from organizations.models import Membership
from workshops.models import Showcase, ShowcaseTransition
from workshops.models.showcase import SENSITIVITY_VERB
from workshops.showcases import mails, policies
from workshops.showcases.revisions import gaps_in
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
    from workshops.models import ShowcaseRevision

#: A live text can be taken off the public pages whatever the state of a change to it.
NOT_YET_WITHDRAWN = frozenset(State) - {State.WITHDRAWN, State.ARCHIVED}
#: What is live is saved together with the state: constraints tie them.
LIVE = ("published_revision", "published_at")


@transaction.atomic
def submit_showcase(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """Freeze the text and send it to the reviewers.

    Raises Incomplete with what is missing, WrongState after the deadline: what came in time may come back later.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization submits its showcase."),
    )
    require_editable(showcase)
    check_version(showcase, version)
    _require_in_time(showcase, at)
    missing = gaps_in(
        showcase,
        latest_revision(showcase),
        evidence_count=showcase.evidence_files.count(),
        presenter_count=showcase.showcase_presenters.count(),
    )
    if missing:
        raise Incomplete(
            _("The showcase is not complete yet."),
            missing=[(f"{gap.section}.{gap.field}", gap.message) for gap in missing],
        )
    revision = writable_revision(showcase, actor=actor, at=at)
    revision.submitted_at = at
    revision.save(update_fields=["submitted_at"])
    revision.writers.add(person_of(actor))
    if showcase.first_submitted_at is None:
        showcase.first_submitted_at = at
        showcase.save(update_fields=["first_submitted_at"])
    _step(showcase, "submit", actor=actor, revision=revision, at=at)
    mails.tell_of_submission(showcase, revision, actor=actor)
    return showcase


def _require_in_time(showcase: Showcase, at: datetime) -> None:
    if showcase.first_submitted_at is not None:
        return
    if not showcase.workshop.is_open_for_showcases or at > showcase.workshop.submission_deadline:
        raise WrongState(
            _("The deadline for showcases has passed. Your draft is kept. Ask the programme to extend the deadline.")
        )


@transaction.atomic
def return_showcase(*, actor: Actor, uuid: UUID, reason: str, version: int | None, at: datetime) -> Showcase:
    """Send the text back with a reason; it stays readable as it was sent, and every reason is kept."""
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_return(actor, showcase),
        _("A showcase is returned by reviewers and managers, never by its own people."),
    )
    check_version(showcase, version)
    revision = latest_revision(showcase)
    role = Role.REVIEWER if showcase.state == State.SUBMITTED else Role.MANAGER
    _step(
        showcase,
        "return",
        actor=actor,
        revision=revision,
        at=at,
        reason=clean_text(reason),
        role=role,
    )
    mails.tell_members_of_return(showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def verify_showcase(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """State that the text is right. Four eyes: not by anyone who wrote it, or belongs to those who did."""
    showcase = lock_showcase(actor, uuid)
    revision = latest_revision(showcase)
    require(
        policies.can_verify(actor, showcase, writer_ids=writer_ids(revision)),
        _("A showcase is verified by a reviewer who did not write it."),
    )
    check_version(showcase, version)
    _step(showcase, "verify", actor=actor, revision=revision, at=at, role=Role.REVIEWER)
    revision.verified_at = at
    revision.save(update_fields=["verified_at"])
    mails.tell_of_verification(showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def approve_showcase(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """Accept the verified text for publication. Not by its writers, nor by whoever verified it."""
    showcase = lock_showcase(actor, uuid)
    revision = latest_revision(showcase)
    require(
        policies.can_approve(
            actor,
            showcase,
            writer_ids=writer_ids(revision),
            verifier_id=verifier_id(showcase),
        ),
        _("A showcase is approved by a manager who neither wrote nor verified it."),
    )
    check_version(showcase, version)
    _step(showcase, "approve", actor=actor, revision=revision, at=at, role=Role.MANAGER)
    mails.tell_of_approval(showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def publish_showcase(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """Show the approved revision to the public, in place of the one that was live, with the files released for it."""
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_publish(actor, showcase),
        _("A showcase is published by a programme manager of another organization."),
    )
    check_version(showcase, version)
    revision = latest_revision(showcase)
    showcase.published_revision, showcase.published_at = revision, at
    _step(
        showcase,
        "publish",
        actor=actor,
        revision=revision,
        at=at,
        role=Role.MANAGER,
        also_save=LIVE,
    )
    showcase.evidence_files.filter(is_released=True, live_since=None).update(live_since=at)
    mails.tell_members_of_step("showcase_published", showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def withdraw_showcase(*, actor: Actor, uuid: UUID, reason: str, at: datetime) -> Showcase:
    """Take the live text off the public pages at once, whatever the state of a change to it."""
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_withdraw(actor, showcase),
        _("A showcase is withdrawn by the focal point of its organization, a manager or the data-protection officer."),
    )
    if showcase.published_revision_id is None:
        raise WrongState(_("This showcase is not published."))
    revision = latest_revision(showcase)
    showcase.published_revision = showcase.published_at = None
    _step(
        showcase,
        "withdraw",
        actor=actor,
        revision=revision,
        at=at,
        reason=clean_text(reason),
        role=Role.MANAGER,
        sources=NOT_YET_WITHDRAWN,
        also_save=LIVE,
    )
    mails.tell_of_withdrawal(showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def archive_showcase(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """Put a published showcase away: it leaves the public pages and is kept."""
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_archive(actor, showcase),
        _("A showcase is archived by a programme manager."),
    )
    check_version(showcase, version)
    revision = latest_revision(showcase)
    showcase.published_revision = showcase.published_at = None
    _step(
        showcase,
        "archive",
        actor=actor,
        revision=revision,
        at=at,
        role=Role.MANAGER,
        also_save=LIVE,
    )
    mails.tell_members_of_step("showcase_archived", showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def set_sensitivity(
    *, actor: Actor, uuid: UUID, sensitivity: str, reason: str, version: int | None, at: datetime
) -> Showcase:
    """Say who may read the showcase once it is live. Every exit asks `visible_to`, so it holds from this moment on.

    The reason stands in the history, which the organization reads too. The same choice again changes nothing.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_set_sensitivity(actor, showcase),
        _("Who may read a showcase is decided by a programme manager of another organization."),
    )
    check_version(showcase, version)
    if sensitivity not in Sensitivity.values:
        raise InvalidInput(_("Choose one of the list."), field="sensitivity")
    if sensitivity == showcase.sensitivity:
        return showcase
    reason = clean_text(reason)
    if not reason:
        raise InvalidInput(_("Give the reason. The organization reads it."), field="reason")
    before, showcase.sensitivity = showcase.sensitivity, sensitivity
    showcase.version += 1
    showcase.save(update_fields=["sensitivity", "version"])
    revision = latest_revision(showcase)
    ShowcaseTransition.objects.create(
        subject=showcase,
        verb=SENSITIVITY_VERB,
        from_state=showcase.state,
        to_state=showcase.state,
        reason=reason,
        version=showcase.version,
        actor_id=person_of(actor),
        at=at,
        revision_number=revision.number,
        as_role=policies.acting_role(actor, showcase.organization_id, Role.MANAGER),
    )
    audit.record(
        actor=actor,
        action="showcase.sensitivity",
        row=showcase,
        at=at,
        before=before,
        after=sensitivity,
        version=showcase.version,
    )
    mails.tell_members_of_step("showcase_sensitivity", showcase, revision, actor=actor)
    return showcase


@transaction.atomic
def start_change(*, actor: Actor, uuid: UUID, version: int | None, at: datetime) -> Showcase:
    """Open a verified, approved, published or withdrawn showcase for a change, which goes the whole way again.

    The revision that was sent stays as it is; the first save opens the next one. A live text stays live meanwhile.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_write(actor, showcase),
        _("Only the organization changes its showcase."),
    )
    check_version(showcase, version)
    revision = latest_revision(showcase)
    was_waited_for = showcase.state in {State.VERIFIED, State.APPROVED}
    _step(showcase, "change", actor=actor, revision=revision, at=at)
    if was_waited_for:
        mails.tell_of_change(showcase, revision, verifier_id(showcase), actor=actor)
    return showcase


def writer_ids(revision: ShowcaseRevision) -> set[int]:
    """Everyone who ever saved the revision or one it was copied from, and whoever was a colleague of theirs meanwhile."""
    return {
        revision.created_by_id,
        revision.saved_by_id,
        *revision.writers.values_list("pk", flat=True),
        *Membership.objects.filter(organization_id=revision.showcase.organization_id)
        .since(revision.created_at.date())
        .values_list("user_id", flat=True),
    }


def verifier_id(showcase: Showcase) -> int | None:
    """Who verified the text that is now to be approved."""
    return showcase.transitions.filter(verb="verify").order_by("-at", "-pk").values_list("actor_id", flat=True).first()


def _step(
    showcase: Showcase,
    verb: str,
    *,
    actor: Actor,
    revision: ShowcaseRevision,
    at: datetime,
    reason: str = "",
    role: Role = Role.REVIEWER,
    sources: frozenset[str] | None = None,
    also_save: tuple[str, ...] = (),
) -> None:
    record: ShowcaseTransition = move(
        showcase,
        actor=actor,
        verb=verb,
        at=at,
        log=ShowcaseTransition,
        reason=reason,
        sources=sources,
        also_save=also_save,
    )
    record.revision_number = revision.number
    record.as_role = policies.acting_role(actor, showcase.organization_id, role)
    record.save(update_fields=["revision_number", "as_role"])
    audit.record(
        actor=actor,
        action=f"showcase.{verb}",
        row=showcase,
        at=at,
        revision=revision.number,
        version=showcase.version,
    )
