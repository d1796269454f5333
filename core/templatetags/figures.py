"""The figures of every page: numbers in, a drawing and its table out. How they are scaled stands in `core.web.figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import get_language_bidi

from core.web import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.suppression import Figure

register = template.Library()


@register.inclusion_tag("components/tile_grid.html")
def tile_grid(
    tiles: Iterable[Mapping[str, Any]],
    title: object,
    value_label: object,
    note: object = "",
    id: str = "tiles",
    with_table: bool = True,
) -> dict[str, Any]:
    """The coverage picture: 37 divisions as tiles, and the same numbers in a table beside it.

    A tile is a dict of `code`, `label`, `column`, `row`, `value` or `figure`, and optionally `province`, `url`, `is_chosen`,
    `is_suppressed`. `title` states the finding; `value_label` names what is counted; `note` gives n, period and source.
    Without `with_table` the table is folded under the tiles, for a cover or a rail.
    """
    grid = figures.lay_out_tiles(tiles)
    return {
        "grid": grid,
        "rows": sorted(grid.tiles, key=lambda tile: (tile.province, tile.label)),
        "width": str(figures.TILE_WIDTH - 4),
        "height": str(figures.TILE_HEIGHT - 4),
        "has_missing": any(tile.level == "missing" for tile in grid.tiles),
        "figures": [tile.figure for tile in grid.tiles],
        "title": title,
        "value_label": value_label,
        "note": note,
        "id": id,
        "with_table": with_table,
    }


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    rows: Sequence[Mapping[str, Any]],
    title: object,
    row_label: object,
    value_label: object,
    note: object = "",
    maximum: float | None = None,
) -> dict[str, Any]:
    """Bars from zero inside their own table, so the figure and its numbers are one thing. Rows: `figures.scale_bars`."""
    bars = figures.scale_bars(rows, maximum=maximum)
    return {
        "bars": bars,
        "title": title,
        "row_label": row_label,
        "value_label": value_label,
        "note": note,
        "has_target": any(bar.target for bar in bars),
        "has_baseline": any(bar.baseline for bar in bars),
        "figures": [bar.figure for bar in bars],
    }


@register.inclusion_tag("components/figure_key.html")
def figure_key(figures: Iterable[Figure | None]) -> dict[str, Any]:
    """What the marks among these figures mean, each once; draws nothing where every figure is a number."""
    marks = {(figure.reason, figure.detail): figure for figure in figures if figure and not figure.is_shown}
    return {"marks": [marks[key] for key in sorted(marks, key=lambda key: (str(key[0]), str(key[1])))]}


@register.inclusion_tag("components/column_chart.html")
def column_chart(
    rows: Sequence[Mapping[str, Any]],
    title: object,
    row_label: object,
    value_label: object,
    note: object = "",
    id: str = "columns",
) -> dict[str, Any]:
    """Columns on zero over time, with their table under them. Rows: dicts of `label` and `value` or `figure`."""
    columns = figures.scale_columns(rows, is_mirrored=get_language_bidi())
    return {
        "columns": columns,
        "figures": [column.figure for column in columns],
        "title": title,
        "row_label": row_label,
        "value_label": value_label,
        "note": note,
        "id": id,
    }
