"""Reads the content files, and looks up the terms, districts and moments that they name."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from core.geography import District
from core.terms import Term

FOLDER = Path(__file__).parent
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pvenet.example/demo")
#: When the demo data says it was entered, where no other moment is given.
ENTERED_AT = datetime.fromisoformat("2025-11-20T09:00:00+05:00")


def read(name: str) -> dict[str, Any]:
    """One content file by its stem."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def stable_uuid(*words: object) -> uuid.UUID:
    """The identifier of a demo row, the same on every load."""
    return uuid.uuid5(NAMESPACE, "/".join(map(str, words)))


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A moment with its offset, as the files write it."""
    return datetime.fromisoformat(text)


class Lookup:
    """Terms and districts by code, read once. An unknown code is a KeyError: a mistake in the files."""

    @cached_property
    def _terms(self) -> dict[tuple[str, str], Term]:
        return {(row.vocabulary, row.code): row for row in Term.objects.all()}

    @cached_property
    def _districts(self) -> dict[str, District]:
        return {row.code: row for row in District.objects.all()}

    def term(self, vocabulary: str, code: str) -> Term:
        return self._terms[vocabulary, code]

    def terms(self, vocabulary: str, codes: list[str]) -> list[Term]:
        return [self.term(vocabulary, code) for code in codes]

    def district(self, code: str) -> District:
        return self._districts[code]

    def districts(self, codes: list[str]) -> list[District]:
        return [self.district(code) for code in codes]
