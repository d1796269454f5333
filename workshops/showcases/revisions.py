"""Reading a revision section by section: its values, their fingerprint, what is missing, what should not be there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import count_words, find_personal_data
from workshops.showcases.sections import SECTIONS, WRITTEN, Kind

if TYPE_CHECKING:
    from workshops.models import Showcase, ShowcaseRevision
    from workshops.showcases.sections import Field, Section

#: Columns of the showcase itself; the others belong to the revision.
OF_SHOWCASE = frozenset({"project"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that stands between a draft and its submission, and where."""

    section: str
    field: str
    message: str


def values_of(showcase: Showcase, revision: ShowcaseRevision, section: Section) -> dict[str, Any]:
    """What is stored in a section, as plain values: text, code, truth, primary key, or sorted primary keys."""
    return {field.name: _value(showcase, revision, field) for field in section.fields}


def _value(showcase: Showcase, revision: ShowcaseRevision, field: Field) -> Any:
    if field.name in OF_SHOWCASE:
        return getattr(showcase, f"{field.name}_id")
    if field.kind is Kind.MANY:
        return sorted(row.pk for row in getattr(revision, field.name).all())
    return getattr(revision, field.name)


def fingerprint(values: dict[str, Any]) -> str:
    """A short name for the values of a section: equal values have equal names."""
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]


def personal_data_in(text: str) -> list[str]:
    """A sentence for each personal number or address that a text for the public should not hold, each said once."""
    return list(dict.fromkeys(found.sentence for found in find_personal_data(text)))


def gaps_in(
    showcase: Showcase,
    revision: ShowcaseRevision,
    *,
    evidence_count: int,
    presenter_count: int,
) -> list[Gap]:
    """What is missing, too short, too long, or personal: in the order of the form."""
    gaps: list[Gap] = []
    for section in SECTIONS:
        for field in section.fields:
            gaps += _gaps_of_field(showcase, revision, section, field)
        if section.key == "evidence" and not evidence_count:
            gaps.append(Gap("evidence", "file", _("Add at least one file as evidence.")))
        if section.key == "presenters" and not presenter_count:
            gaps.append(Gap("presenters", "name", _("Name at least one person who presents.")))
    return gaps


def _gaps_of_field(showcase: Showcase, revision: ShowcaseRevision, section: Section, field: Field) -> list[Gap]:
    if field.kind is Kind.MANY:
        if field.is_required and not _is_chosen(revision, field):
            message = _("%(field)s: choose at least one.") % {"field": field.label}
            # A project that works online only has no district.
            if field.name == "districts" and revision.is_online:
                return []
            return [Gap(section.key, field.name, message)]
        return []
    if field.kind not in {Kind.TEXT, Kind.LINE}:
        return []
    value = _value(showcase, revision, field)
    messages = [_length_problem(field, count_words(value)), *personal_data_in(value)]
    return [Gap(section.key, field.name, text) for text in messages if text]


def _is_chosen(revision: ShowcaseRevision, field: Field) -> bool:
    """Whether anything was chosen; a query that fetched many rows may have asked the database already (`has_…`)."""
    known = getattr(revision, f"has_{field.name}", None)
    return bool(getattr(revision, field.name).all()) if known is None else known


def _length_problem(field: Field, words: int) -> str:
    if not words:
        return _("%(field)s: still to be written.") % {"field": field.label} if field.is_required else ""
    if words < field.min_words:
        return ngettext(
            "%(field)s: %(words)s word so far; write at least %(minimum)s.",
            "%(field)s: %(words)s words so far; write at least %(minimum)s.",
            words,
        ) % {"field": field.label, "words": words, "minimum": field.min_words}
    if field.max_words and words > field.max_words:
        return ngettext(
            "%(field)s: %(words)s word; shorten it to %(maximum)s.",
            "%(field)s: %(words)s words; shorten it to %(maximum)s.",
            words,
        ) % {"field": field.label, "words": words, "maximum": field.max_words}
    return ""


def written_fields() -> tuple[str, ...]:
    """Columns of a revision that the form writes, apart from relations."""
    return tuple(
        field.name
        for section in WRITTEN
        for field in section.fields
        if field.kind is not Kind.MANY and field.name not in OF_SHOWCASE
    )


def written_relations() -> tuple[str, ...]:
    """Relations of a revision that the form writes."""
    return tuple(field.name for section in WRITTEN for field in section.fields if field.kind is Kind.MANY)
