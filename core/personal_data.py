"""Finds personal numbers and addresses in text that is meant for the public, so that they are taken out before it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Urdu and Arabic digits, read as the ones on the identity card.
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")

#: An identity card number (CNIC), a Pakistani mobile number, an e-mail address (domain.md, rule 11).
PATTERNS = (
    (
        re.compile(r"(?<!\d)\d{5}[-–\s]?\d{7}[-–\s]?\d(?!\d)"),
        _("an identity card number"),
    ),
    (
        re.compile(r"(?<!\d)(?:\+|00)?92[-\s]?3\d{2}[-\s]?\d{3}[-\s]?\d{4}(?!\d)"),
        _("a mobile number"),
    ),
    (re.compile(r"(?<!\d)03\d{2}[-\s]?\d{3}[-\s]?\d{4}(?!\d)"), _("a mobile number")),
    (
        re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
        _("an e-mail address"),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in the words of a sentence, and the piece of text that shows where."""

    kind: Any
    excerpt: str


def find_personal_data(text: str) -> list[Finding]:
    """Personal numbers and addresses in the text, each once, in the order of the patterns."""
    read = text.translate(_DIGITS)
    found: dict[str, Finding] = {}
    for pattern, kind in PATTERNS:
        for match in pattern.finditer(read):
            found.setdefault(match[0], Finding(kind, text[match.start() : match.end()]))
    return list(found.values())
