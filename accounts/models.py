"""People and machines that sign in: users, the roles granted to them, API clients and their keys."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.access import GRANTED_ROLES, Role, Scope, StaffOnlyQuerySet, VisibleQuerySet

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor


class UserQuerySet(VisibleQuerySet):
    """A name and an e-mail address are personal: people see themselves, their colleagues, and staff see more."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.ADMINISTRATOR, Role.MANAGER, Role.DATA_PROTECTION_OFFICER):
            return self
        if actor.user_id is None:
            return self.none()
        mine = Q(pk=actor.user_id)
        if actor.organization_ids:
            # `memberships` is organizations.Membership's reverse name; the table itself belongs to the app above.
            mine |= Q(
                pk__in=self.model.objects.filter(
                    memberships__organization_id__in=actor.organization_ids,
                    memberships__ended_on=None,
                ).values("pk")
            )
        return self.filter(mine)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates people; an e-mail address is compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. The e-mail address is the login; roles stand in `RoleGrant` and in memberships."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Part of what a session is checked against: one more, and every session of the person ends.
    session_generation = models.PositiveIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "accounts.models.User.session",
            f"{self.password}:{self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


def display_name(user: User) -> str:
    """What the person is called in the portal and in allauth's messages."""
    return str(user)


class RoleGrantQuerySet(StaffOnlyQuerySet):
    """Who holds which role is the administrator's and the data-protection officer's business."""

    readers = (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)


class RoleGrant(models.Model):
    """A role given to a user by an administrator, and taken away by setting `revoked_at`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=24, choices=[(role.value, role.label) for role in GRANTED_ROLES])
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(revoked_at=None),
                name="role_granted_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} for user {self.user_id}"


class ApiClientQuerySet(StaffOnlyQuerySet):
    """API clients are kept by managers and administrators."""

    readers = (Role.MANAGER, Role.ADMINISTRATOR)


class ApiClient(models.Model):
    """A partner's machine."""

    name = models.CharField(max_length=120, unique=True)
    purpose = models.TextField(blank=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ApiClientQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ApiKeyQuerySet(StaffOnlyQuerySet):
    """As their clients."""

    readers = (Role.MANAGER, Role.ADMINISTRATOR)

    def usable(self, at: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class ApiKey(models.Model):
    """A key: shown once, stored as SHA-256 of 32 random bytes (which needs no slow hash), found by its prefix."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=12, unique=True)
    key_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=[(scope.value, scope.value) for scope in Scope]))
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.prefix

    @staticmethod
    def new_key() -> tuple[str, str, str]:
        """A fresh key as (key, prefix, hash). The key looks like `pvn_1a2b3c4d_…`."""
        prefix = "pvn_" + secrets.token_hex(4)
        key = f"{prefix}_{secrets.token_urlsafe(32)}"
        return key, prefix, hash_key(key)


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
