"""Reading a file that came in, line by line: an XLSX workbook or a CSV file, whoever made it.

Nothing is evaluated and little is kept in memory. What a file may not be at all is refused in words (`Refused`); what is
wrong in one cell is for `rows.py`.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.uploads import CleanFile, clean_upload
from evidence.intake.layout import (
    ACTIVITIES,
    FIRST_LINE,
    HIDDEN,
    INSTRUCTIONS,
    KEY_ROW,
    LAYOUT,
    MOST_ROWS,
    RESULTS,
    SIGN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

#: What a damaged or hostile file makes the library raise.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
MOST_COLUMNS = 1_000
#: Rows of a hidden sheet that are looked at for data.
HIDDEN_ROWS = 2_000
CSV_TYPE = "text/csv"


class Refused(InvalidInput):
    """The file as a whole cannot be taken; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula: it is not computed here."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number as the person sees it, and what stands in its cells by column key."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says about a workbook."""

    uuid: str
    project: str


def clean_table(upload: IO[bytes]) -> CleanFile:
    """Look at an upload and return safe bytes: an XLSX file as it is, a CSV file as UTF-8. Raises InvalidInput."""
    start = upload.read(8)
    upload.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(
            _(
                "This is an old or protected Excel file. Open it, save it as .xlsx without a password, and send it again."
            ),
            field="file",
        )
    if start.startswith(b"PK") or b"%PDF" in start:
        clean = clean_upload(upload)
        if clean.suffix != "xlsx":
            raise InvalidInput(_("Send a workbook (.xlsx) or a table (.csv)."), field="file")
        return clean
    return _clean_csv(upload)


def _clean_csv(upload: IO[bytes]) -> CleanFile:
    content = upload.read(settings.UPLOAD_LIMIT_BYTES + 1)
    if not content.strip():
        raise InvalidInput(_("The file is empty. Choose another one."), field="file")
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise InvalidInput(
            _("The file is larger than %(limit)s MB. Make it smaller or send it in parts.")
            % {"limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024},
            field="file",
        )
    text = _decoded(content)
    if text is None or "\x00" in text or not _looks_like_table(text):
        raise InvalidInput(_("Send a workbook (.xlsx) or a table (.csv)."), field="file")
    return CleanFile(text.encode(), CSV_TYPE, "csv")


def _decoded(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:2] == b"\x00":
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _looks_like_table(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    return any(mark in first for mark in ",;\t|") and not first.lstrip().startswith(("<", "{", "["))


@contextmanager
def open_workbook(file: Any) -> Iterator[Any]:
    """The workbook, to be read row by row. Raises Refused for what no sheet may be."""
    with reading():
        _scan(file)
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        with reading():
            _refuse_hidden(book)
        yield book
    finally:
        book.close()


@contextmanager
def reading() -> Iterator[None]:
    """Turns whatever a damaged file makes the library raise into one sentence."""
    try:
        yield
    except InvalidInput:
        raise
    except _DAMAGE:
        raise Refused(_("The file is damaged. Open it, save it again as .xlsx, and send it once more.")) from None


def _scan(file: Any) -> None:
    """Look through the raw sheets for what a reader by rows would not see. A chunk at a time, whatever the size."""
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if not entry.filename.startswith("xl/") or not entry.filename.endswith(".xml"):
                continue
            is_sheet = "/worksheets/" in entry.filename
            before = b""
            with archive.open(entry) as part:
                while chunk := part.read(1 << 20):
                    seen = before + chunk
                    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                        raise Refused(_("The file holds what no spreadsheet writes, and is not accepted."))
                    if is_sheet and b"mergeCell " in seen:
                        raise Refused(_("There are merged cells. Undo the merging, and send the workbook again."))
                    before = seen[-16:]
    file.seek(0)


def _refuse_hidden(book: Any) -> None:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" or sheet.title == HIDDEN:
            continue
        for row in sheet.iter_rows(max_row=HIDDEN_ROWS, max_col=50, values_only=True):
            if any(value not in (None, "") for value in row):
                raise Refused(
                    _("The sheet “%(name)s” is hidden and holds data. Show or delete it, and send the workbook again.")
                    % {"name": sheet.title}
                )


def identity_of(book: Any) -> Identity:
    """Which workbook of the portal this is. Raises Refused when it is none, or of another layout."""
    if HIDDEN not in book.sheetnames:
        raise Refused(_not_ours())
    with reading():
        cells = [row[0] for row in book[HIDDEN].iter_rows(max_row=5, max_col=1, values_only=True)]
    sign, uuid, layout, project, _language = [*map(str, cells), *[""] * 5][:5]
    if sign != SIGN:
        raise Refused(_not_ours())
    if layout != str(LAYOUT):
        raise Refused(
            _("This workbook has the layout of another version of the portal. Download a new one and copy the lines.")
        )
    if ACTIVITIES not in book.sheetnames:
        raise Refused(_("The sheet “%(name)s” is missing. Download the workbook again.") % {"name": ACTIVITIES})
    for sheet in book.worksheets:
        if sheet.title not in {ACTIVITIES, RESULTS, INSTRUCTIONS, HIDDEN}:
            filled = (
                cell for row in sheet.iter_rows(max_row=HIDDEN_ROWS, max_col=50, values_only=True) for cell in row
            )
            if any(value not in (None, "") for value in filled):
                raise Refused(
                    _("The sheet “%(name)s” is not one of the workbook. Move its lines to “%(ours)s” and delete it.")
                    % {"name": sheet.title, "ours": ACTIVITIES}
                )
    return Identity(uuid, project)


def _not_ours() -> str:
    return _("This is no workbook of the portal. Download one for your project and copy your lines into it.")


def keyed_lines(book: Any, sheet: str, keys: list[str]) -> Iterator[Line]:
    """The lines of a sheet of ours that hold anything but their number. Raises Refused when columns are missing."""
    with reading():
        found = _keys_in(book[sheet].iter_rows(max_row=FIRST_LINE - 1, max_col=MOST_COLUMNS), sheet)
        if missing := [key for key in keys if key not in found]:
            raise Refused(
                _("The sheet “%(name)s” lacks %(count)s of its columns. Download the workbook again.")
                % {"name": sheet, "count": len(missing)}
            )
    places = [(index, key) for index, key in enumerate(found) if key in set(keys)]
    # Every row is filled up to its last column: the library is asked for no more than there are.
    width = max(index for index, _key in places) + 1
    rows = book[sheet].iter_rows(min_row=FIRST_LINE, max_row=MOST_ROWS + 1, max_col=width)
    yield from _lines(rows, places, FIRST_LINE)


def _keys_in(rows: Iterator[Any], sheet: str) -> list[str]:
    found: list[str] = []
    for _number in range(KEY_ROW, FIRST_LINE):
        row = next(rows, None)
        if row is None:
            raise Refused(_("The sheet “%(name)s” is empty.") % {"name": sheet})
        found = found or [str(cell.value or "") for cell in row]
    return found


def _lines(rows: Iterator[Any], places: list[tuple[int, str]], first: int) -> Iterator[Line]:
    number = first - 1
    with reading():
        for row in rows:
            number += 1
            if number > MOST_ROWS:
                raise Refused(
                    _("The sheet has more than %(most)s rows. Delete the empty ones below your lines.")
                    % {"most": f"{MOST_ROWS:,}"}
                )
            width = len(row)
            cells = {}
            for index, key in places:
                if index < width and (value := row[index].value) not in (None, ""):
                    cells[key] = Formula(str(value)[:80]) if row[index].data_type == "f" else value
            if cells.keys() - {"row", "indicator", "name", "unit"}:
                yield Line(number, cells)


# --- Tables of others -----------------------------------------------------------------------------------------------


def headers_of(file: Any, content_type: str) -> list[str]:
    """The names of the columns of an export."""
    for headers, _lines_after in _table(file, content_type):
        return headers
    return []


def table_lines(file: Any, content_type: str) -> Iterator[Line]:
    """The lines of an export, each cell by the name of its column as it stands in the file."""
    for headers, rows in _table(file, content_type):
        for number, row in rows:
            cells = {
                header: value for header, value in zip(headers, row, strict=False) if header and value not in (None, "")
            }
            if cells:
                yield Line(number, cells)


def _table(file: Any, content_type: str) -> Iterator[tuple[list[str], Iterator[tuple[int, list[Any]]]]]:
    if content_type == CSV_TYPE:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            start = text.read(20_000).lstrip("\r\n")
            text.seek(0)
            mark = _separator(start.partition("\n")[0])
            rows = csv.reader(text, delimiter=mark)
            with reading_csv():
                yield _headers(next(rows, [])), ((rows.line_num, row) for row in rows)
        finally:
            text.detach()
        return
    with open_workbook(file) as book, reading():
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise Refused(_("The workbook has no sheet to read."))
        for sheet in sheets[1:]:
            if any(
                value not in (None, "")
                for row in sheet.iter_rows(max_row=2, max_col=50, values_only=True)
                for value in row
            ):
                raise Refused(
                    _(
                        "Only the first sheet is read, and “%(name)s” holds data, too. Put what it repeats beside each "
                        "other in columns of the first sheet, or delete it, and send the file again."
                    )
                    % {"name": sheet.title}
                )
        first = next(sheets[0].iter_rows(max_row=1, max_col=MOST_COLUMNS), ())
        headers = _headers([cell.value for cell in first])
        width = max(index for index, header in enumerate(headers, start=1) if header)
        yield headers, _plain(sheets[0].iter_rows(min_row=2, max_row=MOST_ROWS + 1, max_col=width))


@contextmanager
def reading_csv() -> Iterator[None]:
    """The same for a CSV file."""
    try:
        yield
    except csv.Error:
        raise Refused(_("The table is damaged. Export it once more as CSV or XLSX.")) from None


def _plain(rows: Iterator[Any]) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise Refused(
                _("The sheet has more than %(most)s rows. Delete the empty ones below your lines.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        yield number, [Formula(str(cell.value)[:80]) if cell.data_type == "f" else cell.value for cell in row]


def _headers(row: list[Any]) -> list[str]:
    headers = [str(value or "").strip()[:200] for value in row]
    named = [header for header in headers if header]
    if not named:
        raise Refused(_("The first row does not name the columns. Export the form with XML values and headers."))
    if len(set(named)) != len(named):
        twice = next(header for header in named if named.count(header) > 1)
        raise Refused(_("The column “%(name)s” stands twice. Export the form with group names.") % {"name": twice})
    return headers


def _separator(first: str) -> str:
    return max(",;\t|", key=first.count)
