"""The scale module of our figures: numbers in, positions and classes out, as text ready for an SVG attribute.

Nothing here queries or paints. The templates in `templates/components/` draw what these values say.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.suppression import Figure, Reason
from core.suppression.figures import BELOW_5

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TILE_WIDTH, TILE_HEIGHT = 72, 58
#: Which of the ramp's five levels are used when there are this many different values, so that few values stay far apart.
LEVELS_FOR = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}


@dataclass(frozen=True, slots=True)
class TileLine:
    """One line of the name in a tile, and how far down it stands."""

    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One division in the grid. `level` is 0 to 5, "missing" where nothing was collected, or "suppressed".

    `value` is drawn in the tile, where there is room for a number only; `words` say the same in full.
    """

    code: str
    label: str
    lines: tuple[TileLine, ...]
    province: str
    x: int
    y: int
    value: str
    words: str
    level: str
    url: str
    is_chosen: bool
    is_long: bool
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class TileKey:
    """One entry of the key: a level and the values it stands for."""

    level: str
    words: str


@dataclass(frozen=True, slots=True)
class TileGrid:
    """A grid ready to be drawn, and its key."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    key: tuple[TileKey, ...]


def lay_out_tiles(rows: Iterable[Mapping[str, Any]]) -> TileGrid:
    """Place the divisions.

    A row has `code`, `label`, `column`, `row` and `value` (a number; None where nothing was collected) or `figure` (a
    figure of a release), and may have `province` (its short word), `url`, `is_chosen`, and `is_suppressed` (a count too
    small to print).
    """
    rows = [_with_value(row) for row in rows]
    levels = _levels([_count(row) for row in rows])
    tiles = tuple(
        Tile(
            code=str(row.get("code", "")),
            label=str(row["label"]),
            lines=_in_lines(str(row["label"])),
            province=str(row.get("province", "") or ""),
            x=int(row["column"]) * TILE_WIDTH,
            y=int(row["row"]) * TILE_HEIGHT,
            value=_drawn_value(row),
            words=_words_of(row),
            level=_tile_level(row, levels),
            url=str(row.get("url", "") or ""),
            is_chosen=bool(row.get("is_chosen")),
            is_long=_is_long(str(row["label"])),
            figure=row.get("figure"),
        )
        for row in rows
    )
    width = max((tile.x for tile in tiles), default=0) + TILE_WIDTH
    height = max((tile.y for tile in tiles), default=0) + TILE_HEIGHT
    return TileGrid(width=width, height=height, tiles=tiles, key=_tile_key(levels))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a bar chart: lengths as percentages of the scale, from the start of the line."""

    label: str
    value: str
    url: str
    length: str
    target: str
    baseline: str
    hue: int
    note: str
    is_missing: bool
    is_suppressed: bool
    figure: Figure | None


def scale_bars(rows: Sequence[Mapping[str, Any]], *, maximum: float | None = None) -> list[Bar]:
    """Scale bars from zero.

    A row has `label` and `value` (None where nothing was collected) or `figure` (a figure of a release), and may have `text`
    (the value as printed), `url`, `target`, `baseline`, `hue` (1 to 5), `note`, and `is_suppressed`.
    """
    rows = [_with_value(row) for row in rows]
    reach = [float(row[name]) for row in rows for name in ("value", "target", "baseline") if _is_number(row.get(name))]
    top = maximum or max(reach, default=0) or 1.0
    return [
        Bar(
            label=str(row["label"]),
            value=str(row.get("text") or print_number(row.get("value"))),
            url=str(row.get("url", "") or ""),
            length=_percent(row.get("value"), top),
            target=_percent(row.get("target"), top),
            baseline=_percent(row.get("baseline"), top),
            hue=int(row.get("hue") or 1),
            note=str(row.get("note", "") or ""),
            is_missing=row.get("value") is None and not row.get("is_suppressed"),
            is_suppressed=bool(row.get("is_suppressed")),
            figure=row.get("figure"),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a column chart: everything as percentages of the drawing."""

    label: str
    value: str
    x: str
    width: str
    y: str
    height: str
    middle: str
    value_y: str
    is_missing: bool
    is_suppressed: bool
    figure: Figure | None


def scale_columns(rows: Sequence[Mapping[str, Any]], *, is_mirrored: bool) -> list[Column]:
    """Stand columns on zero, in reading order: from the end of the drawing when `is_mirrored`.

    A row has `label` and `value` (None where nothing was collected) or `figure`. The top 12 % is kept for the values.
    """
    rows = [_with_value(row) for row in rows]
    values = [float(row["value"]) for row in rows if _is_number(row.get("value"))]
    top = max(values, default=0) or 1.0
    step = 100 / max(len(rows), 1)
    columns = []
    for index, row in enumerate(rows):
        place = len(rows) - 1 - index if is_mirrored else index
        is_number = _is_number(row.get("value"))
        height = 88 * float(row["value"]) / top if is_number else 0.0
        columns.append(
            Column(
                label=str(row["label"]),
                value=_drawn_value(row),
                x=_text(place * step + step * 0.14),
                width=_text(step * 0.72),
                y=_text(100 - height),
                height=_text(height),
                middle=_text(place * step + step / 2),
                value_y=_text(98 - height if is_number else 78.0),
                is_missing=row.get("value") is None and not row.get("is_suppressed"),
                is_suppressed=bool(row.get("is_suppressed")),
                figure=row.get("figure"),
            )
        )
    return columns


def print_number(value: object) -> str:
    """A number with thousands separated and no needless decimals; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if not _is_number(value):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _percent(value: object, top: float) -> str:
    return _text(max(0.0, min(100.0, 100 * float(value) / top))) if _is_number(value) else ""  # type: ignore[arg-type]


def _text(number: float) -> str:
    # Written here and not in the template, where a language could put its own decimal sign into an attribute.
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _count(row: Mapping[str, Any]) -> float | None:
    value = row.get("value")
    return float(value) if _is_number(value) else None  # type: ignore[arg-type]


def _levels(values: Sequence[float | None]) -> dict[float, int]:
    """Give each positive value a level: one a value while there are five or fewer, else five classes of equal size."""
    positive = sorted(value for value in values if value is not None and value > 0)
    different = sorted(set(positive))
    if len(different) <= len(LEVELS_FOR):
        return dict(zip(different, LEVELS_FOR.get(len(different), ()), strict=True))
    bounds = [positive[math.ceil(len(positive) * share / 5) - 1] for share in range(1, 5)]
    return {value: bisect_left(bounds, value) + 1 for value in different}


def _with_value(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row whose `value` and `is_suppressed` say what its `figure` says. A hidden count is nowhere in it."""
    figure = BELOW_5 if row.get("is_suppressed") else row.get("figure")
    if figure is None:
        return row
    is_hidden = figure.reason in (Reason.SUPPRESSED, Reason.WITHHELD)
    return {**row, "figure": figure, "value": figure.value, "is_suppressed": is_hidden, "text": figure.short}


def _tile_level(row: Mapping[str, Any], levels: Mapping[float, int]) -> str:
    if row.get("is_suppressed"):
        return "suppressed"
    value = _count(row)
    if value is None:
        return "missing"
    return str(levels.get(value, 0))


def _drawn_value(row: Mapping[str, Any]) -> str:
    """What is written into a drawing: a number or "<5". Where there is room for a word, the word stands in the table."""
    words = _words_of(row)
    return words if words.startswith("<") or row.get("value") is not None or not row.get("figure") else ""


def _words_of(row: Mapping[str, Any]) -> str:
    return str(row["figure"].short) if row.get("figure") else print_number(row.get("value"))


def _tile_key(levels: Mapping[float, int]) -> tuple[TileKey, ...]:
    by_level: dict[int, list[float]] = {}
    for value, level in levels.items():
        by_level.setdefault(level, []).append(value)
    keys = [TileKey("0", "0")]
    for level in sorted(by_level):
        low, high = min(by_level[level]), max(by_level[level])
        words = print_number(low) if low == high else f"{print_number(low)}–{print_number(high)}"
        keys.append(TileKey(str(level), words))
    return tuple(keys)


def _is_long(label: str) -> bool:
    return len(_in_lines(label)) > 2 or any(len(word) > 11 for word in label.split())


def _in_lines(label: str) -> tuple[TileLine, ...]:
    """Break a name into as few lines of at most twelve letters as its words allow; three fit into a tile."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + len(word) < 12:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    places = {1: (42,), 2: (36, 47), 3: (31, 40, 49)}
    lines = [*lines[:2], " ".join(lines[2:])] if len(lines) > 3 else lines
    return tuple(TileLine(text, y) for text, y in zip(lines, places[len(lines)], strict=True))
