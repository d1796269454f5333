"""The columns of the workbook as data, shared by the writer, the reader and the form mapping.

A column is known by its key, which stands in a hidden row of the sheet; the label above it is for people. The keys of
counts are the names of the cells of the grid (`evidence.activities.grid.name_of`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from evidence.activities.grid import MOST_PEOPLE, MOST_REACHED, NOT_RECORDED, label_of_cell, name_of
from evidence.models import AgeBand, Disability, Sex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Grows when a workbook of before can no longer be read.
LAYOUT = 1
#: What the first cell of the hidden sheet says.
SIGN = "pvenet-workbook"
ACTIVITIES, RESULTS, INSTRUCTIONS, HIDDEN = "Activities", "Results", "Instructions", "_pvenet"
#: Rows of a data sheet: the keys (hidden), the labels; the lines follow.
KEY_ROW, LABEL_ROW, FIRST_LINE = 1, 2, 3
#: Lines that are offered, and rows that are read at all.
LINES = (100, 500, 2_000, 5_000)
MOST_ROWS = 300_000
MOST_LINES = 20_000
MOST_BLOCKS = 3
MOST_THEMES = 3


class Holds(StrEnum):
    """What stands in the cells of a column."""

    ROW = "row"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `choices` names a list of `Lists`; `most` limits a text's length or a count."""

    key: str
    label: Any
    holds: Holds
    width: int = 14
    help: Any = ""
    choices: str = ""
    most: int = 200
    is_needed: bool = False


_FIXED = (
    Column("row", _("Row"), Holds.ROW, 8, _("The portal knows the line by it. It cannot be changed.")),
    Column("code", _("Your number"), Holds.TEXT, 12, _("Your own number of the activity; may stay empty."), most=24),
    Column("type", _("Kind of activity"), Holds.CHOICE, 26, choices="type", is_needed=True),
    Column("title", _("Title"), Holds.TEXT, 36, is_needed=True),
    Column("title_ur", _("Title in Urdu"), Holds.TEXT, 30),
    Column("status", _("Status"), Holds.CHOICE, 14, choices="status", is_needed=True),
    Column("status_note", _("Why it was postponed or cancelled"), Holds.TEXT, 26, most=300),
    Column("starts_on", _("First day"), Holds.DATE, 13, _("Day, month and year, as 2025-05-31."), is_needed=True),
    Column("ends_on", _("Last day"), Holds.DATE, 13, _("Empty if it was one day.")),
    Column("district", _("District"), Holds.CHOICE, 20, choices="district"),
    Column("district_note", _("Why outside the districts of the project"), Holds.TEXT, 26, most=300),
    Column("setting", _("Setting"), Holds.CHOICE, 14, choices="setting"),
    Column("place", _("Place"), Holds.TEXT, 22, _("Read by you and the reviewers only."), most=200),
    *(
        Column(f"theme{number}", _("Theme %(number)s") % {"number": number}, Holds.CHOICE, 24, choices="theme")
        for number in range(1, MOST_THEMES + 1)
    ),
    Column("description", _("What happened"), Holds.TEXT, 44, _("No names of participants."), most=20_000),
    Column("methods", _("Methods"), Holds.TEXT, 30, most=20_000),
    Column("feedback_score", _("Feedback, 1 to 5"), Holds.NUMBER, 10),
    Column("amount_pkr", _("Cost in PKR"), Holds.NUMBER, 14),
    Column(
        "attendances",
        _("Attendances"),
        Holds.COUNT,
        13,
        _("All person-visits. The parts to the right add up to this number; the rest is not recorded."),
        most=MOST_PEOPLE,
    ),
    Column("unique_persons", _("Distinct persons"), Holds.COUNT, 12, most=MOST_PEOPLE),
    Column("media_reach", _("Estimated media reach"), Holds.COUNT, 12, most=MOST_REACHED),
)
_ASKED = Column(
    "is_disability_asked",
    _("Disability was asked with the Washington Group questions"),
    Holds.YES_NO,
    14,
    choices="yes_no",
)
FIXED = {column.key: column for column in (*_FIXED, _ASKED)}


def columns_of(*, asks_disability: bool = False, groups: Sequence[str] = (), labels: Mapping[str, str]) -> list[Column]:
    """The columns of the sheet of activities. `groups` are codes of target groups, `labels` their names."""
    kinds = [Disability.WITH, Disability.WITHOUT] if asks_disability else [Disability.NOT_RECORDED]
    cells = [
        (sex, age, kind, group)
        for group in ("", *groups)
        for sex in Sex.values
        for kind in kinds
        for age in AgeBand.values
    ]
    counts = [
        Column(name_of(cell), label_of_cell(cell, labels), Holds.COUNT, 9, most=MOST_PEOPLE)
        for cell in cells
        if cell != NOT_RECORDED
    ]
    return [*_FIXED, *([_ASKED] if asks_disability else []), *counts]


RESULT_COLUMNS = (
    Column("indicator", _("Code"), Holds.ROW, 14),
    Column("name", _("Indicator"), Holds.ROW, 56),
    Column("unit", _("Unit"), Holds.ROW, 14),
    Column("district", _("District"), Holds.CHOICE, 20, _("Empty for the whole project."), choices="district"),
    Column("value", _("Value"), Holds.NUMBER, 12, _("For a percentage give numerator and denominator instead.")),
    Column("numerator", _("Numerator"), Holds.COUNT, 12, most=MOST_REACHED),
    Column("denominator", _("Denominator"), Holds.COUNT, 12, most=MOST_REACHED),
    Column("comment", _("Comment"), Holds.TEXT, 44, most=20_000),
)
