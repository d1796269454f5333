"""The three kinds of learning as data: their tables, the fields of their forms, and what is required before submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from evidence.models import (
    Challenge,
    ChallengeRevision,
    ChallengeTransition,
    Innovation,
    InnovationRevision,
    InnovationTransition,
    Kind,
    Lesson,
    LessonRevision,
    LessonTransition,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind. `texts` are running texts in the order of the page; `choices` maps a field to its vocabulary."""

    kind: Kind
    record: type[Any]
    revision: type[Any]
    transition: type[Any]
    label: Any
    label_plural: Any
    texts: tuple[str, ...]
    lines: tuple[str, ...]
    choices: dict[str, str]
    dates: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every column that a form sends."""
        return (
            "title",
            "title_ur",
            "language",
            *self.lines,
            *self.choices,
            *self.dates,
            *self.texts,
            *self.own_choices,
        )

    @property
    def own_choices(self) -> tuple[str, ...]:
        """Choices that are columns of codes, not rows of a vocabulary."""
        return ("type",) if self.kind == Kind.LESSON else ()


LESSON = Shape(
    kind=Kind.LESSON,
    record=Lesson,
    revision=LessonRevision,
    transition=LessonTransition,
    label=_("Lesson"),
    label_plural=_("Lessons"),
    texts=("body", "context", "what_we_did", "outcome", "why", "recommendation", "replicability"),
    lines=("for_whom",),
    choices={"theme": "lesson_theme"},
    dates=(),
    required=("title", "type", "body", "recommendation"),
)
CHALLENGE = Shape(
    kind=Kind.CHALLENGE,
    record=Challenge,
    revision=ChallengeRevision,
    transition=ChallengeTransition,
    label=_("Challenge"),
    label_plural=_("Challenges"),
    texts=("body", "effect", "response", "outcome"),
    lines=("support_needed",),
    choices={"category": "challenge_category", "severity": "severity", "resolution": "resolution_status"},
    dates=("began_on",),
    required=("title", "category", "severity", "resolution", "body"),
)
INNOVATION = Shape(
    kind=Kind.INNOVATION,
    record=Innovation,
    revision=InnovationRevision,
    transition=InnovationTransition,
    label=_("Innovation"),
    label_plural=_("Innovations"),
    texts=("body", "problem", "what_is_new", "how_to_replicate", "safeguards"),
    lines=("cost_note",),
    choices={"type": "innovation_type", "maturity": "innovation_maturity"},
    dates=(),
    required=("title", "type", "maturity", "body", "what_is_new"),
)
SHAPES = {shape.kind: shape for shape in (LESSON, CHALLENGE, INNOVATION)}
