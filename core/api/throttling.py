"""Throttling per key, so that one partner cannot slow another down; without a key, per address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.throttling import SimpleRateThrottle

from core.api.actors import actor_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class KeyThrottle(SimpleRateThrottle):
    """Counts in the cache. The rates are `API_RATE` and `API_RATE_ANONYMOUS`."""

    scope = "key"

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = "anonymous" if actor_of(request).client_id is None else "key"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:
        client_id = actor_of(request).client_id
        return self.cache_format % {
            "scope": self.scope,
            "ident": self.get_ident(request) if client_id is None else client_id,
        }
