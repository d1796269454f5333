"""The file that goes back: what was sent, with wrong cells marked and a column that says what to do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from evidence.intake.choices import lists_of
from evidence.intake.lines import batches, first_lines
from evidence.intake.reading import Formula
from evidence.intake.results import marked, result_lines
from evidence.intake.workbook import MOST_NOTES, OPTIONS, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from core.access import Actor
    from evidence.intake.lines import Sorted
    from evidence.models import Intake

#: The name of the added column; columns that begin so are no question of a form.
WHAT = "_what_to_do"


def write_returned(intake: Intake, *, actor: Actor, at: datetime) -> bytes:
    """The bytes of the file, in the active language."""
    lines = (line for batch in batches(intake, actor=actor, at=at) for line in batch)
    if intake.workbook is not None:
        results = marked(result_lines(intake, lists_of(intake.project)))
        return write_workbook(intake.workbook, (_marked(line) for line in lines), results=results)
    return _write_export(intake, lines)


def _marked(line: Sorted) -> dict[str, Any]:
    cells = {key: _shown(value) for key, value in line.cells.items()}
    return {**cells, "wrong": line.parsed.wrong, "unsure": line.parsed.unsure, "what": _what(line)}


def _what(line: Sorted) -> str:
    sentences = dict.fromkeys([*line.parsed.wrong.values(), *line.parsed.unsure.values()])
    return "\n".join(sentences)


def _shown(value: Any) -> Any:
    return value.text if isinstance(value, Formula) else value


def _write_export(intake: Intake, lines: Iterator[Sorted]) -> bytes:
    headers, _rows, _form = first_lines(intake, most=1)
    headers = [header for header in headers if header and header != WHAT]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    sheet = book.add_worksheet()
    head, wrong = book.add_format({"bold": True}), book.add_format({"bg_color": "#f9d2cf"})
    what = book.add_format({"text_wrap": True, "bg_color": "#fdeec4"})
    sheet.set_column(0, len(headers) - 1, 18)
    sheet.set_column(len(headers), len(headers), 60)
    for index, header in enumerate([*headers, WHAT]):
        sheet.write_string(0, index, header, head)
    notes = MOST_NOTES
    for at, line in enumerate(lines, start=1):
        sentences = {line.origin.get(key, ""): sentence for key, sentence in line.parsed.wrong.items()}
        for index, header in enumerate(headers):
            value, style = _shown(line.cells.get(header, "")), wrong if header in sentences else None
            if hasattr(value, "year"):
                value = value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()
            if value != "" or style:
                sheet.write_string(at, index, str(value), style)
            if style and notes:
                sheet.write_comment(at, index, sentences[header], {"x_scale": 2})
                notes -= 1
        if text := _what(line):
            sheet.write_string(at, len(headers), text, what)
    book.close()
    return out.getvalue()
