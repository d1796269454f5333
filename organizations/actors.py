"""Makes the actor: from the person of a request, or from the id that a queued job stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
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
    roles = set(
        RoleGrant.objects.filter(user_id=user_id, revoked_at=None).values_list(
            "role", flat=True
        )
    )
    memberships = list(
        Membership.objects.current()
        .filter(user_id=user_id, organization__is_active=True)
        .values_list("organization_id", "role")
    )
    return Actor(
        user_id=user_id,
        roles=frozenset(roles | {role for _, role in memberships}),
        organization_ids=frozenset(pk for pk, _ in memberships),
        focal_point_of=frozenset(
            pk for pk, role in memberships if role == Role.FOCAL_POINT
        ),
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
        actor_for_user_id(request.user.pk)
        # The API leaves no user on a request without a session.
        if request.user and request.user.is_authenticated
        else Actor.visitor()
    )
