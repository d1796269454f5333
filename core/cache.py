"""The portal's cache: a key space of its own, so that emptying it costs nobody else anything.

Queued tasks may stand in the same database of the same server, and the cache of Django empties all of it.
"""

from __future__ import annotations

import re
from typing import Any, cast

from django.core.cache.backends.redis import RedisCache

BATCH = 500


class OwnKeysCache(RedisCache):
    """Django's Redis cache, but `clear` removes the keys of this cache and no others."""

    def clear(self) -> None:
        client = cast(Any, self)._cache.get_client(None, write=True)
        found = client.scan_iter(match=_literal(f"{self.key_prefix}:") + "*", count=BATCH)
        batch: list[bytes] = []
        for key in found:
            batch.append(key)
            if len(batch) == BATCH:
                client.unlink(*batch)
                batch = []
        if batch:
            client.unlink(*batch)


def _literal(text: str) -> str:
    """A pattern of Redis that matches nothing but this text."""
    return re.sub(r"([*?\[\]\\^-])", r"\\\1", text)
