"""The sheet of results: one line an indicator and district, read as the form of a period is read, and stored with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.workflow import EDITABLE
from evidence.activities.grid import parse_count
from evidence.intake.layout import RESULT_COLUMNS, RESULTS
from evidence.intake.reading import Formula, keyed_lines, open_workbook
from evidence.intake.rows import read_text
from evidence.results.figures import Entry, entry_of, parse_number, refusals
from evidence.results.services import MOST_CHARACTERS, Row, rows_of, save_period, stored_results

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from core.access import Actor
    from evidence.intake.choices import Choices
    from evidence.models import Intake, ProjectIndicator, Result

NEW, REPEATED, CHANGED = "new", "repeated", "changed"
LABELS = {column.key: column.label for column in RESULT_COLUMNS}
#: More lines than indicators times districts are no report of one period.
MOST_RESULTS = 5_000


@dataclass(slots=True)
class ResultLine:
    """A line of the sheet: what it reports, and what it is to the portal."""

    number: int
    cells: dict[str, Any]
    row: Row | None = None
    entry: Entry = field(default_factory=Entry)
    is_: str = NEW
    wrong: dict[str, str] = field(default_factory=dict)


def result_lines(intake: Intake, lists: Mapping[str, Choices]) -> list[ResultLine]:
    """The lines that report something; none where the workbook is for no period."""
    if intake.workbook is None or intake.workbook.period is None:
        return []
    period = intake.workbook.period
    reported = {row.indicator.code: row for row in rows_of(period)}
    stored = stored_results(period)
    districts = set(period.project.districts.values_list("pk", flat=True))
    lines: list[ResultLine] = []
    with intake.file.open("rb") as file, open_workbook(file) as book:
        if RESULTS not in book.sheetnames:
            return []
        for line in keyed_lines(book, RESULTS, list(LABELS)):
            if len(lines) == MOST_RESULTS:
                raise InvalidInput(_("The sheet of results has too many lines."))
            lines.append(_parsed(line.number, line.cells, reported, districts, lists))
    _sort(lines, stored)
    return lines


def _parsed(
    number: int,
    cells: dict[str, Any],
    reported: Mapping[str, ProjectIndicator],
    districts: set[int],
    lists: Mapping[str, Choices],
) -> ResultLine:
    line = ResultLine(number, cells)
    values: dict[str, Any] = {}
    for key, read in _READERS.items():
        if (value := cells.get(key)) is None:
            continue
        try:
            if isinstance(value, Formula):
                raise InvalidInput(_("There is a formula. Write its value instead: formulas are not computed here."))
            values[key] = read(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
        except InvalidInput as refused:
            line.wrong[key] = str(refused)
    on = reported.get(str(cells.get("indicator", "")).strip())
    if on is None:
        line.wrong["indicator"] = _("The project does not report this indicator in this period.")
        return line
    district = _district(line, cells, districts, lists)
    line.row = (on.pk, district)
    line.entry = Entry(**values)
    for key, sentence in refusals(on.indicator, line.entry):
        line.wrong.setdefault(key, sentence)
    return line


_READERS: dict[str, Any] = {
    "value": parse_number,
    "numerator": parse_count,
    "denominator": parse_count,
    "comment": lambda text: read_text(text, most=MOST_CHARACTERS),
}


def _district(
    line: ResultLine, cells: Mapping[str, Any], districts: set[int], lists: Mapping[str, Choices]
) -> int | None:
    if not (text := str(cells.get("district", "")).strip()):
        return None
    found: int | None = lists["district"].find(text)
    if found not in districts:
        line.wrong["district"] = _("Choose one of the districts of the project, or leave it empty for all of it.")
    return found


def _sort(lines: list[ResultLine], stored: Mapping[Row, Result]) -> None:
    seen: set[Row] = set()
    for line in lines:
        if line.row is None:
            continue
        if line.row in seen:
            line.wrong["indicator"] = _("This indicator and district stand twice. Keep one of the lines.")
        seen.add(line.row)
        result = stored.get(line.row)
        if result is None:
            continue
        newest = result.newest_first[0] if result.newest_first else None  # type: ignore[attr-defined]
        theirs = entry_of(newest)
        # The sheet has no breakdown: the one that was entered on the portal stays.
        kept: dict[str, Any] = {
            "cells": theirs.cells,
            "change_reason": theirs.change_reason,
            "change_note": theirs.change_note,
        }
        line.entry = replace(line.entry, **kept)
        line.is_ = REPEATED if line.entry.name == theirs.name else CHANGED
        if line.is_ == CHANGED and result.state not in EDITABLE:
            line.wrong["indicator"] = _("This result has been sent. Start a change of it on the portal.")


def store_results(intake: Intake, lines: list[ResultLine], *, actor: Actor, at: datetime) -> tuple[int, int]:
    """Store the lines that are right, as the form of the period does; how many, and how many of them corrected one."""
    valid = [line for line in lines if not line.wrong and line.is_ != REPEATED and line.row]
    if valid and intake.workbook and intake.workbook.period_id:
        save_period(
            actor=actor,
            project_code=intake.project.code,
            period_id=intake.workbook.period_id,
            entries={line.row: line.entry for line in valid if line.row},
            bases=None,
            at=at,
        )
    return len(valid), sum(1 for line in valid if line.is_ == CHANGED)


def marked(lines: list[ResultLine]) -> list[dict[str, Any]]:
    """The lines for the workbook that goes back."""
    return [
        {
            **{key: value.text if isinstance(value, Formula) else value for key, value in line.cells.items()},
            "wrong": line.wrong,
            "what": "\n".join(dict.fromkeys(line.wrong.values())),
        }
        for line in lines
    ]
