"""What waits for a person: each app's `selectors.tasks_for(actor)` returns these, and the home page gathers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what it is, since when, where to go, and the one action as the label of its button."""

    title: str
    detail: str
    since: datetime
    url: str
    action: str
