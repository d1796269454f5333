"""Who asks the API: the machine behind a key. A browser session counts for nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Actor

if TYPE_CHECKING:
    from rest_framework.request import Request


def actor_of(request: Request) -> Actor:
    """The actor that the authentication class put on the request; a visitor without a key."""
    actor = request.auth
    return actor if isinstance(actor, Actor) else Actor.visitor()
