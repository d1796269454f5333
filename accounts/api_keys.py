"""API keys at the door of the REST API: header `Authorization: Api-Key KEY`, looked up by prefix, compared by hash."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiKey, hash_key
from core.access import Actor, Role

if TYPE_CHECKING:
    from rest_framework.request import Request

KEYWORD = "Api-Key"


def actor_for_key(key: ApiKey) -> Actor:
    """The actor of a machine: it reads what is published, within its scopes."""
    return Actor(
        client_id=key.client_id,
        roles=frozenset({Role.API_PARTNER}),
        scopes=frozenset(key.scopes),
    )


class ApiKeyAuthentication(BaseAuthentication):
    """Answers 401 for a key that is unknown, expired or revoked; a request without a key is a visitor."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        header = get_authorization_header(request).decode("latin-1").split()
        if not header or header[0] != KEYWORD:
            return None
        now = timezone.now()
        candidate = header[1] if len(header) == 2 else ""
        prefix = "_".join(candidate.split("_")[:2])
        key = next(iter(ApiKey.objects.usable(now).filter(prefix=prefix)), None)
        if key is None or not hmac.compare_digest(key.key_hash, hash_key(candidate)):
            raise AuthenticationFailed(
                _("This API key is unknown, expired or revoked. Ask the programme for a new one.")
            )
        if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=5):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return None, actor_for_key(key)

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD
