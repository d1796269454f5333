"""What was written: a revision section by section, and the difference between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.geography import District
from core.text import count_words
from workshops.models import ShowcaseRevision
from workshops.showcases.sections import WRITTEN, Kind

if TYPE_CHECKING:
    from core.access import Actor
    from workshops.models import Showcase
    from workshops.showcases.sections import Field, Section

#: What a revision chose, for pages that print it: three queries however many revisions there are.
CHOICES = (
    Prefetch(
        "districts",
        District.objects.select_related("province").order_by("name_en", "pk"),
    ),
    "themes",
    "target_groups",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as it was written: running text with its length, or the labels that were chosen."""

    label: Any
    text: str = ""
    items: tuple[str, ...] = ()
    words: int = 0
    language: str = "en"


def answers_of(revision: ShowcaseRevision) -> list[tuple[Section, list[Answer]]]:
    """What was written, section by section, in the order of the form."""
    return [
        (
            section,
            [
                _answer(revision, question)
                for question in section.fields
                if question.name != "project"
            ],
        )
        for section in WRITTEN
    ]


def _answer(revision: ShowcaseRevision, question: Field) -> Answer:
    if question.kind is Kind.MANY:
        labels = tuple(str(row) for row in getattr(revision, question.name).all())
        return Answer(question.label, items=labels)
    text = _as_text(revision, question)
    words = count_words(text) if question.kind is Kind.TEXT else 0
    # A title is in the language of its field; what was chosen is printed in the reader's.
    language = {"title": "en", "title_ur": "ur"}.get(question.name, revision.language)
    if question.kind not in {Kind.TEXT, Kind.LINE}:
        language = get_language() or "en"
    return Answer(question.label, text=text, words=words, language=language)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field in two revisions, as text: a choice is written out as its labels."""

    label: Any
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def compare_revisions(
    before: ShowcaseRevision, after: ShowcaseRevision
) -> list[tuple[Section, list[FieldDifference]]]:
    """The difference between two revisions, section by section, in the order of the form."""
    compared = []
    for section in WRITTEN:
        fields = []
        for question in section.fields:
            if question.name == "project":
                continue
            fields.append(
                FieldDifference(
                    question.label,
                    _as_text(before, question),
                    _as_text(after, question),
                )
            )
        compared.append((section, fields))
    return compared


def _as_text(revision: ShowcaseRevision, question: Field) -> str:
    if question.kind is Kind.MANY:
        return ", ".join(
            sorted(str(row) for row in getattr(revision, question.name).all())
        )
    if question.kind is Kind.FLAG:
        return _("Yes") if getattr(revision, question.name) else _("No")
    if question.kind is Kind.CHOICE:
        return str(getattr(revision, f"get_{question.name}_display")())
    return getattr(revision, question.name)


def revisions_of(actor: Actor, showcase: Showcase) -> list[ShowcaseRevision]:
    """The revisions the actor may read, oldest first."""
    return list(
        ShowcaseRevision.objects.visible_to(actor)
        .filter(showcase=showcase)
        .prefetch_related(*CHOICES)
        .order_by("number")
    )
