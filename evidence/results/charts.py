"""The drawing of an indicator: columns for what was reached, a line for each target, the baseline as a hollow mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.results.selectors import IndicatorLine

#: The part of the drawing above the tallest column, for its value.
HEADROOM = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One period: everything in per cent of the drawing, as text ready for an attribute."""

    label: str
    value: str
    x: str
    width: str
    y: str
    height: str
    middle: str
    value_y: str
    target: str
    is_gap: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The marks, and where the baseline stands."""

    marks: list[Mark]
    baseline: str
    baseline_x: str
    has_target: bool
    has_gap: bool


def draw(line: IndicatorLine, *, is_mirrored: bool) -> Chart | None:
    """Scale the periods of an indicator; None where there is nothing to draw. Mirrored, time runs from the end."""
    if not line.buckets:
        return None
    start = line.baseline.value
    numbers = [float(value) for row in line.buckets for value in (row.rolled.value, row.target) if value is not None]
    top = max([*numbers, float(start or 0)], default=0) or 1.0
    slots = len(line.buckets) + 1
    step = 100 / slots

    def at(index: int) -> float:
        return (slots - 1 - index if is_mirrored else index) * step

    def up(value: float) -> float:
        return 100 - (100 - HEADROOM) * value / top

    marks = []
    for index, row in enumerate(line.buckets, start=1):
        value = row.rolled.value
        y = up(float(value)) if value is not None else 80.0
        marks.append(
            Mark(
                label=row.short,
                value=row.rolled.figure.short,
                x=_text(at(index) + step * 0.14),
                width=_text(step * 0.72),
                y=_text(y),
                height=_text(100 - y),
                middle=_text(at(index) + step / 2),
                value_y=_text(max(y - 2, 6)),
                target=_text(up(float(row.target))) if row.target is not None else "",
                is_gap=row.is_gap,
                is_hidden=not row.is_gap and value is None,
            )
        )
    return Chart(
        marks=marks,
        baseline=_text(up(float(start))) if start is not None else "",
        baseline_x=_text(at(0) + step / 2),
        has_target=any(mark.target for mark in marks),
        has_gap=any(mark.is_gap for mark in marks),
    )


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
