"""Whether beat lives: a task that it sends every half minute notes the moment, and `/healthz` asks how long ago that was.

The note stands in the cache. When the cache was emptied, or nothing was noted yet, the wait counts from the first look.
"""

from __future__ import annotations

import time

from django.core.cache import cache

#: Seconds after which beat is taken to be silent: many times `settings.BEAT_EVERY`, because workers that are all busy
#: with long reports note later.
SILENT_AFTER = 240

_SEEN, _AWAITED = "beat:seen", "beat:awaited"
_started_at = time.monotonic()


def note() -> None:
    """Called by the task that beat sends."""
    cache.set(_SEEN, time.time(), None)


def age() -> float | None:
    """Seconds since beat was last heard of; None when it never was."""
    seen = cache.get(_SEEN)
    return None if seen is None else max(0.0, time.time() - seen)


def is_silent(heard: float | None) -> bool:
    """Whether beat, heard of that many seconds ago, has been silent for too long.

    A process that has just started waits: what was noted before is as old as the portal was off.
    """
    if time.monotonic() - _started_at < SILENT_AFTER:
        return False
    if heard is None:
        heard = time.time() - (cache.get_or_set(_AWAITED, time.time, None) or time.time())
    return heard > SILENT_AFTER
