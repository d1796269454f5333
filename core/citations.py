"""Where a record is shown or cited: an app above registers how it finds that, and the app below asks without knowing it.

A lesson is entered in a showcase and told in a session. `evidence` may not import `workshops`, so `workshops` registers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from core.access import Actor


@dataclass(frozen=True, slots=True)
class Citation:
    """One place that this reader may open: what it is in a word, its title and its address."""

    what: Any
    title: str
    url: str


_finders: dict[str, Callable[..., Iterable[Citation]]] = {}


def offer_citations(name: str, find: Callable[..., Iterable[Citation]]) -> None:
    """Register what an app knows. `find(actor, kind=…, uuid=…)` names only what the actor may open."""
    _finders[name] = find


def citations_of(actor: Actor, *, kind: str, uuid: UUID) -> list[Citation]:
    """Every place where a record is shown, as far as this reader may open it."""
    return [found for find in _finders.values() for found in find(actor, kind=kind, uuid=uuid)]
