"""Throttling per key, so that one partner cannot slow another down; without a key, per address."""

from __future__ import annotations

import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle

from core.api.actors import actor_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class KeyThrottle(SimpleRateThrottle):
    """Counts by the minute (or whatever the rate says) in one round trip, so that no worker loses another's count.

    The minute before counts by the part of it that is less than a minute ago, which evens out bursts at the border.
    Refused requests do not count. The rates are `API_RATE` and `API_RATE_ANONYMOUS`.
    """

    def __init__(self) -> None:
        self.seconds_to_wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        client_id = actor_of(request).client_id
        scope = "anonymous" if client_id is None else "key"
        limit, seconds = self.parse_rate(self.THROTTLE_RATES[scope])
        who = self.get_ident(request) if client_id is None else client_id
        period, passed = divmod(time.time(), seconds)
        this, before = (cache.make_key(f"throttle:{scope}:{who}:{number:.0f}") for number in (period, period - 1))
        with _counters().pipeline(transaction=False) as counters:
            counters.incr(this)
            counters.expire(this, 2 * seconds)
            counters.get(before)
            count, _set, count_before = counters.execute()
        left = limit - count
        if left - int(count_before or 0) * (1 - passed / seconds) >= 0:
            return True
        _counters().decr(this)
        # As long as this period has room, until enough of the one before is far enough in the past.
        share = left / int(count_before) if left >= 0 and count_before else 0
        self.seconds_to_wait = max(1, math.ceil(seconds * (1 - share) - passed))
        return False

    def wait(self) -> float:
        return self.seconds_to_wait


@lru_cache(maxsize=1)
def _counters() -> redis.Redis:
    """Beside the cache, which makes a client and asks twice for every count."""
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
