"""What changes people, their roles, API clients and keys. Every act is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import ApiClient, ApiKey, RoleGrant, User
from core import audit
from core.access import GRANTED_ROLES, Role, Scope, require
from core.errors import Conflict, InvalidInput, WrongState
from core.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor

ACCESS_LOCK = 7_412_027


# --- Roles ----------------------------------------------------------------------------------------------------------


def grant_role(*, actor: Actor, user_id: int, role: str, at: datetime) -> RoleGrant:
    """Give a role. Raises NotAllowed for one's own account, Conflict when it is held already."""
    if role not in GRANTED_ROLES:
        raise InvalidInput(_("Choose a role from the list."), field="role")
    with transaction.atomic():
        user = _locked_user(actor, user_id)
        if RoleGrant.objects.filter(user=user, role=role, revoked_at=None).exists():
            raise Conflict(_("This person holds that role already."))
        grant = RoleGrant.objects.create(user=user, role=role, granted_by_id=actor.user_id, granted_at=at)
        audit.record(actor=actor, action="account.role_granted", row=user, at=at, role=role)
    return grant


def revoke_role(*, actor: Actor, user_id: int, role: str, at: datetime) -> None:
    """Take a role. Raises WrongState for the last administrator and for a role that is not held."""
    with transaction.atomic():
        user = _locked_user(actor, user_id)
        grant = RoleGrant.objects.filter(user=user, role=role, revoked_at=None).first()
        if grant is None:
            raise WrongState(_("This person does not hold that role any more."))
        if role == Role.ADMINISTRATOR:
            _keep_an_administrator(besides=user)
        grant.revoked_at = at
        grant.save(update_fields=["revoked_at"])
        audit.record(actor=actor, action="account.role_revoked", row=user, at=at, role=role)


# --- People ---------------------------------------------------------------------------------------------------------


def deactivate_user(*, actor: Actor, user_id: int, at: datetime) -> None:
    """Close an account: its sessions, links and queued jobs end with it. Raises WrongState for the last administrator."""
    with transaction.atomic():
        user = _locked_user(actor, user_id)
        if not user.is_active:
            return
        _keep_an_administrator(besides=user)
        user.is_active = False
        # For good: opening the account again opens neither the old sessions nor the old links.
        user.session_generation += 1
        user.save(update_fields=["is_active", "session_generation"])
        audit.record(actor=actor, action="account.deactivated", row=user, at=at)


def reactivate_user(*, actor: Actor, user_id: int, at: datetime) -> None:
    """Open an account again, with the roles it had."""
    with transaction.atomic():
        user = _locked_user(actor, user_id)
        if user.is_active:
            return
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record(actor=actor, action="account.reactivated", row=user, at=at)


def change_email(*, actor: Actor, user_id: int, email: str, at: datetime) -> None:
    """Give an account another e-mail address. Links sent to the old one stop working."""
    email = _address(email)
    with transaction.atomic():
        user = _locked_user(actor, user_id)
        if user.email == email:
            return
        if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
            raise InvalidInput(_("Another account has this e-mail address."), field="email")
        user.email = email
        # Whoever is signed in by the old address is asked for the new one.
        user.session_generation += 1
        user.save(update_fields=["email", "session_generation"])
        # allauth would also let in by an address in its own table.
        EmailAddress.objects.filter(user_id=user.pk).delete()
        audit.record(actor=actor, action="account.email_changed", row=user, at=at)


def change_own_profile(*, actor: Actor, name: str, language: str, at: datetime) -> User:
    """A person's own name and language."""
    with transaction.atomic():
        user = User.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=actor.user_id)
        user.name, user.language = clean_text(name), language
        user.save(update_fields=["name", "language"])
        audit.record(actor=actor, action="account.profile_changed", row=user, at=at)
    return user


def end_sessions(*, actor: Actor, at: datetime) -> User:
    """Sign a person out everywhere; the caller keeps the session that asked (`update_session_auth_hash`)."""
    with transaction.atomic():
        user = User.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=actor.user_id)
        user.session_generation += 1
        user.save(update_fields=["session_generation"])
        audit.record(actor=actor, action="account.sessions_ended", row=user, at=at)
    return user


def create_administrator(*, actor: Actor, email: str, at: datetime) -> User:
    """The first person of an installation: an account without a password, made an administrator."""
    email = _address(email)
    with transaction.atomic():
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, name=email.partition("@")[0])
            audit.record(actor=actor, action="account.created", row=user, at=at)
        if not user.is_active:
            reactivate_user(actor=actor, user_id=user.pk, at=at)
            user.is_active = True
        if not RoleGrant.objects.filter(user=user, role=Role.ADMINISTRATOR, revoked_at=None).exists():
            grant_role(actor=actor, user_id=user.pk, role=Role.ADMINISTRATOR, at=at)
    return user


def password_path(user: User) -> str:
    """The path of a page where this person chooses a password: works once, for `PASSWORD_RESET_TIMEOUT`."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )


# --- API clients and keys -------------------------------------------------------------------------------------------


def create_api_client(*, actor: Actor, name: str, purpose: str = "", at: datetime) -> ApiClient:
    """Enter a partner's machine. Raises InvalidInput when the name is taken."""
    require(
        policies.can_keep_keys(actor),
        _("Only programme managers and administrators keep API clients."),
    )
    name = clean_text(name)
    if not name:
        raise InvalidInput(_("Give the client a name."), field="name")
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                name=name,
                purpose=clean_text(purpose),
                created_by_id=actor.user_id,
                created_at=at,
            )
            audit.record(actor=actor, action="api_client.created", row=client, at=at)
    except IntegrityError as problem:
        raise InvalidInput(_("There is a client with this name already."), field="name") from problem
    return client


def create_api_key(
    *,
    actor: Actor,
    client_id: int,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its row; only its hash is kept. No scopes means every scope there is to read."""
    chosen = sorted(set(scopes) or set(Scope))
    if not set(chosen) <= set(Scope):
        raise InvalidInput(_("Choose scopes from the list."), field="scopes")
    if expires_at is not None and expires_at <= at:
        raise InvalidInput(_("Choose a day in the future."), field="expires_on")
    with transaction.atomic():
        client = ApiClient.objects.visible_to(actor).select_for_update().get(pk=client_id)
        require(
            policies.can_keep_keys(actor),
            _("Only programme managers and administrators make API keys."),
        )
        plain, prefix, key_hash = ApiKey.new_key()
        key = ApiKey.objects.create(
            client=client,
            prefix=prefix,
            key_hash=key_hash,
            scopes=[str(scope) for scope in chosen],
            created_by_id=actor.user_id,
            created_at=at,
            expires_at=expires_at,
        )
        audit.record(
            actor=actor,
            action="api_key.created",
            row=key,
            at=at,
            client=client.pk,
            scopes=key.scopes,
        )
    return key, plain


def revoke_api_key(*, actor: Actor, pk: int, at: datetime) -> ApiKey:
    """End a key. The next request with it answers 401. Twice is once."""
    with transaction.atomic():
        key = ApiKey.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
        require(
            policies.can_keep_keys(actor),
            _("Only programme managers and administrators revoke API keys."),
        )
        if key.revoked_at is None:
            key.revoked_at = at
            key.save(update_fields=["revoked_at"])
            audit.record(
                actor=actor,
                action="api_key.revoked",
                row=key,
                at=at,
                client=key.client_id,
            )
    return key


# --- Parts ----------------------------------------------------------------------------------------------------------


def _address(email: str) -> str:
    """An e-mail address as accounts keep it. Raises InvalidInput for what is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise InvalidInput(_("Enter a complete e-mail address."), field="email") from problem
    return email


def lock_access() -> None:
    """Wait for every other change of access, and let them wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ACCESS_LOCK])


def _locked_user(actor: Actor, user_id: int) -> User:
    """The account, locked, for somebody who may change it.

    Changes of access are rare, so they go one after the other: what the next one reads is what the last one wrote.
    """
    lock_access()
    user = User.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=user_id)
    require(
        policies.can_change_access(actor, user),
        _("You cannot change your own access. Ask another administrator.")
        if user.pk == actor.user_id
        else _("Only administrators change accounts."),
    )
    return user


def _keep_an_administrator(*, besides: User) -> None:
    """Raise WrongState unless somebody else who can sign in is an administrator."""
    holders = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revoked_at=None, user__is_active=True).values_list(
        "user_id", flat=True
    )
    if set(holders) == {besides.pk}:
        raise WrongState(_("This is the last administrator. Make somebody else one first."))
