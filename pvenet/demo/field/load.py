"""Loads what the demo organizations did, measured and learned, in the order in which it depends on one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pvenet.demo.field.activities import load_activities, load_items
from pvenet.demo.field.frame import Frame
from pvenet.demo.field.learning import LearningLoader
from pvenet.demo.field.results import load_results
from pvenet.demo.field.selection import load_rounds
from pvenet.demo.field.stories import FATES, load_stories

if TYPE_CHECKING:
    from accounts.models import User
    from organizations.models import Project
    from pvenet.demo.content import Lookup


def load_field(*, projects: dict[str, Project], users: dict[str, User], lookup: Lookup) -> dict[str, int]:
    """Store everything; returns how many there are of each kind."""
    frame = Frame(projects=projects, users=users, lookup=lookup)
    items = load_items(frame)
    activities = load_activities(frame, items)
    results = load_results(frame)
    load_rounds(load_stories(frame))
    return {
        "activities": activities,
        "results": results,
        "stories": len(FATES),
        **LearningLoader(frame, items).load_all(),
    }
