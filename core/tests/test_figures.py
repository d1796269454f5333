"""Promises about figures: zero is the start, missing is not zero, and few values stay far apart."""

from __future__ import annotations

from typing import Any

import pytest

from core.web.figures import (
    lay_out_tiles,
    print_number,
    scale_bars,
    scale_columns,
)


def tile(value: Any, **more: Any) -> dict[str, Any]:
    return {
        "code": "X",
        "label": "Quetta",
        "column": 1,
        "row": 4,
        "value": value,
    } | more


def test_what_was_not_collected_is_not_drawn_as_zero() -> None:
    grid = lay_out_tiles([tile(None), tile(0), tile(3, is_suppressed=True)])
    assert [(tile.level, tile.value) for tile in grid.tiles] == [
        ("missing", "–"),
        ("0", "0"),
        ("1", "<5"),
    ]


def test_a_suppressed_count_reaches_neither_tile_nor_key() -> None:
    grid = lay_out_tiles([tile(3, is_suppressed=True), tile(40)])
    assert [(key.level, key.words) for key in grid.key] == [("0", "0"), ("3", "40")]


def test_few_values_take_levels_far_apart() -> None:
    grid = lay_out_tiles([tile(1), tile(2), tile(9)])
    assert [tile.level for tile in grid.tiles] == ["1", "3", "5"]


def test_many_values_fall_into_five_classes_of_equal_size() -> None:
    grid = lay_out_tiles([tile(value) for value in range(1, 11)])
    assert [tile.level for tile in grid.tiles] == list("1122334455")
    assert [key.words for key in grid.key] == ["0", "1–2", "3–4", "5–6", "7–8", "9–10"]


def test_a_tile_stands_where_its_column_and_row_say() -> None:
    (only,) = lay_out_tiles([tile(1)]).tiles
    assert (only.x, only.y) == (72, 4 * 58)


def test_a_long_name_is_broken_into_lines_that_fit() -> None:
    (only,) = lay_out_tiles([tile(1, label="Islamabad Capital Territory")]).tiles
    assert [line.text for line in only.lines] == ["Islamabad", "Capital", "Territory"]


def test_bars_start_at_zero_and_share_one_scale_with_their_targets() -> None:
    bars = scale_bars(
        [
            {"label": "Youth", "value": 5, "target": 10},
            {"label": "Sport", "value": None},
        ]
    )
    assert [(bar.length, bar.target, bar.is_missing) for bar in bars] == [
        ("50", "100", False),
        ("", "", True),
    ]


def test_no_values_at_all_make_no_error() -> None:
    assert scale_bars([]) == []
    assert scale_columns([], is_mirrored=False) == []
    assert lay_out_tiles([]).tiles == ()


def test_columns_run_from_the_end_in_urdu() -> None:
    rows = [{"label": "July", "value": 1}, {"label": "August", "value": 2}]
    assert [column.middle for column in scale_columns(rows, is_mirrored=True)] == [
        "75",
        "25",
    ]


@pytest.mark.parametrize(
    ("value", "printed"),
    [(18412, "18,412"), (0, "0"), (2.5, "2.5"), (None, "–"), ("<5", "<5"), (3.0, "3")],
)
def test_numbers_are_printed_with_thousands_apart(value: Any, printed: str) -> None:
    assert print_number(value) == printed
