"""Periods, figures and breakdowns as they are printed for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evidence.models import Frequency
from evidence.results.figures import DIMENSIONS, Entry

if TYPE_CHECKING:
    from datetime import date

    from evidence.models import Indicator, Period


def period_words(period: Period) -> str:
    """A period of a project."""
    return bucket_words(period.frequency, None if period.frequency == Frequency.ENDLINE else period.starts_on)


def bucket_words(frequency: str, day: date | None) -> str:
    """The calendar period of a frequency that a day lies in; no day is the report at the end."""
    if day is None or frequency == Frequency.ENDLINE:
        return _("At the end")
    if frequency == Frequency.MONTHLY:
        return date_format(day, "F Y")
    if frequency == Frequency.QUARTERLY:
        return _("Quarter %(number)s of %(year)s") % {"number": (day.month + 2) // 3, "year": day.year}
    if frequency == Frequency.SIX_MONTHLY:
        return _("Half %(number)s of %(year)s") % {"number": 1 if day.month < 7 else 2, "year": day.year}
    return str(day.year)


def short_bucket(frequency: str, day: date | None) -> str:
    """The same in a few letters, for an axis."""
    if day is None or frequency == Frequency.ENDLINE:
        return _("end")
    if frequency == Frequency.MONTHLY:
        return date_format(day, "M y")
    if frequency == Frequency.QUARTERLY:
        return f"Q{(day.month + 2) // 3} {day.year}"
    if frequency == Frequency.SIX_MONTHLY:
        return f"H{1 if day.month < 7 else 2} {day.year}"
    return str(day.year)


def print_decimal(value: Any) -> str:
    """A stored number without needless decimals."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def print_entry(indicator: Indicator, entry: Entry) -> str:
    """A figure as it was entered."""
    if entry.figure is None:
        return "–"
    if entry.numerator is not None and entry.denominator is not None:
        return _("%(percent)s%% (%(part)s of %(whole)s)") % {
            "percent": print_decimal(round(entry.figure, 1)),
            "part": f"{entry.numerator:,}",
            "whole": f"{entry.denominator:,}",
        }
    if entry.denominator is not None:
        return _("%(value)s (mean of %(whole)s)") % {
            "value": print_decimal(entry.figure),
            "whole": f"{entry.denominator:,}",
        }
    return print_decimal(entry.figure)


def print_parts(indicator: Indicator, entry: Entry) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """The breakdown: for each dimension its parts, and what is not recorded."""
    printed = []
    for dimension, (_column, choices, unknown) in DIMENSIONS.items():
        parts = {code: pair for (name, code), pair in entry.cells.items() if name == dimension}
        if not parts:
            continue
        rows: list[tuple[Any, str]] = []
        for code, label in choices.choices:
            if code in parts:
                part, whole = parts[code]
                said = f"{part:,}" if whole is None else _("%(part)s of %(whole)s") % {"part": part, "whole": whole}
                rows.append((label, said))
        if entry.value is not None:
            rest = int(entry.value) - sum(part for part, _whole in parts.values())
            if rest:
                rows.append((choices(unknown).label, f"{rest:,}"))
        printed.append((DIMENSION_LABELS[dimension](), rows))
    return printed


DIMENSION_LABELS = {"SEX": lambda: _("Sex"), "AGE": lambda: _("Age"), "DISAB": lambda: _("Disability")}
