"""Makes the actor: from the person of a request, or from the id that a queued job stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Value
from django.utils.functional import SimpleLazyObject

from accounts.models import RoleGrant
from core.access import Actor, Role
from organizations.models import Membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def actor_for_user_id(user_id: int) -> Actor:
    """The actor as of now. A person who may no longer sign in is a visitor."""
    if not get_user_model().objects.filter(pk=user_id, is_active=True).exists():
        return Actor.visitor()
    return _with_rights(user_id)


def _with_rights(user_id: int) -> Actor:
    """The actor of somebody who may sign in: granted roles and memberships, in one query."""
    granted = RoleGrant.objects.filter(user_id=user_id, revoked_at=None).values_list(
        "role", Value(None, output_field=BigIntegerField())
    )
    of_organizations = (
        Membership.objects.current()
        .filter(user_id=user_id, organization__is_active=True)
        .values_list("role", "organization_id")
    )
    rights = list(granted.union(of_organizations, all=True))
    return Actor(
        user_id=user_id,
        roles=frozenset(role for role, _ in rights),
        organization_ids=frozenset(pk for _, pk in rights if pk is not None),
        focal_point_of=frozenset(pk for role, pk in rights if pk is not None and role == Role.FOCAL_POINT),
    )


class ActorMiddleware:
    """Sets `request.actor`, built when it is first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))
        return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor:
    return (
        # The session has just fetched the person, and lets nobody in whose account is closed.
        _with_rights(request.user.pk)
        # The API leaves no user on a request without a session.
        if request.user and request.user.is_authenticated
        else Actor.visitor()
    )
