"""The participation grid as plain values: reading what was typed, adding up, and laying out rows and columns.

Nothing here reads a row of a table. A cell is named (sex, age band, disability, group), the group by its code or "".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from evidence.models import AgeBand, Disability, Sex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Cell = tuple[str, str, str, str]

#: What nobody recorded: never typed, always what is missing to the total.
NOT_RECORDED: Cell = (Sex.NOT_RECORDED, AgeBand.NOT_RECORDED, Disability.NOT_RECORDED, "")
#: More than any activity of the programme could count; a larger figure is a slip of the finger.
MOST_PEOPLE = 1_000_000
MOST_REACHED = 300_000_000
#: Groups that one activity counts apart, so that the form stays within what a server takes.
MOST_GROUPS = 9

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٬،", "01234567890123456789,,")
_PLAIN = re.compile(r"[0-9]+\Z")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}\Z")


def parse_count(text: str, *, most: int = MOST_PEOPLE) -> int | None:
    """A count as it was typed, in Latin or Urdu digits, with or without thousands separators; None for nothing.

    Raises InvalidInput with a sentence for a negative or fractional count, for words, and for what is too large.
    """
    typed = text.strip()
    if not typed:
        return None
    plain = typed.translate(_DIGITS)
    if plain[0] in "-\u2212\u2013" and plain[1:].strip()[:1].isdigit():
        raise InvalidInput(_("“%(typed)s” is below zero. A count is zero or more.") % {"typed": typed[:20]})
    if not _PLAIN.match(plain) and not _GROUPED.match(plain):
        raise InvalidInput(_("“%(typed)s” is no whole number. Write it with digits only.") % {"typed": typed[:20]})
    plain = plain.replace(",", "").lstrip("0") or "0"
    if len(plain) > len(str(most)) or int(plain) > most:
        raise InvalidInput(
            _("“%(typed)s” is more than the portal counts here, %(most)s. Look at it again.")
            % {"typed": typed[:20], "most": f"{most:,}"}
        )
    return int(plain)


@dataclass(frozen=True, slots=True)
class Counts:
    """The measures of an activity and the cells of its grid. None is not recorded; cells without anybody are left out."""

    attendances: int | None = None
    unique_persons: int | None = None
    media_reach: int | None = None
    is_disability_asked: bool = False
    cells: Mapping[Cell, int] = field(default_factory=dict)

    @property
    def recorded(self) -> dict[Cell, int]:
        """The cells that say something about the people in them."""
        return {cell: count for cell, count in self.cells.items() if cell != NOT_RECORDED}

    @property
    def groups(self) -> set[str]:
        return {group for _sex, _age, _disability, group in self.cells if group}

    def plain(self) -> dict[str, object]:
        """As JSON takes it, for the fingerprint and for comparing."""
        return {
            "attendances": self.attendances,
            "unique_persons": self.unique_persons,
            "media_reach": self.media_reach,
            "is_disability_asked": self.is_disability_asked,
            "cells": sorted(["|".join(cell), count] for cell, count in self.cells.items() if count),
        }


def add_up(counts: Counts) -> Counts:
    """The counts as they are stored: the cells add up to the attendances, the rest being one cell “not recorded”.

    Without attendances the cells are the total. Raises InvalidInput when parts are more than the total, when there are
    more distinct persons than attendances, and for disability without the questions.
    """
    cells = {cell: count for cell, count in counts.cells.items() if count}
    if any(count < 0 for count in cells.values()):
        raise InvalidInput(_("A count is zero or more."), field="attendances")
    parts = sum(count for cell, count in cells.items() if cell != NOT_RECORDED)
    total = counts.attendances
    if total is None and cells:
        total = sum(cells.values())
    if total is not None:
        if parts > total:
            raise InvalidInput(
                _("The parts add up to %(parts)s, and the attendances are %(total)s. Correct the parts or the total.")
                % {"parts": f"{parts:,}", "total": f"{total:,}"},
                field="attendances",
            )
        cells.pop(NOT_RECORDED, None)
        if total > parts:
            cells[NOT_RECORDED] = total - parts
        if total > MOST_PEOPLE:
            raise InvalidInput(
                _("The total is more than the portal counts here, %(most)s. Look at it again.")
                % {"most": f"{MOST_PEOPLE:,}"},
                field="attendances",
            )
    if total is not None and counts.unique_persons is not None and counts.unique_persons > total:
        raise InvalidInput(
            _("Distinct persons (%(persons)s) cannot be more than attendances (%(total)s).")
            % {"persons": f"{counts.unique_persons:,}", "total": f"{total:,}"},
            field="unique_persons",
        )
    if not counts.is_disability_asked and any(cell[2] != Disability.NOT_RECORDED for cell in cells):
        raise InvalidInput(
            _(
                "There are counts with or without disability, and the questions were not asked. "
                "Say that they were, or take these counts out."
            ),
            field="is_disability_asked",
        )
    if len({cell[3] for cell in cells if cell[3]}) > MOST_GROUPS:
        raise InvalidInput(
            _("An activity counts at most %(most)s groups apart.") % {"most": MOST_GROUPS},
            field="groups",
        )
    return Counts(
        attendances=total,
        unique_persons=counts.unique_persons,
        media_reach=counts.media_reach,
        is_disability_asked=counts.is_disability_asked,
        cells=cells,
    )


# --- The layout -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column: one sex, and with or without disability where that was asked."""

    sex: str
    disability: str


@dataclass(frozen=True, slots=True)
class Field:
    """One cell on the page. `value` is what its input shows: what was typed, right or wrong.

    `is_rest` is what nobody recorded, which is computed and never typed.
    """

    name: str
    cell: Cell
    count: int | None
    label: str
    value: str
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One age band of a block."""

    label: str
    fields: list[Field]
    total: int


@dataclass(frozen=True, slots=True)
class Block:
    """One target group, or everyone who is in none of them."""

    code: str
    label: str
    rows: list[Row]
    totals: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole grid, ready to be drawn, with totals as they stand."""

    sexes: list[tuple[str, int]]
    columns: list[Column]
    column_labels: list[str]
    blocks: list[Block]
    totals: list[int]
    total: int
    has_disability: bool


def columns_for(counts: Counts) -> list[Column]:
    """Sexes, and within each with, without, and not asked as far as something stands there."""
    if not counts.is_disability_asked:
        return [Column(sex, Disability.NOT_RECORDED) for sex in Sex.values]
    kinds = [Disability.WITH, Disability.WITHOUT]
    if any(cell[2] == Disability.NOT_RECORDED for cell in counts.recorded):
        kinds.append(Disability.NOT_RECORDED)
    columns = [Column(sex, kind) for sex in Sex.values for kind in kinds]
    # What nobody recorded has its place in the last column, also when every sex has only “with” and “without”.
    if Disability.NOT_RECORDED not in kinds:
        columns.append(Column(Sex.NOT_RECORDED, Disability.NOT_RECORDED))
    return columns


def lay_out(
    counts: Counts,
    *,
    groups: Iterable[tuple[str, str]],
    typed: Mapping[str, str] | None = None,
    to_read: bool = False,
) -> Grid:
    """The grid with a block for each group given as (code, label), and one for everybody else.

    `typed` is what stands in the inputs where that is not what is counted, by the name of the input. A grid `to_read`
    leaves out columns in which nobody stands.
    """
    groups = list(groups)
    typed = typed or {}
    columns = columns_for(counts)
    if to_read:
        filled = {(sex, disability) for (sex, _age, disability, _group), count in counts.cells.items() if count}
        columns = [one for one in columns if (one.sex, one.disability) in filled]
    rest_label = _("In none of these groups, or not recorded") if groups else _("Participants")
    blocks = [_block(counts, columns, code, label, typed) for code, label in (*groups, ("", rest_label))]
    spans: dict[str, int] = defaultdict(int)
    for column in columns:
        spans[column.sex] += 1
    return Grid(
        sexes=[(str(Sex(sex).label), span) for sex, span in spans.items()],
        columns=columns,
        column_labels=[str(Disability(column.disability).label) for column in columns],
        blocks=blocks,
        totals=[sum(block.totals[index] for block in blocks) for index in range(len(columns))],
        total=sum(block.total for block in blocks),
        has_disability=counts.is_disability_asked,
    )


def _block(counts: Counts, columns: list[Column], code: str, label: str, typed: Mapping[str, str]) -> Block:
    rows = []
    for age in AgeBand.values:
        fields = [_field(counts, column, age, code, label, typed) for column in columns]
        rows.append(Row(str(AgeBand(age).label), fields, sum(one.count or 0 for one in fields)))
    totals = [sum(row.fields[index].count or 0 for row in rows) for index in range(len(columns))]
    return Block(code, label, rows, totals, sum(totals))


def _field(counts: Counts, column: Column, age: str, group: str, group_label: str, typed: Mapping[str, str]) -> Field:
    cell = (column.sex, age, column.disability, group)
    words = [group_label, Sex(column.sex).label, AgeBand(age).label]
    if counts.is_disability_asked:
        words.append(Disability(column.disability).label)
    name, count = name_of(cell), counts.cells.get(cell)
    return Field(
        name=name,
        cell=cell,
        count=count,
        value=typed.get(name, "" if count is None else str(count)),
        label=", ".join(map(str, words)),
        is_rest=cell == NOT_RECORDED,
    )


def name_of(cell: Cell) -> str:
    """The name of the cell's input."""
    sex, age, disability, group = cell
    return f"cell.{group}.{age}.{sex}.{disability}"


def cell_of(name: str) -> Cell | None:
    """The cell that an input is named for, or None where the name is not one of ours."""
    parts = name.split(".")
    if len(parts) != 5 or parts[0] != "cell":
        return None
    _word, group, age, sex, disability = parts
    if age not in AgeBand.values or sex not in Sex.values or disability not in Disability.values:
        return None
    return (sex, age, disability, group)


def label_of_cell(cell: Cell, groups: Mapping[str, str]) -> str:
    """A cell in words, for a list of differences or errors."""
    sex, age, disability, group = cell
    if cell == NOT_RECORDED:
        return _("Not recorded")
    words = [groups.get(group, group), str(Sex(sex).label), str(AgeBand(age).label)]
    if disability != Disability.NOT_RECORDED:
        words.append(str(Disability(disability).label))
    return ", ".join(word for word in words if word)
