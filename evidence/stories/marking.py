"""Marks in a text what may tell who somebody is: protected words, places, and personal numbers. It never changes a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from core.geography import District, Division
from core.text import find_personal_data, is_urdu

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A word of a name shorter than this is not looked for by itself: "Ali" is, "Al" is not.
SHORTEST_NAME = 3
#: After one of these a name follows, in English and Urdu.
TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Maulana|Mufti|Qari|Haji|Hafiz|Ustad|Syed|Bibi|Malik|Sardar|Chaudhry)\.?"
    r"|مولانا|مفتی|قاری|حاجی|حافظ|استاد|سید|بی بی|ملک|سردار|چوہدری|محترم|محترمہ|جناب"
)
_TITLED = re.compile(
    rf"(?:(?<=\s)|^)(?:{TITLES})\s+(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)?|[\u0620-\u06D3]+)",
    re.MULTILINE,
)


class MarkKind(StrEnum):
    """What was found."""

    NAME = "name"
    PLACE = "place"
    NUMBER = "number"


MARK_WORDS = {
    MarkKind.NAME: _("a name"),
    MarkKind.PLACE: _("a place"),
    MarkKind.NUMBER: _("a number or address"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a text, from `start` up to `end`, and what it may be."""

    start: int
    end: int
    kind: MarkKind

    @property
    def word(self) -> Any:
        return MARK_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not, for a page."""

    text: str
    mark: Mark | None


def find_marks(text: str, *, protected: Iterable[str], places: Iterable[str] | None = None) -> list[Mark]:
    """What to look at before the text is shown, from left to right, without overlaps.

    `protected` are the words that the CSO listed and the names behind the consents; each is found whole and by its parts.
    `places` are names of districts and divisions; all of them when it is None.
    """
    found: list[Mark] = []
    for data in find_personal_data(text):
        at = text.find(data.text)
        while data.text and at >= 0:
            found.append(Mark(at, at + len(data.text), MarkKind.NUMBER))
            at = text.find(data.text, at + len(data.text))
    found += _occurrences(text, name_parts(protected), MarkKind.NAME)
    found += [Mark(match.start("name"), match.end("name"), MarkKind.NAME) for match in _TITLED.finditer(text)]
    found += _occurrences(text, place_names() if places is None else places, MarkKind.PLACE)
    return _without_overlaps(found)


def pieces_of(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The text cut at its marks, for a page that shows them."""
    pieces, at = [], 0
    for mark in marks:
        if mark.start > at:
            pieces.append(Piece(text[at : mark.start], None))
        pieces.append(Piece(text[mark.start : mark.end], mark))
        at = mark.end
    if at < len(text):
        pieces.append(Piece(text[at:], None))
    return pieces


def name_parts(protected: Iterable[str]) -> set[str]:
    """The protected words, and each part of them that may be a name: long enough, and written as names are."""
    whole = {word.strip() for word in protected if word.strip()}
    parts = {
        part
        for word in whole
        for part in word.split()
        if len(part) >= SHORTEST_NAME and (part[0].isupper() or is_urdu(part))
    }
    return whole | parts


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Which of these words stand in the text, whole words only, each as it is written there, once."""
    found = _occurrences(text, words, MarkKind.NAME)
    return list(dict.fromkeys(text[mark.start : mark.end] for mark in found))


def place_names() -> tuple[str, ...]:
    """Names of districts and divisions in both languages, with their aliases."""
    names: tuple[str, ...] | None = cache.get("stories:places")
    if names is None:
        rows = [*District.objects.values_list("name_en", "name_ur", "headquarters", "aliases")]
        found = {name for row in rows for name in (*row[:3], *row[3]) if name}
        found |= {name for row in Division.objects.values_list("name_en", "name_ur") for name in row if name}
        names = tuple(sorted(found))
        cache.set("stories:places", names, 3600)
    return names


def _occurrences(text: str, words: Iterable[str], kind: MarkKind) -> list[Mark]:
    words = sorted({word for word in words if word}, key=len, reverse=True)
    if not words:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words)})(?!\w)", re.IGNORECASE)
    return [Mark(match.start(), match.end(), kind) for match in pattern.finditer(text)]


def _without_overlaps(marks: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -(mark.end - mark.start))):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
