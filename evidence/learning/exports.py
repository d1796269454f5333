"""The library as CSV and XLSX: the rows that are shown, in the order in which they are shown, made while they are sent."""

from __future__ import annotations

import csv
import tempfile
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evidence.learning.kind import label_of
from evidence.learning.selectors import sort_of
from evidence.models import EvidenceLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http.response import HttpResponseBase

    from evidence.learning.shapes import Shape

#: Rows fetched at a time.
CHUNK = 500
#: A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands every line on."""

    def write(self, line: str) -> str:
        return line


def columns(shape: Shape) -> list[str]:
    """The heading of each column."""
    return [
        *(str(label_of(shape, name)) for name in ("title", "title_ur", shape.sort)),
        str(_("Organization")),
        str(_("Districts")),
        str(_("Evidence")),
        str(_("Published on")),
        *(str(label_of(shape, name)) for name in (*shape.texts, *shape.lines)),
        str(_("Address")),
    ]


def rows_of(shape: Shape, records: Iterable[Any], address: str) -> Iterator[list[str]]:
    """Each record as the texts of its cells; `address` is what stands before its own address."""
    for record in records:
        revision = record.published_revision
        yield [
            revision.title,
            revision.title_ur,
            sort_of(shape, revision),
            record.organization.display_name,
            ", ".join(sorted(row.name for row in revision.districts.all())),
            str(EvidenceLevel(record.evidence_level).label),
            date_format(record.published_at, "Y-m-d"),
            *(getattr(revision, name) for name in (*shape.texts, *shape.lines)),
            f"{address}/{shape.tab}/{record.uuid}/",
        ]


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(heading: list[str], rows: Iterable[list[str]], name: str) -> HttpResponseBase:
    """Comma-separated, with the mark by which spreadsheets know UTF-8; sent line by line."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(heading)
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def as_xlsx(heading: list[str], rows: Iterable[list[str]], name: str, *, title: str, is_rtl: bool) -> HttpResponseBase:
    """A workbook written row by row to a file that goes when it is sent; a text stays a text."""
    options: dict[str, Any] = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it
    with xlsxwriter.Workbook(file.name, options) as workbook:
        sheet = workbook.add_worksheet(title[:31])
        if is_rtl:
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heading) - 1, 28)
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        for column, text in enumerate(heading):
            sheet.write_string(0, column, text, bold)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, wrapped)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
