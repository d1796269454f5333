"""The logframe as a spreadsheet: one sheet in English, one in Urdu that runs from right to left. No formulas, ever."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evidence.results.words import print_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from evidence.results.selectors import IndicatorLine, NodeLine
    from organizations.models import Programme

WIDTHS = (12, 44, 10, 44, 14, 14, 14, 10, 16, 32, 44)


def write_logframe(programme: Programme, nodes: Iterable[NodeLine], *, on: date) -> bytes:
    """The file. What is hidden on the page is hidden here, in the same words."""
    nodes = list(nodes)
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    for language, name in (("en", "English"), ("ur", "اردو")):
        with translation.override(language):
            _write(book, name, programme, nodes, on, is_urdu=language == "ur")
    book.close()
    return file.getvalue()


def _write(book: Any, name: str, programme: Programme, nodes: list[NodeLine], on: date, *, is_urdu: bool) -> None:
    sheet = book.add_worksheet(name)
    if is_urdu:
        sheet.right_to_left()
    direction = {"reading_order": 2 if is_urdu else 1}
    plain = book.add_format({"text_wrap": True, "valign": "top", **direction})
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top", **direction})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, **direction})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, str(programme), strong)
    sheet.write_string(1, 0, _("Logical framework on %(day)s") % {"day": date_format(on)}, plain)
    if programme.is_demo:
        sheet.write_string(2, 0, _("Demo data"), plain)
    for column, title in enumerate(
        (
            _("Level"),
            _("Statement"),
            _("Code"),
            _("Indicator"),
            _("Unit"),
            _("Baseline"),
            _("Target"),
            _("Reached"),
            _("Projects that reported"),
            _("Means of verification"),
            _("Assumptions"),
        )
    ):
        sheet.write_string(3, column, title, head)
    sheet.freeze_panes(4, 0)
    line = 4
    for node in nodes:
        assumptions = "\n".join(f"{row} ({row.get_status_display()})" for row in node.assumptions)
        sheet.write_string(line, 0, str(node.node.get_level_display()), strong)
        sheet.write_string(line, 1, str(node.node), strong)
        sheet.write_string(line, 10, assumptions, plain)
        for indicator in node.indicators:
            _write_indicator(sheet, line, indicator, plain)
            line += 1
        line += 0 if node.indicators else 1


def _write_indicator(sheet: Any, line: int, row: IndicatorLine, plain: Any) -> None:
    sheet.write_string(line, 2, row.indicator.code, plain)
    sheet.write_string(line, 3, str(row.indicator), plain)
    sheet.write_string(line, 4, row.indicator.unit.label, plain)
    for column, figure in ((5, row.baseline), (7, row.total.figure)):
        if figure.is_shown and not figure.is_percent:
            sheet.write_number(line, column, figure.value, plain)
        else:
            sheet.write_string(line, column, figure.short, plain)
    sheet.write_string(line, 6, print_decimal(row.target) if row.target is not None else "", plain)
    sheet.write_string(line, 8, _("%(count)s of %(all)s") % {"count": row.total.projects, "all": row.expected}, plain)
    sheet.write_string(line, 9, row.indicator.means_of_verification, plain)
