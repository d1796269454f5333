"""How an app above learns that a project was added or changed: it registers what follows for its own tables.

The reporting calendar in `evidence` follows a project's dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from organizations.models import Project

_handlers: dict[str, Callable[[Project], object]] = {}


def on_project_change(name: str, handler: Callable[[Project], object]) -> None:
    """Register what an app does; it runs in the transaction of the change. Twice is the same as once."""
    _handlers[name] = handler


def tell_of_project(project: Project) -> None:
    """Say that a project was added or changed."""
    for handler in _handlers.values():
        handler(project)
