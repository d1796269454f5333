"""The sections of an activity's form as data, and what is stored in each as plain values.

Two people may write different sections at once; the fingerprint of a section tells whether somebody else changed it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext_lazy as _

from evidence.activities.grid import Counts

if TYPE_CHECKING:
    from evidence.models import ActivityRevision

#: What a draft may hold in one field; far beyond what a reader would read.
STORED_WORDS = 2_000
STORED_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Section:
    """One screen of the form: its columns of the revision, its relations to many, and the field of a part of its own."""

    key: str
    title: Any
    help: Any
    columns: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    part: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.columns, *self.relations, *((PARTS[self.part],) if self.part in PARTS else ()))


#: Parts that are one value in a table of fewer readers, and the name of that value.
PARTS = {"site": "place", "cost": "amount_pkr"}

SECTIONS = (
    Section(
        "about",
        _("What and when"),
        _("What it was called, what kind of event it was, and on which days."),
        ("type_id", "title", "title_ur", "language", "status", "status_note", "starts_on", "ends_on"),
    ),
    Section(
        "place",
        _("Where"),
        _("The district is published. The place in words is read by you and the programme's reviewers only."),
        ("district_id", "district_note", "setting_id"),
        part="site",
    ),
    Section(
        "content",
        _("What happened"),
        _("What was done, how, and with whom. No names of participants."),
        ("description", "methods", "feedback_score"),
        ("themes", "drivers", "partners"),
    ),
    Section(
        "counts",
        _("Who took part"),
        _("Counts, never names. Only you, reviewers and the data-protection officer read them as you enter them."),
        part="counts",
    ),
    Section(
        "cost",
        _("Cost"),
        _("Read by you, programme managers and the funder."),
        part="cost",
    ),
    Section(
        "evidence",
        _("Evidence"),
        _("Files or links that show what the text says. A completed activity needs at least one."),
    ),
)
BY_KEY = {section.key: section for section in SECTIONS}
KEYS = tuple(BY_KEY)
#: The section in which a field of the form stands, for links from what is missing.
SECTION_OF = {
    **{name.removesuffix("_id"): section.key for section in SECTIONS for name in section.fields},
    "attendances": "counts",
    "evidence": "evidence",
}


def values_of(revision: ActivityRevision, section: Section) -> dict[str, Any]:
    """What is stored in a section of text, by field: text, date, number, primary key or sorted primary keys."""
    values = {name: getattr(revision, name) for name in section.columns}
    values |= {name: sorted(row.pk for row in getattr(revision, name).all()) for name in section.relations}
    if section.part in PARTS:
        part = getattr(revision, section.part, None)
        values[PARTS[section.part]] = getattr(part, PARTS[section.part]) if part else ""
    return values


def counts_of(revision: ActivityRevision) -> Counts:
    """The turnout and the cells of a revision. Whoever calls this may read them."""
    turnout = getattr(revision, "turnout", None)
    cells = {
        (row.sex, row.age_band, row.disability, row.group.code if row.group else ""): row.count
        for row in revision.participation.select_related("group")
    }
    if turnout is None:
        return Counts(cells=cells)
    return Counts(
        attendances=turnout.attendances,
        unique_persons=turnout.unique_persons,
        media_reach=turnout.media_reach,
        is_disability_asked=turnout.is_disability_asked,
        cells=cells,
    )


def fingerprint(values: dict[str, Any] | Counts) -> str:
    """A short name for what a section holds: equal values have equal names."""
    plain = values.plain() if isinstance(values, Counts) else values
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:20]


def neighbours(key: str) -> tuple[Section | None, Section | None]:
    """The section before and the one after."""
    at = KEYS.index(key)
    return (SECTIONS[at - 1] if at else None), (SECTIONS[at + 1] if at + 1 < len(SECTIONS) else None)
