"""Every step of a change to a profile: start, save, submit, return, verify, approve, publish, take back, discard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import RoleGrant
from core import audit
from core.access import Role, person_of, require
from core.errors import Incomplete, InvalidInput, WrongState
from core.mail import send_later
from core.text import clean_text, find_personal_data
from core.workflow import EDITABLE, SECOND_PRESS, State, check_version, move
from organizations.models import (
    Membership,
    Organization,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
)
from organizations.models.organization import PROFILE_FIELDS
from organizations.profiles import policies
from organizations.profiles.changes import LISTS, SCALARS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor

#: States of a change on its way; an organization has one at a time.
UNDER_WAY = (
    State.DRAFT,
    State.SUBMITTED,
    State.RETURNED,
    State.VERIFIED,
    State.APPROVED,
)
#: What a profile needs before it can be reviewed, and the sentence when it is missing.
REQUIRED = {
    "mission": lambda: _("Write the mission."),
    "districts": lambda: _("Choose at least one district."),
    "themes": lambda: _("Choose at least one theme."),
    "target_groups": lambda: _("Choose at least one target group."),
}
COMMENT_LENGTH = 4000


@transaction.atomic
def start_profile_change(*, actor: Actor, organization_id: int, at: datetime) -> ProfileRevision:
    """Copy the live profile into a draft. A second call returns the change that is under way."""
    organization = Organization.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=organization_id)
    require(policies.can_start_change(actor, organization), _writer_refusal())
    current = ProfileRevision.objects.filter(organization=organization, state__in=UNDER_WAY).first()
    if current is not None:
        return current
    row = ProfileRevision.objects.create(
        organization=organization,
        created_by_id=person_of(actor),
        created_at=at,
        saved_at=at,
        **{name: getattr(organization, name) for name in SCALARS},
    )
    for name in LISTS:
        getattr(row, name).set(getattr(organization, name).all())
    row.authors.add(person_of(actor))
    audit.record(actor=actor, action="profile.started", row=row, at=at)
    return row


@transaction.atomic
def save_profile(
    *,
    actor: Actor,
    pk: int,
    values: dict[str, Any],
    version: int | None,
    at: datetime,
) -> ProfileRevision:
    """Save the draft that was opened at `version`. Raises StaleWrite, WrongState, or InvalidInput for personal data."""
    row = _locked(actor, pk)
    require(policies.can_write(actor, row), _writer_refusal())
    if row.state not in EDITABLE:
        raise WrongState(
            _("This change has been sent and can no longer be edited. Ask the reviewer to return it to you.")
        )
    check_version(row, version)
    for name in TEXTS & values.keys():
        values[name] = clean_text(values[name])
        for found in find_personal_data(values[name]):
            raise InvalidInput(found.sentence, field=name)
    for name, value in values.items():
        if name in LISTS:
            getattr(row, name).set(value)
        else:
            setattr(row, name, value)
    row.version += 1
    row.saved_at = at
    scalars = [name for name in values if name not in LISTS]
    row.save(update_fields=[*scalars, "version", "saved_at"])
    row.authors.add(person_of(actor))
    return row


@transaction.atomic
def submit_profile(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Send the change to the reviewers. Pressed twice, it is sent once."""
    row = _locked(actor, pk)
    require(policies.can_write(actor, row), _writer_refusal())
    if _was_just_done(row, actor, "submit", version):
        return row
    check_version(row, version)
    missing = missing_fields(row)
    if missing:
        raise Incomplete(_("The profile cannot be sent yet: something is missing."), missing=missing)
    move(row, actor=actor, verb="submit", at=at, log=ProfileTransition)
    row.authors.add(person_of(actor))
    audit.record(actor=actor, action="profile.submitted", row=row, at=at)
    _tell(row, "profile_submitted", _staff(Role.REVIEWER), _review_path(row))
    return row


def missing_fields(row: ProfileRevision) -> list[tuple[str, str]]:
    """What must be there before the change can be sent, as (field, sentence)."""
    return [
        (name, sentence())
        for name, sentence in REQUIRED.items()
        if not (getattr(row, name).exists() if name in LISTS else getattr(row, name))
    ]


@transaction.atomic
def take_profile_back(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Change what was verified or approved: it becomes a draft, and is reviewed again."""
    row = _locked(actor, pk)
    require(policies.can_write(actor, row), _writer_refusal())
    if row.state not in {State.VERIFIED, State.APPROVED}:
        raise WrongState(_("Only a change that was checked can be taken back. Open it to see where it is."))
    check_version(row, version)
    move(row, actor=actor, verb="change", at=at, log=ProfileTransition)
    audit.record(actor=actor, action="profile.taken_back", row=row, at=at)
    return row


@transaction.atomic
def discard_profile(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Give up a change: what is published stays, and the next change starts from it.

    What was sent stays in the history as it was sent. Words that were never sent are forgotten: a draft is the
    organization's alone, and stays so.
    """
    row = _locked(actor, pk)
    require(policies.can_write(actor, row), _writer_refusal())
    if not policies.can_discard(actor, row):
        raise WrongState(_("This change is not under way any more. Start a new one."))
    check_version(row, version)
    audit.record(actor=actor, action="profile.discarded", row=row, at=at, state=row.state)
    if not row.transitions.exists():
        row.delete()
        return row
    if row.state == State.DRAFT:
        for name in SCALARS:
            setattr(row, name, getattr(row.organization, name))
        row.save(update_fields=SCALARS)
        for name in LISTS:
            getattr(row, name).set(getattr(row.organization, name).all())
    was_in_queue = row.state not in EDITABLE
    move(row, actor=actor, verb="discard", at=at, log=ProfileTransition)
    if was_in_queue:
        _tell(row, "profile_discarded", _staff(Role.REVIEWER) | _staff(Role.MANAGER), _review_path(row))
    return row


@transaction.atomic
def return_profile(*, actor: Actor, pk: int, reason: str, version: int | None, at: datetime) -> ProfileRevision:
    """Give the change back with the reason, which the organization reads and which is kept."""
    row = _locked(actor, pk)
    require(policies.can_review(actor, row, authors_of(row)), _reviewer_refusal())
    check_version(row, version)
    reason = clean_text(reason)[:COMMENT_LENGTH]
    move(row, actor=actor, verb="return", at=at, log=ProfileTransition, reason=reason)
    audit.record(actor=actor, action="profile.returned", row=row, at=at)
    _tell(row, "profile_returned", _people(row), _own_path(row))
    return row


@transaction.atomic
def verify_profile(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Say that the change is true and complete."""
    row = _locked(actor, pk)
    require(policies.can_verify(actor, row, authors_of(row)), _reviewer_refusal())
    if _was_just_done(row, actor, "verify", version):
        return row
    check_version(row, version)
    move(row, actor=actor, verb="verify", at=at, log=ProfileTransition)
    audit.record(actor=actor, action="profile.verified", row=row, at=at)
    _tell(row, "profile_verified", _staff(Role.MANAGER), _review_path(row))
    return row


@transaction.atomic
def approve_profile(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Accept the change for publication."""
    row = _locked(actor, pk)
    require(policies.can_publish(actor, row, authors_of(row)), _approver_refusal())
    if _was_just_done(row, actor, "approve", version):
        return row
    require(
        policies.can_approve(actor, row, authors_of(row), verifier_id=verifier_of(row)),
        _("A change is approved by a manager who neither wrote nor verified it."),
    )
    check_version(row, version)
    move(row, actor=actor, verb="approve", at=at, log=ProfileTransition)
    audit.record(actor=actor, action="profile.approved", row=row, at=at)
    _tell(row, "profile_approved", _people(row), _own_path(row))
    return row


@transaction.atomic
def publish_profile(*, actor: Actor, pk: int, version: int | None, at: datetime) -> ProfileRevision:
    """Copy the change to the organization, where everyone reads it; the one before it goes to the archive."""
    row = _locked(actor, pk)
    require(policies.can_publish(actor, row, authors_of(row)), _approver_refusal())
    if _was_just_done(row, actor, "publish", version):
        return row
    check_version(row, version)
    move(row, actor=actor, verb="publish", at=at, log=ProfileTransition)
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=row.organization_id)
    for name in SCALARS:
        setattr(organization, name, getattr(row, name))
    organization.save(update_fields=[*SCALARS, "updated_at"])
    for name in LISTS:
        getattr(organization, name).set(getattr(row, name).all())
    earlier = ProfileRevision.objects.select_for_update().filter(organization=organization, state=State.PUBLISHED)
    for old in earlier.exclude(pk=row.pk):
        move(old, actor=actor, verb="archive", at=at, log=ProfileTransition)
    audit.record(actor=actor, action="profile.published", row=row, at=at)
    _tell(
        row,
        "profile_published",
        _people(row),
        reverse("organizations:organization", args=[organization.slug]),
    )
    return row


@transaction.atomic
def comment_on_profile(*, actor: Actor, pk: int, field: str, body: str, at: datetime) -> ProfileComment:
    """Say something about one field, or about the whole profile when `field` is empty; pressed twice, once."""
    row = _locked(actor, pk)
    require(policies.can_review(actor, row, authors_of(row)), _reviewer_refusal())
    body = clean_text(body)
    if not body:
        raise InvalidInput(_("Write the comment."), field="body")
    if len(body) > COMMENT_LENGTH:
        raise InvalidInput(
            _("The comment is too long. Write at most %(limit)s characters.") % {"limit": COMMENT_LENGTH},
            field="body",
        )
    if field and field not in PROFILE_FIELDS:
        raise InvalidInput(_("Choose a field of the profile."), field="field")
    same = ProfileComment.objects.visible_to(actor).filter(subject=row, field=field, body=body, author_id=actor.user_id)
    if found := same.filter(created_at__gt=at - SECOND_PRESS).first():
        return found
    return ProfileComment.objects.create(subject=row, field=field, body=body, author_id=person_of(actor), created_at=at)


@transaction.atomic
def resolve_comment(*, actor: Actor, pk: int, at: datetime) -> ProfileComment:
    """Mark a comment as dealt with, or open it again."""
    comment = (
        ProfileComment.objects.visible_to(actor).select_for_update(of=("self",)).select_related("subject").get(pk=pk)
    )
    revision = comment.subject
    require(
        policies.can_resolve(actor, revision, authors_of(revision)),
        _reviewer_refusal(),
    )
    is_resolved = comment.resolved_at is not None
    comment.resolved_at = None if is_resolved else at
    comment.resolved_by_id = None if is_resolved else actor.user_id
    comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment


def authors_of(row: ProfileRevision) -> frozenset[int]:
    """Everyone who started, saved or sent the change, and whoever was a colleague of theirs meanwhile."""
    savers = row.authors.order_by().values_list("pk")
    senders = row.transitions.filter(verb__in=["submit", "change"]).order_by()
    colleagues = Membership.objects.filter(organization_id=row.organization_id).since(row.created_at.date()).order_by()
    found = savers.union(senders.values_list("actor_id"), colleagues.values_list("user_id"))
    return frozenset({row.created_by_id, *(pk for (pk,) in found)})


def verifier_of(row: ProfileRevision) -> int | None:
    """Who verified the text that is now to be approved."""
    return row.transitions.filter(verb="verify").order_by("-pk").values_list("actor_id", flat=True).first()


def _locked(actor: Actor, pk: int) -> ProfileRevision:
    return (
        ProfileRevision.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=pk)
    )


def _was_just_done(row: ProfileRevision, actor: Actor, verb: str, version: int | None) -> bool:
    """Whether this is the second press of a button: the same person took this very step from this very version."""
    last = row.transitions.order_by("-pk").first()
    return (
        last is not None
        and version is not None
        and (last.verb, last.actor_id, last.version) == (verb, actor.user_id, version + 1)
        and row.version == last.version
    )


def _people(row: ProfileRevision) -> set[int]:
    members = Membership.objects.current().filter(organization_id=row.organization_id)
    return set(members.values_list("user_id", flat=True))


def _staff(role: Role) -> set[int]:
    return set(RoleGrant.objects.filter(role=role, revoked_at=None).values_list("user_id", flat=True))


def _tell(row: ProfileRevision, template: str, user_ids: Iterable[int], path: str) -> None:
    send_later(
        template=template,
        user_ids=user_ids,
        path=path,
        context={
            "organization": row.organization.name,
            "organization_ur": row.organization.name_ur or row.organization.name,
        },
    )


def _review_path(row: ProfileRevision) -> str:
    return reverse("organizations:profile_review", args=[row.pk])


def _own_path(row: ProfileRevision) -> str:
    return reverse("organizations:profile", args=[row.organization.slug])


def _writer_refusal() -> str:
    return _("Only people of this organization write its profile.")


def _reviewer_refusal() -> str:
    return _("Only a reviewer who neither wrote this nor belongs to the organization may do this.")


def _approver_refusal() -> str:
    return _("Only a programme manager who neither wrote this nor belongs to the organization may do this.")
