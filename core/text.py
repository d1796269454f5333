"""What people write: cleaned of control and direction characters, counted, searched for personal data, and shown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters that reorder or hide what a reader sees: direction controls, and those that take no room and show nothing
#: (zero-width space, word joiner, tags). Zero-width joiner and non-joiner stay: Urdu needs them.
_UNSEEN = dict.fromkeys(
    code
    for codes in (
        (0x061C, 0x2060, 0xFEFF),
        (0x200B, 0x200E, 0x200F),
        range(0x202A, 0x202F),
        range(0x2066, 0x206A),
        range(0xE0000, 0xE0080),
    )
    for code in codes
)
#: Arabic letters that Pakistani keyboards send in place of the Urdu ones.
_URDU_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
_ARABIC_SCRIPT = re.compile(r"[\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFF]")
_WORD = re.compile(r"\w+(?:[-’'ٔ]\w+)*")


def clean_text(text: str) -> str:
    """Text as it is stored: NFC, Urdu letters, one kind of line break, and no control or direction characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
    text = text.translate(_UNSEEN)
    return text.translate(_URDU_LETTERS).strip()


def count_words(text: str) -> int:
    """Words in English or Urdu, as the counter beside a field shows them."""
    return len(_WORD.findall(text))


def in_own_language(english: str, urdu: str) -> str:
    """What the reader reads: the Urdu text in Urdu, and the English one in English and where there is no Urdu."""
    return (urdu if get_language() == "ur" else "") or english


def listed(items: Iterable[object]) -> str:
    """Words in a row, with the comma of the language."""
    return gettext(", ").join(map(str, items))


def is_urdu(text: str) -> bool:
    """Whether the text has any letter of the Arabic script."""
    return bool(_ARABIC_SCRIPT.search(text))


class PersonalData(StrEnum):
    """What must not stand in a text that becomes public (domain.md, section 4, rule 11)."""

    CNIC = "cnic"
    MOBILE = "mobile"
    EMAIL = "email"


#: The sentence for the person who wrote it; `%(found)s` is the piece of text in question.
PERSONAL_DATA_SENTENCES = {
    PersonalData.CNIC: _(
        "“%(found)s” looks like a national identity card number. Take it out: this text becomes public."
    ),
    PersonalData.MOBILE: _("“%(found)s” looks like a mobile number. Take it out: this text becomes public."),
    PersonalData.EMAIL: _("“%(found)s” is an e-mail address. Take it out: this text becomes public."),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of personal data in a text, as it was written."""

    kind: PersonalData
    text: str

    @property
    def sentence(self) -> str:
        return str(PERSONAL_DATA_SENTENCES[self.kind]) % {"found": self.text}


# Between the groups of a number people write hyphens, dashes, dots, brackets and spaces, or nothing.
_GAP = r"[\s().\-\u2010-\u2015\u2212]{0,2}"
_PATTERNS = (
    # 5 + 7 + 1 digits; the first is a province's (1 to 7), which tells it from the 978… of a book number.
    (PersonalData.CNIC, rf"(?<!\d)[1-7]\d{{4}}{_GAP}\d{{7}}{_GAP}\d(?!\d)"),
    # 03xx xxxxxxx, and the same after +92, 0092 or 92.
    (
        PersonalData.MOBILE,
        rf"(?<!\d)(?:(?:\+|00)?92{_GAP}0?|0){_GAP}3\d{{2}}(?:{_GAP}\d){{7}}(?!\d)",
    ),
    # Lengths are those of addresses; without them a long run of letters takes time with its square.
    (PersonalData.EMAIL, r"[\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62})+"),
)
_PERSONAL_DATA = [(kind, re.compile(pattern)) for kind, pattern in _PATTERNS]
# Urdu and Arabic digits as ASCII digits, one character for one, so that positions stay.
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def find_personal_data(text: str) -> list[Found]:
    """Identity card numbers, mobile numbers and e-mail addresses in a text, each as it was written."""
    plain = text.translate(_DIGITS)
    return [
        Found(kind, text[match.start() : match.end()].strip())
        for kind, pattern in _PERSONAL_DATA
        for match in pattern.finditer(plain)
    ]


def is_mobile(phone: str) -> bool:
    """Whether a telephone number is a Pakistani mobile, which belongs to a person and not to an office."""
    return any(found.kind is PersonalData.MOBILE for found in find_personal_data(phone))
