"""The tables of the reach page as a spreadsheet: the same figures, and the words where there is none. No formulas."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from evidence.overview.tables import Table, theme_table

if TYPE_CHECKING:
    from core.suppression import Figure
    from evidence.overview.selectors import Reach

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_of(reach: Reach, tables: dict[str, Table], *, place: str) -> bytes:
    """One sheet on where the figures come from, then one a table."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": str(_("Reach"))})
        styles = {
            "head": book.add_format({"bold": True, "text_wrap": True}),
            "count": book.add_format({"num_format": "#,##0"}),
        }
        _about(book, styles, reach, place)
        for table in tables.values():
            _write(book, styles, table)
        _themes(book, styles, reach)
    return buffer.getvalue()


def about(reach: Reach, place: str) -> list[tuple[str, str | Figure]]:
    """Where the figures come from: on the page, in the spreadsheet and in the report."""
    counts = reach.records()
    return [
        (_("Place"), place or _("The whole country")),
        (_("First day"), date_format(reach.starts_on, "j F Y")),
        (_("Last day"), date_format(reach.ends_on, "j F Y")),
        (_("Decided on"), date_format(localtime(reach.taken_at), "j F Y, H:i")),
        (_("State of the figures"), reach.edition),
        (_("Activities counted"), f"{counts.get('activities', 0):,}"),
        (_("Attendances, whole country"), reach.attendances),
        (_("Distinct persons"), reach.unique_persons),
        (_("Estimated media reach"), reach.media_reach),
    ]


def _about(book: Any, styles: dict[str, Any], reach: Reach, place: str) -> None:
    sheet = _sheet(book, _("About"), 34, 60)
    for index, (word, value) in enumerate(about(reach, place)):
        sheet.write_string(index, 0, str(word), styles["head"])
        if isinstance(value, str):
            sheet.write_string(index, 1, value)
        else:
            _cell(sheet, index, 1, value, styles)
    index += 2
    for text in (
        _(
            "Attendances are visits: who came to two activities is counted twice. Distinct persons are not added over"
            " activities, and media reach is an estimate; the three are never added."
        ),
        _(
            "Counts below 5 (10 for sensitive groups) are not printed, nor are others from which one could be worked out."
        ),
    ):
        sheet.write_string(index, 0, text)
        index += 1


def _write(book: Any, styles: dict[str, Any], table: Table) -> None:
    sheet = _sheet(book, table.title, 44, 18)
    sheet.write_string(0, 0, table.title, styles["head"])
    heads = [table.row_label, *table.columns, *([_("Activities")] if table.has_activities else [])]
    for column, head in enumerate(heads):
        sheet.write_string(1, column, str(head), styles["head"])
    for index, line in enumerate(table.lines, 2):
        sheet.write_string(index, 0, line.label)
        for column, figure in enumerate(line.figures, 1):
            _cell(sheet, index, column, figure, styles)
        if table.has_activities:
            sheet.write_number(index, len(line.figures) + 1, line.activities or 0, styles["count"])
    row = len(table.lines) + 3
    marks = {figure.short: figure.explanation for figure in table.figures if not figure.is_shown}
    for short, explanation in sorted(marks.items()):
        sheet.write_string(row, 0, f"{short}: {explanation}")
        row += 1
    sheet.freeze_panes(2, 1)


def _themes(book: Any, styles: dict[str, Any], reach: Reach) -> None:
    sheet = _sheet(book, _("Activities by theme"), 44, 18)
    for column, head in enumerate((_("Theme"), _("Activities"))):
        sheet.write_string(0, column, head, styles["head"])
    for index, (word, count) in enumerate(theme_table(reach), 1):
        sheet.write_string(index, 0, word)
        sheet.write_number(index, 1, count, styles["count"])


def _cell(sheet: Any, row: int, column: int, figure: Figure, styles: dict[str, Any]) -> None:
    if figure.value is None:
        sheet.write_string(row, column, figure.short)
    else:
        sheet.write_number(row, column, figure.value, styles["count"])


def _sheet(book: Any, title: str, first: int, other: int) -> Any:
    # A name of a sheet has at most 31 letters, some are forbidden, and each stands once whatever its case.
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip()
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    number = 2
    while name.lower() in taken:
        name = f"{name[:28].strip()} {number}"
        number += 1
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, first)
    sheet.set_column(1, 8, other)
    if get_language_bidi():
        sheet.right_to_left()
    return sheet
