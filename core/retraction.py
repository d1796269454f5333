"""How an app below tells the apps above that something may no longer be shown: they register what they do about it.

A published report is above the story it quotes. When a consent is withdrawn, `evidence` calls `retract`, in its own
transaction, and `reports` marks what must be built again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

_handlers: dict[str, Callable[..., None]] = {}


def on_retraction(name: str, handler: Callable[..., None]) -> None:
    """Register what an app does. `handler(kind=…, uuid=…, at=…)` runs in the transaction of whoever retracts."""
    _handlers[name] = handler


def retract(*, kind: str, uuid: UUID, at: datetime) -> None:
    """Say that a record has left the public. `kind` is a word such as "story"."""
    for handler in _handlers.values():
        handler(kind=kind, uuid=uuid, at=at)
