"""Reads for the pages of people and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import ApiClient, ApiKey, RoleGrant, User

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor


def people(actor: Actor, *, search: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Accounts by name, each with the roles it was granted (`granted`, codes) and whom it acts for (`of_organizations`)."""
    rows = User.objects.visible_to(actor)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(email__icontains=search))
    if role:
        # In a subquery, so that `granted` keeps the other roles of the same person.
        rows = rows.filter(pk__in=RoleGrant.objects.filter(role=role, revoked_at=None).values("user"))
    if state:
        rows = rows.filter(is_active=state == "open")
    return rows.annotate(
        granted=ArrayAgg(
            "role_grants__role",
            filter=Q(role_grants__revoked_at=None, role_grants__role__isnull=False),
            distinct=True,
            default=[],
        ),
        # `memberships` is the reverse name of organizations.Membership; the table belongs to the app above.
        of_organizations=ArrayAgg(
            "memberships__organization__name",
            filter=Q(memberships__ended_on=None, memberships__isnull=False),
            distinct=True,
            default=[],
        ),
    ).order_by("name", "pk")


def holders_of(*roles: str) -> set[int]:
    """The ids of the people to whom one of the roles is granted today: for messages, which say nothing about them."""
    return set(RoleGrant.objects.filter(role__in=roles, revoked_at=None).values_list("user_id", flat=True))


def current_grants(actor: Actor, user: User) -> QuerySet[RoleGrant]:
    """The roles of one person, and who gave them."""
    return (
        RoleGrant.objects.visible_to(actor)
        .filter(user=user, revoked_at=None)
        .select_related("granted_by")
        .order_by("granted_at", "pk")
    )


def second_factors(user: Any) -> dict[str, Any]:
    """What protects an account besides its password: `app`, `passkeys`, `codes` (recovery codes that are left)."""
    rows = list(Authenticator.objects.filter(user=user))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes": len(codes.wrap().get_unused_codes()) if codes else None,
    }


def api_clients(actor: Actor, *, at: datetime) -> QuerySet[ApiClient]:
    """Clients with the keys that work now (`usable`) and the last use of any key (`last_used_at`), by name."""
    return (
        ApiClient.objects.visible_to(actor)
        .annotate(last_used_at=Max("keys__last_used_at"))
        .prefetch_related(
            Prefetch(
                "keys",
                ApiKey.objects.visible_to(actor).usable(at).order_by("-created_at", "-pk"),
                to_attr="usable",
            )
        )
        .order_by("name", "pk")
    )


def keys_of(actor: Actor, client: ApiClient) -> list[ApiKey]:
    """All keys of a client, newest first, each with `state` (ACTIVE, EXPIRED, REVOKED)."""
    now = timezone.now()
    rows = list(
        ApiKey.objects.visible_to(actor)
        .filter(client=client)
        .select_related("created_by")
        .order_by("-created_at", "-pk")
    )
    for row in rows:
        row.state = state_of(row, now)
    return rows


def state_of(key: ApiKey, at: datetime) -> str:
    if key.revoked_at:
        return "REVOKED"
    return "EXPIRED" if key.expires_at and key.expires_at <= at else "ACTIVE"
