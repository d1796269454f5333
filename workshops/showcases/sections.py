"""The sections of the showcase form as data: titles, help, fields and word limits. Nothing here reads a row.

The order is that of the founding workshop: background, reach, focus, activities, innovations, challenges, lessons.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Above this a text is not even kept as a draft: five times what a section may hold, and still one screen of a book.
STORED_WORDS = 2_000
STORED_CHARACTERS = 20_000
#: Evidence files of one showcase.
EVIDENCE_LIMIT = 12
PRESENTER_LIMIT = 6


class Kind(StrEnum):
    """How a field is asked for."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One question: the name of the column, the words around it, and how many words an answer needs and may have."""

    name: str
    kind: Kind
    label: Any
    help: Any = ""
    min_words: int = 0
    max_words: int = 0
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One screen of the form."""

    key: str
    title: Any
    help: Any
    fields: tuple[Field, ...] = ()

    @property
    def texts(self) -> tuple[Field, ...]:
        """The fields that people write running text into, which a reader compares word by word."""
        return tuple(field for field in self.fields if field.kind is Kind.TEXT)

    @property
    def is_written(self) -> bool:
        """Whether the section is part of a revision; evidence and presenters stand beside the text."""
        return bool(self.fields)


SECTIONS = (
    Section(
        "about",
        _("Title and project"),
        _("What the showcase is called, and which project it comes from."),
        (
            Field(
                "title",
                Kind.LINE,
                _("Title"),
                _("In one line, what a reader will learn from you."),
                min_words=2,
            ),
            Field(
                "title_ur",
                Kind.LINE,
                _("Title in Urdu"),
                _("Shown to readers of the Urdu pages."),
                is_required=False,
            ),
            Field(
                "language",
                Kind.CHOICE,
                _("Language of the text"),
                _("The language in which you write the sections that follow."),
            ),
            Field(
                "project",
                Kind.CHOICE,
                _("Project"),
                _("The project of your organization that the showcase is about."),
                is_required=False,
            ),
        ),
    ),
    Section(
        "background",
        _("Project background"),
        _("Why the project was needed, since when it runs, and who carries it together with you."),
        (
            Field(
                "background",
                Kind.TEXT,
                _("Project background"),
                _("Write for a reader who has never heard of your district."),
                min_words=40,
                max_words=400,
            ),
        ),
    ),
    Section(
        "reach",
        _("Geographic reach"),
        _("Where you work. Choose districts; name no village in which few people live."),
        (
            Field("districts", Kind.MANY, _("Districts")),
            Field("is_online", Kind.FLAG, _("Also online"), is_required=False),
            Field(
                "reach_note",
                Kind.TEXT,
                _("About the places"),
                _("What a reader should know about access, distance and season."),
                max_words=200,
                is_required=False,
            ),
        ),
    ),
    Section(
        "focus",
        _("Thematic focus and target groups"),
        _("What you work on, and with whom."),
        (
            Field("themes", Kind.MANY, _("Themes")),
            Field("target_groups", Kind.MANY, _("Target groups")),
            Field(
                "focus_note",
                Kind.TEXT,
                _("About the focus"),
                _("Why these themes and these groups."),
                max_words=200,
                is_required=False,
            ),
        ),
    ),
    Section(
        "activities",
        _("Key activities"),
        _("What you did, in the order in which it happened."),
        (
            Field(
                "activities",
                Kind.TEXT,
                _("Key activities"),
                _("Say how often, how long and with how many people, where you know it."),
                min_words=40,
                max_words=400,
            ),
        ),
    ),
    Section(
        "innovations",
        _("Innovations"),
        _("What was new, in the method or in the place."),
        (
            Field(
                "innovations",
                Kind.TEXT,
                _("Innovations"),
                _("What others could take over, and what they would need for it."),
                min_words=20,
                max_words=300,
            ),
        ),
    ),
    Section(
        "challenges",
        _("Challenges encountered"),
        _("What stood in the way, and what you did about it."),
        (
            Field(
                "challenges",
                Kind.TEXT,
                _("Challenges encountered"),
                _("Candid words help the next organization. No names of persons."),
                min_words=20,
                max_words=300,
            ),
        ),
    ),
    Section(
        "lessons",
        _("Lessons"),
        _("What you would tell a colleague who starts the same work tomorrow."),
        (
            Field(
                "lessons_worked",
                Kind.TEXT,
                _("What proved effective"),
                _("And how you know."),
                min_words=20,
                max_words=300,
            ),
            Field(
                "lessons_adapted",
                Kind.TEXT,
                _("Where adaptation was needed"),
                _("What you changed on the way, and what happened then."),
                min_words=20,
                max_words=300,
            ),
            Field(
                "lessons_constraints",
                Kind.TEXT,
                _("Operational constraints"),
                _("What you had to work around: permits, security, season, money."),
                min_words=10,
                max_words=300,
            ),
        ),
    ),
    Section(
        "evidence",
        _("Evidence"),
        _(
            "Files that show what the text says: at least one. No attendance sheets with names, no faces without consent."
        ),
    ),
    Section(
        "presenters",
        _("Presenters"),
        _("Who will speak at the workshop: at least one person."),
    ),
)

BY_KEY = {section.key: section for section in SECTIONS}
KEYS = tuple(BY_KEY)
WRITTEN = tuple(section for section in SECTIONS if section.is_written)


def neighbours(key: str) -> tuple[Section | None, Section | None]:
    """The section before and the one after."""
    at = KEYS.index(key)
    before = SECTIONS[at - 1] if at else None
    after = SECTIONS[at + 1] if at + 1 < len(SECTIONS) else None
    return before, after
