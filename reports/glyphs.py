"""Which characters the typefaces of documents can print. PDF/UA refuses a text that its typeface cannot show."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from pathlib import Path

#: What is printed for a character that no typeface holds, such as an emoji.
REPLACEMENT = "\ufffd"
BODY_FACES = ("NotoSans-Regular.ttf", "NotoNaskhArabic-Regular.ttf")
#: Joiners, which Urdu needs, the line ends of people's texts, and the space that holds two words together.
KEPT = frozenset("\u200c\u200d\n\t\u00a0")


@lru_cache(maxsize=4)
def covered_by(directory: Path) -> frozenset[int]:
    """The code points that the body typefaces in a directory hold."""
    points: set[int] = set()
    for name in BODY_FACES:
        with TTFont(directory / name, lazy=True) as face:
            points.update(face.getBestCmap())
    return frozenset(points)


def printable(value: Any, *, points: frozenset[int]) -> Any:
    """The same JSON value with every text fit for the page: nothing invisible, and nothing the typefaces lack."""
    if isinstance(value, str):
        return _fit(value, points)
    if isinstance(value, list):
        return [printable(item, points=points) for item in value]
    if isinstance(value, dict):
        return {key: printable(item, points=points) for key, item in value.items()}
    return value


def _fit(text: str, points: frozenset[int]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_character(char, points) for char in unicodedata.normalize("NFC", text))


def _character(char: str, points: frozenset[int]) -> str:
    if char in KEPT or (ord(char) in points and char.isprintable()):
        return char
    if char.isspace():
        return " "
    # Controls, direction overrides, selectors and marks without a letter of their own leave no trace.
    if unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me"}:
        return ""
    return REPLACEMENT
