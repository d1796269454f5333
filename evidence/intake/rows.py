"""One line of a file as an activity: what stands in its cells, what is wrong with it, and what it says.

What must hold for an activity is `evidence.activities.rules` and `grid`, the same as on the form.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.text import clean_text, count_words
from evidence.activities.grid import Counts, add_up, cell_of, parse_count
from evidence.activities.rules import Facts, gaps, refusals
from evidence.activities.sections import STORED_WORDS
from evidence.intake.layout import FIXED, MOST_THEMES, Column, Holds
from evidence.intake.reading import Formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.activities.rules import Frame
    from evidence.intake.choices import Choices

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "01234567890123456789.")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4})\Z")
#: Day 0 of a spreadsheet; its day 60 never was, and nothing of the programme is so old.
_EPOCH = date(1899, 12, 30)
_CODE = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_]{0,23}\Z")
#: Gaps that a workbook cannot close: they are told on the page of the draft.
_LATER = frozenset({"evidence"})


@dataclass(slots=True)
class ParsedRow:
    """What a line says. `wrong` and `unsure` are sentences by column; a row with nothing wrong may be stored."""

    number: int
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    wrong: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        return not self.wrong

    @property
    def content(self) -> str:
        """A digest of all that the row says."""
        return _digest({**self.values, "counts": self.counts.plain()})

    @property
    def likeness(self) -> str:
        """A digest of what makes it this event and no other, for rows without a number of their own."""
        names = ("type_id", "title", "starts_on", "ends_on", "district_id")
        return _digest({name: self.values.get(name) for name in names})


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def parse_row(
    number: int,
    key: str,
    cells: Mapping[str, Any],
    *,
    columns: Mapping[str, Column],
    lists: Mapping[str, Choices],
    frame: Frame,
    online_id: int | None,
    today: date,
) -> ParsedRow:
    """Read a line. `cells` are its values by column key; keys that are no column of ours are left out."""
    row = ParsedRow(number, key)
    read: dict[str, Any] = {}
    for name, value in cells.items():
        if (column := columns.get(name)) is None or column.holds is Holds.ROW:
            continue
        try:
            read[name] = _read(column, value, lists)
        except InvalidInput as refused:
            row.wrong[name] = str(refused)
    row.values = _values(read)
    _refuse_missing(row, columns)
    row.counts = _counts(row, read)
    if not {"starts_on", "ends_on", "status", "district", "setting"} & row.wrong.keys():
        _apply_rules(row, frame, online_id, today)
    return row


def _read(column: Column, value: Any, lists: Mapping[str, Choices]) -> Any:
    if isinstance(value, Formula):
        raise InvalidInput(_("There is a formula. Write its value instead: formulas are not computed here."))
    match column.holds:
        case Holds.TEXT:
            return read_text(value, most=column.most)
        case Holds.CHOICE | Holds.YES_NO:
            return _choice(value, column, lists)
        case Holds.DATE:
            return read_date(value)
        case Holds.COUNT:
            return parse_count(_number_text(value), most=column.most)
        case _:
            return read_number(value)


def read_text(value: Any, *, most: int) -> str:
    """Clean text. Raises InvalidInput when it is too long."""
    text = clean_text(_number_text(value))
    if len(text) > most or count_words(text) > STORED_WORDS:
        raise InvalidInput(_("This is too long: at most %(most)s characters.") % {"most": f"{most:,}"})
    return text


def read_date(value: Any) -> date | None:
    """A date as a spreadsheet keeps it, or as text in the order of Pakistan: 2025-05-31, 31.5.2025, 31/05/2025."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_serial(value)
    else:
        found = _from_text(str(value).translate(_DIGITS).strip())
    if not 2000 <= found.year <= 2100:
        raise InvalidInput(_("“%(typed)s” is no day of this programme. Look at the year again.") % {"typed": found})
    return found


def _from_serial(value: float) -> date:
    try:
        return _EPOCH + timedelta(days=int(value))
    except (OverflowError, ValueError):
        raise InvalidInput(_not_a_date(value)) from None


def _from_text(text: str) -> date:
    try:
        if found := _ISO.match(text):
            return date(*map(int, found.groups()))
        if found := _DAY_FIRST.match(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    raise InvalidInput(_not_a_date(text))


def _not_a_date(typed: Any) -> str:
    return _("“%(typed)s” is not read as a date. Write it as 2025-05-31.") % {"typed": str(typed)[:20]}


def read_number(value: Any) -> Decimal:
    """A number in Latin or Urdu digits. Raises InvalidInput for anything else."""
    text = _number_text(value).translate(_DIGITS).replace(",", "").replace("٬", "").replace("،", "").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**12 or isinstance(value, bool):
        raise InvalidInput(_("“%(typed)s” is no number. Write it with digits only.") % {"typed": str(value)[:20]})
    if number < 0:
        raise InvalidInput(_("“%(typed)s” is below zero.") % {"typed": str(value)[:20]})
    return number


def _number_text(value: Any) -> str:
    """As a person would have typed it: a spreadsheet keeps 12 as 12.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def _choice(value: Any, column: Column, lists: Mapping[str, Choices]) -> Any:
    text = _number_text(value).strip()
    found = lists[column.choices].find(text)
    if found is None:
        raise InvalidInput(
            _("“%(typed)s” is not in the list “%(list)s”. Choose one of its entries.")
            % {"typed": text[:40], "list": column.label}
        )
    return found


def _values(read: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns of an activity store; what is missing has the value that an empty form has."""
    texts = ("title", "title_ur", "status_note", "district_note", "description", "methods", "place", "code")
    themes = [read.get(f"theme{number}") for number in range(1, MOST_THEMES + 1)]
    return {
        **{name: read.get(name) or "" for name in texts},
        "type_id": read.get("type"),
        "status": read.get("status") or "COMPLETED",
        "starts_on": read.get("starts_on"),
        "ends_on": read.get("ends_on") or read.get("starts_on"),
        "district_id": read.get("district"),
        "setting_id": read.get("setting"),
        "feedback_score": read.get("feedback_score"),
        "amount_pkr": read.get("amount_pkr"),
        "themes": sorted({one for one in themes if one}),
    }


def _refuse_missing(row: ParsedRow, columns: Mapping[str, Column]) -> None:
    needed = {"type": "type_id", "title": "title", "starts_on": "starts_on"}
    for name, stored in needed.items():
        if not row.values[stored] and name not in row.wrong:
            row.wrong[name] = _("Fill in “%(name)s”.") % {"name": (columns.get(name) or FIXED[name]).label}
    score = row.values["feedback_score"]
    if score is not None and not 1 <= score <= 5:
        row.wrong["feedback_score"] = _("The feedback is a figure from 1 to 5.")
    elif score is not None:
        row.values["feedback_score"] = score.quantize(Decimal("0.1"))
    if (cost := row.values["amount_pkr"]) is not None:
        row.values["amount_pkr"] = cost.quantize(Decimal("0.01"))
    if (code := row.values["code"]) and not _CODE.match(code):
        row.wrong["code"] = _("Write the number with Latin letters, digits and hyphens, at most 24 of them.")


def _counts(row: ParsedRow, read: Mapping[str, Any]) -> Counts:
    cells = {cell: count for name, count in read.items() if count and (cell := cell_of(name))}
    try:
        return add_up(
            Counts(
                attendances=read.get("attendances"),
                unique_persons=read.get("unique_persons"),
                media_reach=read.get("media_reach"),
                is_disability_asked=bool(read.get("is_disability_asked")),
                cells=cells,
            )
        )
    except InvalidInput as refused:
        row.wrong.setdefault(refused.field or "attendances", str(refused))
        return Counts()


def _apply_rules(row: ParsedRow, frame: Frame, online_id: int | None, today: date) -> None:
    values = row.values
    facts = Facts(
        status=values["status"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        status_note=values["status_note"],
        district_id=values["district_id"],
        district_note=values["district_note"],
        is_online=values["setting_id"] is not None and values["setting_id"] == online_id,
        attendances=row.counts.attendances,
        media_reach=row.counts.media_reach,
        evidence_count=1,
        theme_count=len(values["themes"]),
        texts={name: values[name] for name in ("title", "title_ur", "status_note", "description", "methods")},
    )
    for gap in refusals(facts, frame, today=today):
        row.wrong.setdefault(gap.field, gap.message)
    for gap in gaps(facts, frame, today=today):
        name = "theme1" if gap.field == "themes" else gap.field
        if name not in row.wrong and name not in _LATER:
            row.unsure.setdefault(name, gap.message)
