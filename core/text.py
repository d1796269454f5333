"""Cleaning and counting what people write: control and direction characters, Unicode form, words."""

from __future__ import annotations

import re
import unicodedata

#: Characters that reorder or hide what a reader sees. Zero-width joiner and non-joiner stay: Urdu needs them.
_BIDI_CONTROLS = dict.fromkeys(
    [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF]
)
#: Arabic letters that Pakistani keyboards send in place of the Urdu ones.
_URDU_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
_ARABIC_SCRIPT = re.compile(r"[\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFF]")
_WORD = re.compile(r"\w+(?:[-’'ٔ]\w+)*")


def clean_text(text: str) -> str:
    """Text as it is stored: NFC, Urdu letters, one kind of line break, and no control or direction characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(
        char
        for char in text
        if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
    text = text.translate(_BIDI_CONTROLS)
    return text.translate(_URDU_LETTERS).strip()


def count_words(text: str) -> int:
    """Words in English or Urdu, as the counter beside a field shows them."""
    return len(_WORD.findall(text))


def is_urdu(text: str) -> bool:
    """Whether the text has any letter of the Arabic script."""
    return bool(_ARABIC_SCRIPT.search(text))
