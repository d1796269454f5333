"""The three kinds of learning as data: their tables, the fields of their forms, and what is required before submission.

Two people may write one text; its fingerprint tells whether somebody else changed it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
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
    """One kind. `texts` are running texts in the order of the page; `choices` maps a field to its vocabulary.

    `sort` is the field that says which sort of lesson, challenge or innovation it is, and `tab` its tab of the library.
    """

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
    sort: str
    tab: str

    @property
    def page(self) -> str:
        """The name of the route of a record's page."""
        return f"evidence:{self.kind}"

    @property
    def new_page(self) -> str:
        """The name of the route on which one is started."""
        return f"evidence:{self.kind}_new"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a form sends, as it is stored."""
        return tuple(f"{name}_id" if name in self.choices else name for name in self.fields)

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
    sort="type",
    tab="lessons",
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
    sort="category",
    tab="challenges",
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
    sort="type",
    tab="innovations",
)
SHAPES = {shape.kind: shape for shape in (LESSON, CHALLENGE, INNOVATION)}
#: The shape of each tab of the library.
TABS = {shape.tab: shape for shape in SHAPES.values()}
#: Relations of every revision that a form sends, beside its evidence.
RELATIONS = ("districts", "themes", "activities")


def values_of(shape: Shape, revision: Any) -> dict[str, Any]:
    """What a revision holds, by field: text, date, code, primary key or sorted primary keys."""
    values = {name: getattr(revision, name) for name in shape.columns}
    return values | {name: sorted(row.pk for row in getattr(revision, name).all()) for name in RELATIONS}


def fingerprint(values: dict[str, Any]) -> str:
    """A short name for what is written: equal values have equal names."""
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:20]
