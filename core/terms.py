"""The controlled vocabularies: one table of terms, loaded from `core/reference/vocabularies.json`."""

from __future__ import annotations

from typing import Self

from django.core.cache import cache
from django.db import models

from core.access import PublicQuerySet
from core.text import in_own_language


class TermQuerySet(PublicQuerySet):
    """Everyone reads the vocabularies."""

    def of(self, vocabulary: str) -> Self:
        """Terms of one vocabulary that may still be chosen, in the order of the file."""
        return self.filter(vocabulary=vocabulary, retired_on=None).order_by("position", "pk")


class Term(models.Model):
    """One entry of a vocabulary. The code is stable; the labels may be edited; `extra` holds the file's other keys."""

    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=20)
    label_en = models.CharField(max_length=200)
    label_ur = models.CharField(max_length=200, blank=True)
    is_ur_reviewed = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    extra = models.JSONField(default=dict)
    retired_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="term_code_once_a_vocabulary")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language; English where no Urdu label is known."""
        return in_own_language(self.label_en, self.label_ur)


def term(vocabulary: str, code: str) -> Term:
    """One term by its code. Raises Term.DoesNotExist."""
    return Term.objects.get(vocabulary=vocabulary, code=code)


def label_of(vocabulary: str, code: str) -> str:
    """The label of a code in the reader's language, from the cache; the code itself when it is unknown."""
    labels = cache.get_or_set(f"terms:{vocabulary}", lambda: _labels(vocabulary), 300)
    assert labels is not None
    english, urdu = labels.get(code, (code, ""))
    return in_own_language(english, urdu)


def _labels(vocabulary: str) -> dict[str, tuple[str, str]]:
    rows = Term.objects.filter(vocabulary=vocabulary).values_list("code", "label_en", "label_ur")
    return {code: (english, urdu) for code, english, urdu in rows}
