"""The lists behind the cells: a word in English or Urdu, or a code, to what the table stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.geography import District
from core.terms import Term
from core.text import clean_text
from evidence.models import ActivityRevision

if TYPE_CHECKING:
    from organizations.models import Project

VOCABULARIES = {"type": "activity_type", "setting": "setting", "theme": "pve_theme", "group": "target_group"}


@dataclass(frozen=True, slots=True)
class Choices:
    """One list: (what is stored, code, label in the reader's language), and how each may be written."""

    rows: list[tuple[Any, str, str]]
    written: dict[str, Any]

    def find(self, text: str) -> Any:
        """What the words stand for, or None."""
        return self.written.get(_folded(text))


def lists_of(project: Project) -> dict[str, Choices]:
    """Every list of a workbook of this project, labels in the active language. The project's districts come first."""
    lists = {name: _terms(vocabulary) for name, vocabulary in VOCABULARIES.items()}
    own = set(project.districts.values_list("pk", flat=True))
    districts = sorted(District.objects.all(), key=lambda row: (row.pk not in own, row.name_en, row.pk))
    lists["district"] = _list(
        (row.pk, row.code, row.name, [row.name_en, row.name_ur, row.pcode or "", *row.aliases]) for row in districts
    )
    lists["status"] = _list(
        (status.value, status.value, str(status.label), _both(status.label)) for status in ActivityRevision.Status
    )
    lists["yes_no"] = _list(
        [
            (True, "yes", _("Yes"), ["y", "1", "true", *_both_words("Yes")]),
            (False, "no", _("No"), ["n", "0", "false", *_both_words("No")]),
        ]
    )
    return lists


def _terms(vocabulary: str) -> Choices:
    return _list((row.pk, row.code, row.label, [row.label_en, row.label_ur]) for row in Term.objects.of(vocabulary))


def _list(rows: Any) -> Choices:
    kept, written = [], {}
    for stored, code, label, words in rows:
        kept.append((stored, code, label))
        # Two districts of one name: the first, which is the project's own, is meant; the code tells the others apart.
        for word in (code, label, *words):
            if folded := _folded(word):
                written.setdefault(folded, stored)
    return Choices(kept, written)


def _both(label: Any) -> list[str]:
    words = []
    for language in ("en", "ur"):
        with override(language):
            words.append(str(label))
    return words


def _both_words(word: str) -> list[str]:
    words = []
    for language in ("en", "ur"):
        with override(language):
            words.append(_(word))
    return words


def _folded(text: str) -> str:
    return " ".join(clean_text(text).casefold().split())
