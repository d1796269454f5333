"""Promises about figures: zero is the start, missing is not zero, and few values stay far apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from core.suppression import NOT_COLLECTED, Figure, single_count
from core.suppression.figures import COMPLEMENTARY
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
        ("suppressed", "<5"),
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


def test_a_hidden_figure_is_drawn_without_its_count() -> None:
    rows = [{"label": "A", "figure": single_count(3)}, {"label": "B", "figure": COMPLEMENTARY}]
    rows += [{"label": "C", "figure": NOT_COLLECTED}, {"label": "D", "figure": Figure(value=40)}]
    assert [(bar.length, bar.value, bar.is_missing, bar.is_suppressed) for bar in scale_bars(rows)] == [
        ("", "<5", False, True),
        ("", "suppressed", False, True),
        ("", "not collected", True, False),
        ("100", "40", False, False),
    ]
    assert [column.value for column in scale_columns(rows, is_mirrored=False)] == ["<5", "", "", "40"]
    tiles = lay_out_tiles([tile(None, figure=row["figure"]) for row in rows]).tiles
    assert [(each.level, each.value, each.words) for each in tiles] == [
        ("suppressed", "<5", "<5"),
        ("suppressed", "", "suppressed"),
        ("missing", "", "not collected"),
        ("3", "40", "40"),
    ]


def test_the_length_of_a_bar_does_not_give_a_suppressed_count_away() -> None:
    (hidden, _shown) = scale_bars([{"label": "A", "value": 3, "is_suppressed": True}, {"label": "B", "value": 6}])
    assert (hidden.length, hidden.value) == ("", "<5")


def test_a_mark_says_its_reason_and_keeps_its_direction_in_urdu() -> None:
    template = Template("{{ figure|printed }}{% figure_key figures %}")
    with translation.override("ur"):
        page = template.render(
            Context({"figure": single_count(3), "figures": [single_count(3), Figure(value=9), None]})
        )
    assert page.count('<bdi dir="ltr">&lt;5</bdi>') == 2
    assert '<span class="visually-hidden">' in page
    assert (
        template.render(Context({"figure": Figure(value=1200), "figures": [Figure(value=1200)]}))
        == ('<bdi dir="ltr">1,200</bdi>') + "\n"
    )


@pytest.mark.parametrize("tag", ["bar_chart rows", "column_chart rows", "tile_grid tiles"])
def test_no_drawing_holds_a_hidden_count(tag: str) -> None:
    figures = [single_count(3), Figure(value=4711), COMPLEMENTARY]
    rows = [{"label": str(figure.short), "figure": figure} for figure in figures]
    tiles = [tile(None, figure=figure, label="Quetta") for figure in figures]
    labels = 'title="T" value_label="V"' + ("" if "tiles" in tag else ' row_label="R"')
    page = Template(f"{{% {tag} {labels} %}}").render(Context({"rows": rows, "tiles": tiles}))
    assert "4,711" in page
    assert "veil" in page
    assert ">3<" not in page
    assert "Fewer than five people" in page
