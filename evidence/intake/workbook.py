"""Writing a workbook: instructions, the lines to fill in, lists to choose from, and who it was given to.

The same writer makes the workbook that goes back with errors marked in its cells.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from core.terms import Term
from evidence.intake.choices import lists_of
from evidence.intake.layout import (
    ACTIVITIES,
    FIRST_LINE,
    HIDDEN,
    INSTRUCTIONS,
    KEY_ROW,
    LABEL_ROW,
    LAYOUT,
    RESULT_COLUMNS,
    RESULTS,
    SIGN,
    Column,
    Holds,
    columns_of,
)
from evidence.models import ProjectIndicator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evidence.intake.choices import Choices
    from evidence.models import Workbook

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
#: Notes stand in memory until the file is closed; the column “What to do” says the same for every line.
MOST_NOTES = 3_000
_INK, _PAPER, _BAND, _WRONG, _UNSURE = "#1b1f24", "#ffffff", "#e8eef6", "#f9d2cf", "#fdeec4"


def columns_for(workbook: Workbook) -> list[Column]:
    """The columns of this workbook's sheet of activities, labels in the active language."""
    codes = list(workbook.options.get("groups", []))
    labels = {row.code: row.label for row in Term.objects.filter(vocabulary="target_group", code__in=codes)}
    return columns_of(asks_disability=bool(workbook.options.get("disability")), groups=codes, labels=labels)


def write_workbook(
    workbook: Workbook,
    rows: Iterable[Mapping[str, Any]] | None = None,
    *,
    results: Iterable[Mapping[str, Any]] | None = None,
) -> bytes:
    """The file in the language of the workbook.

    Without `rows` its lines are empty. With them it is what was sent, each row a dict of what stood in the cells by
    key, `wrong` (sentences by key), `unsure` (the same, for what may be sent) and `what` (what to do).
    """
    with override(workbook.language):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, OPTIONS)
        book.set_properties({"title": f"PVENet {workbook.project.code}", "comments": f"{SIGN} {workbook.uuid}"})
        is_rtl = get_language() == "ur"
        styles = _styles(book, is_rtl)
        lists = lists_of(workbook.project)
        _instructions(book, workbook, styles, is_rtl)
        # The hidden sheet comes last in the file and is named by the lists of those before it.
        columns = columns_for(workbook)
        _activities(book, workbook, columns, lists, styles, is_rtl, rows)
        _results(book, workbook, lists, styles, is_rtl, results)
        _hidden(book, workbook, lists)
        book.close()
        return out.getvalue()


def row_key(number: int) -> str:
    """The number of a line as it stands in the first column."""
    return f"R{number:05d}"


def _styles(book: Any, is_rtl: bool) -> dict[str, Any]:
    base = {
        "font_name": "Noto Naskh Arabic" if is_rtl else "Calibri",
        "font_size": 11,
        "valign": "top",
        "reading_order": 2 if is_rtl else 1,
    }
    line: dict[str, Any] = {**base, "border": 1, "border_color": "#c8cfd8", "locked": False}
    kinds: dict[Holds, dict[str, Any]] = {
        Holds.TEXT: {"text_wrap": True, "num_format": "@", "reading_order": 0},
        Holds.CHOICE: {"text_wrap": True},
        Holds.DATE: {"num_format": "yyyy-mm-dd"},
        Holds.COUNT: {"num_format": "#,##0"},
        Holds.NUMBER: {"num_format": "#,##0.##"},
        Holds.YES_NO: {},
        Holds.ROW: {"locked": True, "font_color": "#5b6672"},
    }
    styles: dict[str, Any] = {}
    for holds, more in kinds.items():
        styles[holds] = book.add_format({**line, **more})
        styles[f"{holds}-wrong"] = book.add_format({**line, **more, "bg_color": _WRONG, "border_color": "#a1241b"})
        styles[f"{holds}-unsure"] = book.add_format({**line, **more, "bg_color": _UNSURE})
    head = {**base, "bold": True, "text_wrap": True, "bg_color": _BAND, "border": 1, "border_color": "#9aa7b5"}
    styles["label"] = book.add_format(head)
    styles["needed"] = book.add_format({**head, "bg_color": "#cfdcf0"})
    styles["key"] = book.add_format({"font_color": "#8a94a0", "font_size": 8})
    styles["what"] = book.add_format({**base, "text_wrap": True, "bg_color": _UNSURE, "border": 1})
    styles["title"] = book.add_format({**base, "bold": True, "font_size": 16})
    styles["words"] = book.add_format({**base, "text_wrap": True})
    return styles


def _instructions(book: Any, workbook: Workbook, styles: dict[str, Any], is_rtl: bool) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    if is_rtl:
        sheet.right_to_left()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    period = workbook.period
    lines = [
        _("Project: %(title)s (%(code)s)") % {"title": workbook.project, "code": workbook.project.code},
        _("Period: %(start)s to %(end)s")
        % {
            "start": date_format(period.starts_on, "DATE_FORMAT"),
            "end": date_format(period.ends_on, "DATE_FORMAT"),
        }
        if period
        else _("Period: any day of the project"),
        "",
        _("1. Fill in the sheet “Activities”, one line for each activity. Dark blue headings have to be filled in."),
        _("2. Choose from the lists where a cell offers one. Write dates as 2025-05-31 and counts as whole numbers."),
        _("3. The counts by sex and age add up to the attendances. What nobody counted stays empty, and is not zero."),
        _("4. Write no names of participants, no identity card and no telephone numbers anywhere."),
        _("5. Write values and no formulas. Do not merge cells, and do not add sheets or columns."),
        _("6. Report indicators in the sheet “Results”, if there is one."),
        _("7. Send the file back on the page from which you downloaded it. You may send it as often as you like:")
        + " "
        + _("a line that was sent before is not counted twice, and a changed line corrects the draft that it made."),
        _("If something is not right, the portal gives the workbook back with the cells marked and says what to do."),
    ]
    sheet.write_string(0, 0, _("Workbook of PVENet"), styles["title"])
    for index, text in enumerate(lines, start=1):
        sheet.write_string(index, 0, str(text), styles["words"])
    sheet.protect()


def _activities(
    book: Any,
    workbook: Workbook,
    columns: list[Column],
    lists: dict[str, Choices],
    styles: dict[str, Any],
    is_rtl: bool,
    rows: Iterable[Mapping[str, Any]] | None,
) -> None:
    sheet = book.add_worksheet(ACTIVITIES)
    _frame(sheet, columns, styles, is_rtl, with_what=rows is not None)
    last = FIRST_LINE - 1
    if rows is None:
        lines = int(workbook.options.get("lines", 100))
        for number in range(1, lines + 1):
            last = FIRST_LINE + number - 2
            sheet.write_string(last, 0, row_key(number), styles[Holds.ROW])
            for index, column in enumerate(columns[1:], start=1):
                sheet.write_blank(last, index, None, styles[column.holds])
    else:
        notes = MOST_NOTES
        for number, row in enumerate(rows):
            last = FIRST_LINE + number - 1
            notes -= _write_row(sheet, last, columns, row, styles, notes)
    _validate(sheet, columns, lists, first=FIRST_LINE - 1, last=max(last, FIRST_LINE + 100))
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def _frame(sheet: Any, columns: Iterable[Column], styles: dict[str, Any], is_rtl: bool, *, with_what: bool) -> None:
    if is_rtl:
        sheet.right_to_left()
    columns = list(columns)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, styles[column.holds])
    if with_what:
        sheet.set_column(len(columns), len(columns), 60, styles["what"])
    sheet.set_row(KEY_ROW - 1, None, None, {"hidden": True})
    for index, column in enumerate(columns):
        sheet.write_string(KEY_ROW - 1, index, column.key, styles["key"])
    sheet.set_row(LABEL_ROW - 1, 78)
    for index, column in enumerate(columns):
        sheet.write_string(LABEL_ROW - 1, index, str(column.label), styles["needed" if column.is_needed else "label"])
    if with_what:
        sheet.write_string(LABEL_ROW - 1, len(columns), _("What to do"), styles["label"])
    sheet.freeze_panes(FIRST_LINE - 1, 4)


def _write_row(
    sheet: Any, at: int, columns: list[Column], row: Mapping[str, Any], styles: dict[str, Any], notes: int
) -> int:
    """One line as it was sent. Returns how many notes it took."""
    wrong, unsure, taken = row.get("wrong", {}), row.get("unsure", {}), 0
    for index, column in enumerate(columns):
        tone = "-wrong" if column.key in wrong else "-unsure" if column.key in unsure else ""
        _write_value(sheet, at, index, row.get(column.key), styles[f"{column.holds}{tone}"])
        if tone and taken < notes:
            sheet.write_comment(at, index, wrong.get(column.key) or unsure[column.key], {"x_scale": 2})
            taken += 1
    if row.get("what"):
        sheet.write_string(at, len(columns), row["what"], styles["what"])
    return taken


def _write_value(sheet: Any, at: int, index: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(at, index, None, style)
    elif hasattr(value, "year"):
        sheet.write_datetime(at, index, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(at, index, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(at, index, value, style)
    else:
        sheet.write_string(at, index, str(value), style)


def _validate(sheet: Any, columns: list[Column], lists: dict[str, Choices], *, first: int, last: int) -> None:
    sources = _places_of(lists)
    for index, column in enumerate(columns):
        rule: dict[str, Any] | None = None
        if column.choices:
            rule = {"validate": "list", "source": sources[column.choices]}
            rule |= {"error_title": _("Not in the list")[:32], "error_message": _("Choose one of the list.")}
        elif column.holds == Holds.COUNT:
            rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": column.most}
            rule |= {"error_title": _("No count")[:32], "error_message": _("A count is a whole number, zero or more.")}
        if column.help and rule is None:
            rule = {"validate": "any"}
        if rule is not None:
            if column.help:
                rule |= {"input_title": str(column.label)[:32], "input_message": str(column.help)[:255]}
            # Urdu digits are text to a spreadsheet: it warns, and the portal reads them.
            sheet.data_validation(first, index, last, index, {**rule, "error_type": "warning", "ignore_blank": True})


def _places_of(lists: dict[str, Choices]) -> dict[str, str]:
    """Where each list stands in the hidden sheet, as a range."""
    places = {}
    for index, name in enumerate(sorted(lists), start=2):
        letter = xl_col_to_name(index)
        places[name] = f"={HIDDEN}!${letter}$2:${letter}${len(lists[name].rows) + 1}"
    return places


def _results(
    book: Any,
    workbook: Workbook,
    lists: dict[str, Choices],
    styles: dict[str, Any],
    is_rtl: bool,
    rows: Iterable[Mapping[str, Any]] | None,
) -> None:
    indicators = indicators_of(workbook)
    if not indicators:
        return
    sheet = book.add_worksheet(RESULTS)
    columns = list(RESULT_COLUMNS)
    _frame(sheet, columns, styles, is_rtl, with_what=rows is not None)
    if not rows:
        rows = [
            {"indicator": indicator.code, "name": str(indicator), "unit": indicator.unit.label}
            for indicator in indicators
        ]
    last, notes = FIRST_LINE, MOST_NOTES
    for last, row in enumerate(rows, start=FIRST_LINE - 1):
        notes -= _write_row(sheet, last, columns, row, styles, notes)
    _validate(sheet, columns, lists, first=FIRST_LINE - 1, last=last + 20)
    sheet.protect("", {"format_columns": True})


def indicators_of(workbook: Workbook) -> list[Any]:
    """The indicators that the project reports for the period of the workbook, in their order."""
    if workbook.period is None:
        return []
    rows = ProjectIndicator.objects.filter(
        project=workbook.project, indicator__frequency=workbook.period.frequency
    ).select_related("indicator__unit")
    return [row.indicator for row in rows.order_by("indicator__position", "indicator__code")]


def _hidden(book: Any, workbook: Workbook, lists: dict[str, Choices]) -> None:
    sheet = book.add_worksheet(HIDDEN)
    identity = [SIGN, str(workbook.uuid), str(LAYOUT), workbook.project.code, workbook.language]
    columns = [(name, lists[name].rows) for name in sorted(lists)]
    deepest = max(len(identity), *(len(rows) + 1 for _name, rows in columns))
    for at in range(deepest):
        if at < len(identity):
            sheet.write_string(at, 0, identity[at])
        for index, (name, rows) in enumerate(columns, start=2):
            if at == 0:
                sheet.write_string(0, index, name)
            elif at <= len(rows):
                sheet.write_string(at, index, rows[at - 1][2])
    sheet.hide()
    sheet.protect()
