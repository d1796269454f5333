"""Web input of a period: what was typed for each indicator and district, read from the names of the inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import InvalidInput
from core.text import clean_text
from evidence.activities.grid import parse_count
from evidence.models import ResultRevision
from evidence.results.figures import DIMENSIONS, SCALES, Entry, parse_number
from evidence.results.services import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.geography import District
    from evidence.models import ProjectIndicator
    from evidence.results.services import Row

MOST_COUNTED = 999_999_999


@dataclass
class PeriodInput:
    """What was posted: an entry for each row that could be read, and what was wrong with the others."""

    entries: dict[Row, Entry] = field(default_factory=dict)
    bases: dict[Row, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_period(
    data: Mapping[str, str], reported: Iterable[ProjectIndicator], districts: Iterable[District]
) -> PeriodInput:
    """Read every row of the form. Inputs that are missing are empty."""
    found = PeriodInput(bases=read_bases(data.get("version", "")))
    for one in reported:
        for district_id in (None, *(row.pk for row in districts)):
            row = (one.pk, district_id)
            if any(f"{name}-{name_of(row)}" in data for name in ("value", "numerator", "comment")):
                entry = _read_row(data, row, one, found.errors)
                found.entries[row] = entry
    return found


def write_bases(names: Mapping[Row, str]) -> str:
    """The fingerprints of all rows in one hidden input."""
    return " ".join(f"{name_of(row)}:{name}" for row, name in sorted(names.items(), key=str))


def read_bases(text: str) -> dict[Row, str]:
    """The same, read back; what is not understood counts as nothing stored."""
    bases: dict[Row, str] = {}
    for part in text.split()[:500]:
        key, _colon, name = part.partition(":")
        indicator, _hyphen, district = key.partition("-")
        if all(one.isascii() and one.isdecimal() and len(one) < 18 for one in (indicator, district or "0")):
            bases[int(indicator), int(district) if district else None] = name[:40]
    return bases


def part_name(dimension: str, code: str, row: Row, *, whole: bool = False) -> str:
    """The name of the input for a part of the breakdown."""
    return f"{'whole' if whole else 'part'}-{dimension}-{code}-{name_of(row)}"


def parts_asked(one: ProjectIndicator) -> list[tuple[str, Any]]:
    """The dimensions that the form asks for, with their choices."""
    asked = [name for name in DIMENSIONS if name in one.indicator.disaggregations]
    return [(name, DIMENSIONS[name][1]) for name in asked if one.indicator.unit.code not in SCALES]


def _read_row(data: Mapping[str, str], row: Row, one: ProjectIndicator, errors: dict[str, str]) -> Entry:
    key = name_of(row)

    def read(name: str, parse: Any) -> Any:
        try:
            return parse(data.get(name, ""))
        except InvalidInput as refused:
            errors[name] = str(refused)
            return None

    def count(text: str) -> int | None:
        return parse_count(text, most=MOST_COUNTED)

    cells: dict[tuple[str, str], tuple[int, int | None]] = {}
    if row[1] is None:
        for dimension, choices in parts_asked(one):
            for code in choices.values:
                if code == DIMENSIONS[dimension][2]:
                    continue
                part = read(part_name(dimension, code, row), count)
                whole = (
                    read(part_name(dimension, code, row, whole=True), count) if one.indicator.is_percentage else None
                )
                if part or whole:
                    cells[dimension, code] = (part or 0, whole)
    reason = data.get(f"reason-{key}", "")
    return Entry(
        value=None if one.indicator.is_percentage else read(f"value-{key}", parse_number),
        numerator=read(f"numerator-{key}", count) if one.indicator.is_percentage else None,
        denominator=read(f"denominator-{key}", count),
        cells=cells,
        comment=clean_text(data.get(f"comment-{key}", "")),
        change_reason=reason if reason in ResultRevision.ChangeReason.values else "",
        change_note=clean_text(data.get(f"note-{key}", "")),
    )
