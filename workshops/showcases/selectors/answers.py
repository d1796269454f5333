"""What was written: a revision section by section, and the difference between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.geography import District
from core.text import count_words, listed
from workshops.models import ShowcaseRevision
from workshops.showcases.sections import WRITTEN, Kind

if TYPE_CHECKING:
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


def _chosen(name: str, english: str, urdu: str, order: str) -> ArraySubquery:
    through = getattr(ShowcaseRevision, name).through
    return ArraySubquery(
        through.objects.filter(showcaserevision=OuterRef("pk"))
        .order_by(order, "pk")
        .values(row=JSONObject(en=english, ur=urdu))
    )


#: The labels of what a revision chose, in both languages, as annotations: no query of their own.
CHOSEN = {
    "districts_chosen": _chosen("districts", "district__name_en", "district__name_ur", "district__name_en"),
    "themes_chosen": _chosen("themes", "term__label_en", "term__label_ur", "term__position"),
    "target_groups_chosen": _chosen("target_groups", "term__label_en", "term__label_ur", "term__position"),
}


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
            [_answer(revision, question) for question in section.fields if question.name != "project"],
        )
        for section in WRITTEN
    ]


def _answer(revision: ShowcaseRevision, question: Field) -> Answer:
    if question.kind is Kind.MANY:
        labels = tuple(_labels(revision, question.name))
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


def compare_revisions(before: ShowcaseRevision, after: ShowcaseRevision) -> list[tuple[Section, list[FieldDifference]]]:
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
        return listed(sorted(_labels(revision, question.name)))
    if question.kind is Kind.FLAG:
        return _("Yes") if getattr(revision, question.name) else _("No")
    if question.kind is Kind.CHOICE:
        return str(getattr(revision, f"get_{question.name}_display")())
    return getattr(revision, question.name)


def _labels(revision: ShowcaseRevision, name: str) -> list[str]:
    """What was chosen, in the reader's language; fetched with the revision (`CHOSEN`) or asked for now."""
    rows = getattr(revision, f"{name}_chosen", None)
    if rows is None:
        return [str(row) for row in getattr(revision, name).all()]
    language = get_language()
    return [(row["ur"] if language == "ur" else "") or row["en"] for row in rows]
