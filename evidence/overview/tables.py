"""The tables of the reach page. The page, its charts, the spreadsheet and the report are all made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.suppression import Figure, Reason
from evidence.overview.families import NO_DISTRICT
from evidence.overview.labels import LEVELS, labels_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.overview.selectors import Reach


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a code, its word, how many activities stand behind it where that is counted, and a figure a column."""

    code: str
    label: str
    figures: tuple[Figure, ...]
    activities: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of attendances. `columns` are the words of its figures; a cross has several."""

    key: str
    level: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def row_label(self) -> str:
        return str(LEVELS[self.level])

    @property
    def has_activities(self) -> bool:
        return any(line.activities is not None for line in self.lines)

    @property
    def figures(self) -> list[Figure]:
        return [figure for line in self.lines for figure in line.figures]

    @property
    def as_rows(self) -> list[dict[str, Any]]:
        """Rows of a bar or column chart."""
        return [{"label": line.label, "figure": line.figures[0]} for line in self.lines]


def tables_of(reach: Reach, province: str = "") -> dict[str, Table]:
    """Every table of the page, by its key, in the order of the page; those of one province where it is given."""
    where = {"province": province} if province else {}
    simple = {
        "province": _("Attendances by province or territory"),
        "division": _("Attendances by division"),
        "quarter": _("Attendances by quarter"),
        "month": _("Attendances by month"),
        # Below the country, sex is crossed with the place in three codes only where it is crossed with more.
        "sex": _("Attendances by sex"),
        "age": _("Attendances by age"),
        "group": _("Attendances by target group"),
    }
    national = {
        "disability": _("Attendances by disability, whole country"),
        "type": _("Attendances by kind of activity, whole country"),
        "setting": _("Attendances by setting, whole country"),
    }
    found = [_simple(reach, key, title, where) for key, title in simple.items() if not (province and key == "province")]
    if province:
        found.insert(0, _simple(reach, "district", _("Attendances by district"), where))
    else:
        found += [_simple(reach, key, title, {}) for key, title in national.items()]
    found.append(_cross(reach, "age", "sex_merged", _("Attendances by age and sex"), where))
    found.append(_cross(reach, "group", "sex_merged", _("Attendances by target group and sex"), where))
    if province:
        found.append(_cross(reach, "district", "sex_merged", _("Attendances by district and sex"), where))
    else:
        found.append(_cross(reach, "province", "sex", _("Attendances by province or territory and sex"), {}))
    return {table.key: table for table in found}


def theme_table(reach: Reach) -> list[tuple[str, int]]:
    """Activities by theme. An activity has several, so its people would count several times: none are counted."""
    counts = reach.records("by", "theme")
    labels = labels_of("theme", counts)
    return sorted(((labels[code], count) for code, count in counts.items()), key=lambda row: (-row[1], row[0]))


def _simple(reach: Reach, level: str, title: str, where: Mapping[str, str]) -> Table:
    rows = reach.table((level,), where)
    codes = [row.codes[level] for row in rows]
    labels = labels_of(level, codes)
    counts = reach.records("by", level) if level in ("province", "division", "district", "type", "setting") else None
    lines = [
        Line(
            code=row.codes[level],
            label=labels[row.codes[level]],
            figures=(row.figure,),
            activities=None if counts is None else counts.get(row.codes[level], 0),
        )
        for row in rows
    ]
    return Table(key=level, level=level, title=title, columns=(_("Attendances"),), lines=_worth(level, lines))


def _cross(reach: Reach, level: str, across: str, title: str, where: Mapping[str, str]) -> Table:
    found: dict[str, dict[str, Figure]] = {}
    for row in reach.table((level, across), where):
        found.setdefault(row.codes[level], {})[row.codes[across]] = row.figure
    columns = list(dict.fromkeys(code for cells in found.values() for code in cells))
    labels, words = labels_of(level, found), labels_of(across, columns)
    lines = [Line(code, labels[code], tuple(cells[column] for column in columns)) for code, cells in found.items()]
    return Table(
        key=f"{level}-{across}",
        level=level,
        title=title,
        columns=tuple(words[column] for column in columns),
        lines=_worth(level, lines),
    )


def _worth(level: str, lines: list[Line]) -> tuple[Line, ...]:
    """Without rows that say nothing: no kind of activity or group with nobody, no missing district where there are none.

    A district in which nothing was collected is kept: that is something to know.
    """
    if level in ("province", "division", "district"):
        empty = {Reason.NOT_COLLECTED}
        return tuple(
            line for line in lines if line.code != NO_DISTRICT or any(each.reason not in empty for each in line.figures)
        )
    if level in ("type", "group", "setting"):
        return tuple(line for line in lines if any(figure.value != 0 for figure in line.figures))
    return tuple(lines)
