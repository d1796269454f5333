"""Inviting people, accepting an invitation, and the end or change of a membership."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.services import lock_access
from core import audit, mail
from core.access import Actor, Role, person_of, require
from core.errors import Conflict, DomainError, InvalidInput
from core.text import clean_text
from organizations.actors import actor_for_user_id
from organizations.members import policies
from organizations.models import Invitation, Membership, Organization

if TYPE_CHECKING:
    from datetime import datetime

DAYS_TO_ACCEPT = 14
CSO_ROLES = frozenset({Role.EDITOR, Role.FOCAL_POINT})


class InvitationOver(DomainError):
    """The link was used, cancelled or is too old."""

    status = 410
    code = "invitation_over"


@transaction.atomic
def invite_member(
    *,
    actor: Actor,
    organization_id: int,
    email: str,
    name: str,
    role: str,
    language: str,
    at: datetime,
) -> Invitation:
    """Invite somebody to act for an organization. Whether the address has an account changes nothing here."""
    organization = _locked_organization(actor, organization_id)
    roles = policies.invitable_roles(actor, organization)
    require(bool(roles), _("Only a focal point or the programme invites people here."))
    require(
        role in roles,
        _("You may invite focal points here; they invite their own colleagues."),
    )
    members = Membership.objects.current().filter(organization=organization)
    if members.filter(user__email__iexact=email).exists():
        raise Conflict(_("This person is a member already."))
    return _invite(
        actor=actor,
        organization=organization,
        email=email,
        name=name,
        role=role,
        language=language,
        at=at,
    )


@transaction.atomic
def invite_staff(*, actor: Actor, email: str, name: str, role: str, language: str, at: datetime) -> Invitation:
    """Invite somebody to a role of the programme."""
    require(policies.can_invite_staff(actor), _("Only an administrator invites staff."))
    if role not in policies.staff_roles():
        raise InvalidInput(_("Choose a role from the list."), field="role")
    # There is no organization to lock: one at a time, so that two presses of a button send one invitation.
    lock_access()
    return _invite(
        actor=actor,
        organization=None,
        email=email,
        name=name,
        role=role,
        language=language,
        at=at,
    )


@transaction.atomic
def resend_invitation(*, actor: Actor, pk: int, at: datetime) -> Invitation:
    """Send a new link, good for another fortnight. The old link stops working when the new one is sent."""
    row = _locked_invitation(actor, pk)
    _require_open(row)
    row.expires_at = at + timedelta(days=DAYS_TO_ACCEPT)
    row.save(update_fields=["expires_at"])
    audit.record(actor=actor, action="invitation.resent", row=row, at=at)
    _deliver_later(row)
    return row


@transaction.atomic
def cancel_invitation(*, actor: Actor, pk: int, at: datetime) -> Invitation:
    """The link stops working at once."""
    row = _locked_invitation(actor, pk)
    _require_open(row)
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    audit.record(actor=actor, action="invitation.cancelled", row=row, at=at)
    return row


@transaction.atomic
def deliver_invitation(*, pk: int, at: datetime) -> bool:
    """Make a token, keep its hash, and send the link. Returns False when the invitation is over."""
    row = Invitation.objects.select_for_update(of=("self",)).select_related("organization").get(pk=pk)
    if row.accepted_at or row.cancelled_at or row.expires_at <= at:
        return False
    token = secrets.token_urlsafe(32)
    row.token_hash = _hash(token)
    row.save(update_fields=["token_hash"])
    organization = row.organization
    mail.write(
        to=row.email,
        language=row.language,
        template="invitation",
        path=reverse("organizations:invitation", args=[token]),
        context={
            "reader": row.name,
            "organization": organization.name if organization else "",
            "organization_ur": (organization.name_ur or organization.name) if organization else "",
            "role": row.role,
            "days": (row.expires_at - at).days,
        },
    )
    return True


def find_invitation(token: str) -> Invitation:
    """The invitation behind a link. The token is the permission; raises Invitation.DoesNotExist."""
    return Invitation.objects.select_related("organization").get(token_hash=_hash(token))


def require_usable(row: Invitation, *, at: datetime) -> None:
    """Raise InvitationOver, saying why, unless the link still works."""
    if row.accepted_at:
        raise InvitationOver(_("This invitation has been used. Sign in with your e-mail address and password."))
    if row.cancelled_at:
        raise InvitationOver(_("This invitation was withdrawn. Ask the person who invited you."))
    if row.expires_at <= at:
        raise InvitationOver(_("This invitation is too old. Ask the person who invited you to send it again."))
    if not _may_still_invite(row):
        raise InvitationOver(
            _(
                "The person who invited you may no longer do so. Ask the organization or the programme for a new invitation."
            )
        )


@transaction.atomic
def accept_as_new_person(*, token: str, name: str, password: str, language: str, at: datetime) -> User:
    """Open the account and give what the invitation promises. Raises Conflict when the address has an account."""
    row = _locked_by_token(token, at)
    if User.objects.filter(email__iexact=row.email).exists():
        raise Conflict(_("There is an account with this e-mail address. Sign in to accept the invitation."))
    name = clean_text(name)
    if not name:
        raise InvalidInput(_("Write your name."), field="name")
    user = User(email=row.email.strip().lower(), name=name, language=language)
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise InvalidInput(" ".join(problem.messages), field="password") from None
    user.set_password(password)
    user.save()
    _give(row, user, at)
    return user


@transaction.atomic
def accept_as_known_person(*, actor: Actor, token: str, at: datetime) -> Invitation:
    """Give a signed-in person what the invitation promises. The address must be the person's own."""
    row = _locked_by_token(token, at)
    user = User.objects.visible_to(actor).get(pk=actor.user_id)
    require(
        user.email.lower() == row.email.lower(),
        _("This invitation is for another e-mail address. Sign out, and open the link again."),
    )
    _give(row, user, at)
    return row


@transaction.atomic
def change_member_role(*, actor: Actor, pk: int, role: str, at: datetime) -> Membership:
    """Make a member a focal point or an editor. An organization keeps at least one focal point."""
    row = _locked_membership(actor, pk)
    require(policies.can_change_membership(actor, row), _membership_refusal())
    if role not in CSO_ROLES:
        raise InvalidInput(_("Choose a role from the list."), field="role")
    if role == row.role:
        return row
    if row.role == Role.FOCAL_POINT:
        _keep_a_focal_point(besides=row)
    row.role = role
    row.save(update_fields=["role"])
    audit.record(actor=actor, action="membership.role_changed", row=row, at=at, role=role)
    return row


@transaction.atomic
def end_membership(*, actor: Actor, pk: int, at: datetime) -> Membership:
    """From now on the person no longer acts for the organization. What they wrote stays."""
    row = _locked_membership(actor, pk)
    require(
        policies.can_change_membership(actor, row) or policies.can_leave(actor, row),
        _membership_refusal(),
    )
    if row.role == Role.FOCAL_POINT:
        _keep_a_focal_point(besides=row)
    row.ended_on = max(at.date(), row.started_on)
    row.save(update_fields=["ended_on"])
    audit.record(actor=actor, action="membership.ended", row=row, at=at)
    return row


def _invite(
    *,
    actor: Actor,
    organization: Organization | None,
    email: str,
    name: str,
    role: str,
    language: str,
    at: datetime,
) -> Invitation:
    if User.objects.filter(pk=actor.user_id, email__iexact=email.strip()).exists():
        raise Conflict(_own_access())
    waiting = Invitation.objects.filter(
        email__iexact=email,
        organization=organization,
        accepted_at=None,
        cancelled_at=None,
        expires_at__gt=at,
    )
    if organization is None:
        waiting = waiting.filter(role=role)
    if waiting.exists():
        raise Conflict(_("This person has been invited already. Send the invitation again from the list."))
    row = Invitation.objects.create(
        email=email.strip().lower(),
        name=clean_text(name),
        role=role,
        organization=organization,
        language=language,
        # No link exists yet: the worker makes the token when it sends the e-mail.
        token_hash=_hash(secrets.token_urlsafe(32)),
        invited_by_id=person_of(actor),
        invited_at=at,
        expires_at=at + timedelta(days=DAYS_TO_ACCEPT),
    )
    audit.record(actor=actor, action="invitation.sent", row=row, at=at, role=role)
    _deliver_later(row)
    return row


def _deliver_later(row: Invitation) -> None:
    from organizations.tasks import deliver_invitation as task  # imports this module

    transaction.on_commit(partial(task.delay, invitation_id=row.pk))


def _give(row: Invitation, user: User, at: datetime) -> None:
    """A membership or a role, once; a member is never given less than they have."""
    require(row.invited_by_id != user.pk, _own_access())
    new = Actor(user_id=user.pk)
    if row.organization_id is None:
        RoleGrant.objects.get_or_create(
            user=user,
            role=row.role,
            revoked_at=None,
            defaults={"granted_by_id": row.invited_by_id, "granted_at": at},
        )
        audit.record(actor=new, action="account.role_granted", row=user, at=at, role=row.role)
    else:
        membership, is_new = Membership.objects.get_or_create(
            user=user,
            organization_id=row.organization_id,
            ended_on=None,
            defaults={"role": row.role, "started_on": at.date()},
        )
        if not is_new and row.role == Role.FOCAL_POINT:
            membership.role = Role.FOCAL_POINT
            membership.save(update_fields=["role"])
        audit.record(actor=new, action="membership.started", row=membership, at=at, role=row.role)
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    audit.record(actor=new, action="invitation.accepted", row=row, at=at)


def _may_still_invite(row: Invitation) -> bool:
    """A right that was withdrawn takes the invitations with it that nobody has accepted yet."""
    inviter = actor_for_user_id(row.invited_by_id)
    if row.organization is None:
        return policies.can_invite_staff(inviter)
    return row.role in policies.invitable_roles(inviter, row.organization)


def _keep_a_focal_point(*, besides: Membership) -> None:
    """The organization's row is locked by the caller, so two removals at once cannot both find the other one."""
    others = (
        Membership.objects.current()
        .filter(
            organization_id=besides.organization_id,
            role=Role.FOCAL_POINT,
            user__is_active=True,
        )
        .exclude(pk=besides.pk)
    )
    if not others.exists():
        raise Conflict(_("This is the last focal point. Make somebody else a focal point first."))


def _locked_organization(actor: Actor, pk: int) -> Organization:
    return Organization.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)


def _locked_membership(actor: Actor, pk: int) -> Membership:
    rows = Membership.objects.visible_to(actor).current()
    organization_id = rows.values_list("organization_id", flat=True).get(pk=pk)
    Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
    return rows.select_for_update(of=("self",)).get(pk=pk)


def _locked_invitation(actor: Actor, pk: int) -> Invitation:
    row = Invitation.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    require(
        policies.can_handle_invitation(actor, row),
        _("Only who may invite here handles the invitations."),
    )
    return row


def _locked_by_token(token: str, at: datetime) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("organization").get(token_hash=_hash(token))
    require_usable(row, at=at)
    return row


def _require_open(row: Invitation) -> None:
    if row.accepted_at:
        raise Conflict(_("This invitation has been accepted already."))
    if row.cancelled_at:
        raise Conflict(_("This invitation has been cancelled already."))


def _hash(token: str) -> str:
    # 32 random bytes need no slow hash; only the holder of the e-mail knows them.
    return hashlib.sha256(token.encode()).hexdigest()


def _own_access() -> str:
    return _("You cannot change your own access. Ask another administrator.")


def _membership_refusal() -> str:
    return _("Only a focal point of this organization or the programme does this.")
