"""Painting a data set as HTML: cells, bars, tiles and the time line, from JSON values. Nothing is computed but positions."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.web import figures
from core.web.words import number

register = template.Library()


@register.simple_tag
def cell(value: Any) -> SafeString | str:
    """A cell: a number, people's words, or the word for what is absent."""
    if isinstance(value, dict):
        return format_html('<span class="absent absent-{}">{}</span>', value["absence"], value["text"])
    if isinstance(value, int):
        return number(value)
    return format_html('<bdi dir="auto">{}</bdi>', value)


@register.simple_tag
def cell_of(table: dict[str, Any], index: int) -> dict[str, Any]:
    """The column of the cell at `index`."""
    return table["columns"][index]


@register.simple_tag
def scaled_bars(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """Bars with their length in per cent of the longest."""
    longest = max((bar["value"] for bar in figure["bars"]), default=0) or 1
    return [{**bar, "length": round(100 * bar["value"] / longest, 1)} for bar in figure["bars"]]


@register.simple_tag
def placed_tiles(figure: dict[str, Any]) -> dict[str, Any]:
    """Tiles with their positions in the drawing; the shade is the data set's own."""
    tiles = []
    for tile in figure["tiles"]:
        x, y = tile["column"] * figures.TILE_WIDTH, tile["row"] * figures.TILE_HEIGHT
        first, _, rest = tile["label"].partition(" ") if len(tile["label"]) > 12 else (tile["label"], "", "")
        tiles.append(
            {
                "x": x,
                "y": y,
                "left": x + 5,
                "middle": x + 34,
                "top": y + 11,
                "upper": y + 20,
                "lower": y + (36 if rest else 42),
                "lowest": y + 48,
                "province": tile["region"],
                "value": tile["value"] or "–",
                "level": tile["shade"] + 1 if tile["shade"] else 0,
                "lines": [first, rest],
            }
        )
    columns = 1 + max(tile["column"] for tile in figure["tiles"])
    rows = 1 + max(tile["row"] for tile in figure["tiles"])
    return {
        "tiles": tiles,
        "width": columns * figures.TILE_WIDTH,
        "height": rows * figures.TILE_HEIGHT,
    }


@register.filter
def spans_by(lane: dict[str, Any], columns: list[str]) -> list[list[dict[str, Any]]]:
    """The spans of a lane, one list a column."""
    return [[span for span in lane["spans"] if span["first"] == index] for index in range(len(columns))]
