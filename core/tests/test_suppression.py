"""What is hidden in tables of people, in cases that can be checked with a pencil."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from typing import Any

import pytest

from core.errors import InvalidInput
from core.suppression import (
    ATTENDANCES,
    NOT_APPLICABLE,
    NOT_COLLECTED,
    REACH,
    Dimension,
    Family,
    Figure,
    Release,
    add,
    may_replace,
    participation_family,
    percentage,
    percentage_of,
    publish,
    single_count,
    total_of,
)
from core.suppression.protection import Mark, Protection

DISTRICTS = ("Sukkur", "Ghotki", "Larkana", "Quetta", "Pishin", "Islamabad")
GEOGRAPHY = {
    "Sukkur": ("Sukkur Division", "Sindh"),
    "Ghotki": ("Sukkur Division", "Sindh"),
    "Larkana": ("Larkana Division", "Sindh"),
    "Quetta": ("Quetta Division", "Balochistan"),
    "Pishin": ("Quetta Division", "Balochistan"),
    "Islamabad": ("Islamabad Division", "Islamabad Territory"),
}
PLACE = Dimension(
    "district",
    ("district", "province"),
    DISTRICTS,
    {"province": {code: above[1] for code, above in GEOGRAPHY.items()}},
    has_gaps=True,
)
SEX = Dimension.flat("sex", ("F", "M", "U"))
GROUP = Dimension.flat("group", ("YOUTH", "ELDERS", "TRANS"))
BY_SEX = Family((PLACE, SEX), (("district", "sex"),))
BY_GROUP = Family(
    (PLACE, GROUP),
    (("district", "group"),),
    sensitive_level="group",
    sensitive=frozenset({"TRANS"}),
    too_fine_for_sensitive=frozenset({"district"}),
)


def release(family: Family, people: dict[tuple[str, ...], int], **more: Any) -> Release:
    return publish(rows=people.items(), family=family, snapshot="2026-01", **more)


def printed(table: Release, *by: str, **where: str) -> list[str]:
    return [row.figure.short for row in table.table(by, where)]


def test_counts_of_five_and_more_are_all_shown() -> None:
    table = release(BY_SEX, {("Sukkur", "F"): 20, ("Sukkur", "M"): 5, ("Ghotki", "F"): 7, ("Ghotki", "M"): 9})
    assert printed(table, "sex") == ["27", "14", "0"]
    assert printed(table, "sex", district="Sukkur") == ["20", "5", "0"]
    assert not any(figure.is_suppressed for cells in table.cells.values() for figure in cells.values())


def test_one_small_count_hides_one_other_in_its_row_and_in_its_column_and_no_total() -> None:
    people = {("Sukkur", "F"): 3, ("Sukkur", "M"): 30, ("Ghotki", "F"): 40, ("Ghotki", "M"): 50, ("Larkana", "F"): 60}
    table = release(BY_SEX, people | {("Larkana", "M"): 70})
    assert printed(table, "district", "sex", province="Sindh") == [
        *("<5", "suppressed", "0"),
        *("suppressed", "suppressed", "0"),
        *("60", "70", "0"),
    ]
    assert printed(table, "district", province="Sindh") == ["33", "90", "130"]
    assert printed(table, "sex") == ["103", "150", "0"]


def test_two_small_counts_whose_total_would_solve_them_are_not_shown_with_it() -> None:
    """Two times "<5" and a total of 8 are 4 and 4."""
    table = release(BY_SEX, {("Sukkur", "F"): 4, ("Sukkur", "M"): 4, ("Ghotki", "F"): 50, ("Ghotki", "M"): 60})
    assert printed(table, "sex", district="Sukkur") == ["<5", "<5", "0"]
    assert table.figure(district="Sukkur").short == "suppressed"


def test_the_parts_that_a_total_hides_are_five_people_or_more() -> None:
    """A reader who subtracts knows their sum."""
    table = release(
        BY_SEX,
        {("Sukkur", "F"): 1, ("Sukkur", "U"): 2, ("Sukkur", "M"): 40, ("Ghotki", "M"): 60}
        | {("Ghotki", "F"): 30, ("Ghotki", "U"): 20},
    )
    assert table.figure(district="Sukkur").value == 43
    assert printed(table, "sex", district="Sukkur") == ["<5", "suppressed", "<5"]


def test_a_lone_small_district_hides_another_district_of_its_province_and_not_the_province() -> None:
    people = {("Sukkur", "F"): 3, ("Ghotki", "F"): 40, ("Larkana", "F"): 90, ("Quetta", "F"): 70, ("Pishin", "F"): 60}
    table = release(BY_SEX, people)
    assert printed(table, "province") == ["133", "130", "not collected"]
    assert printed(table, "district") == ["<5", "suppressed", "90", "70", "60", "not collected"]


def test_a_sensitive_group_is_withheld_below_the_province_and_small_below_ten() -> None:
    people = {
        ("Sukkur", "TRANS"): 9,
        ("Sukkur", "YOUTH"): 30,
        ("Sukkur", "ELDERS"): 40,
        ("Ghotki", "YOUTH"): 50,
        ("Ghotki", "ELDERS"): 60,
        ("Ghotki", "TRANS"): 12,
        ("Quetta", "TRANS"): 9,
        ("Quetta", "YOUTH"): 70,
        ("Pishin", "YOUTH"): 80,
        ("Pishin", "ELDERS"): 20,
        ("Quetta", "ELDERS"): 25,
    }
    table = release(BY_GROUP, people)
    assert [table.figure(district=code, group="TRANS").short for code in DISTRICTS] == [
        *["withheld"] * 2,
        "not collected",
        *["withheld"] * 2,
        "not collected",
    ]
    # The country's 30 minus Sindh's 21 would give Balochistan's nine, so one of the two others is hidden as well.
    assert table.figure(province="Balochistan", group="TRANS").short == "<10"
    assert table.figure(province="Sindh", group="TRANS").short == "suppressed"
    assert table.figure(group="TRANS").value == 30


def test_a_territory_of_one_district_is_a_province_and_shows_its_sensitive_groups() -> None:
    people = {("Islamabad", "TRANS"): 20, ("Islamabad", "YOUTH"): 30, ("Quetta", "TRANS"): 15, ("Pishin", "TRANS"): 15}
    table = release(BY_GROUP, people | {("Quetta", "YOUTH"): 30, ("Pishin", "YOUTH"): 30})
    assert table.figure(province="Islamabad Territory", group="TRANS").value == 20
    assert table.figure(district="Islamabad", group="TRANS").value == 20


def test_nobody_is_a_zero_and_no_record_is_a_gap() -> None:
    table = release(BY_SEX, {("Sukkur", "F"): 0, ("Ghotki", "F"): 12})
    assert printed(table, "district", "sex", province="Sindh") == [
        *("0", "0", "0"),
        *("12", "0", "0"),
        *["not collected"] * 3,
    ]


def test_a_question_outside_the_family_is_refused_with_the_list_of_tables() -> None:
    table = release(BY_SEX, {("Sukkur", "F"): 12})
    for by in (("sex", "sex"), ("district", "province"), ("age",), ("district", "sex", "province")):
        with pytest.raises(InvalidInput, match="province × sex"):
            table.table(by)
    with pytest.raises(InvalidInput, match="Karachi"):
        table.table(("sex",), {"district": "Karachi"})


def test_four_dimensions_are_never_crossed() -> None:
    dimensions = (PLACE, SEX, GROUP, Dimension.flat("age", ("young",)))
    with pytest.raises(ValueError, match="more than 3"):
        Family(dimensions, (("district", "sex", "group", "age"),))


@pytest.mark.parametrize(("codes", "count"), [(("Sukkur", "F"), -1), (("Sukkur", "F"), 2.5), (("Atlantis", "F"), 6)])
def test_a_wrong_row_is_refused(codes: tuple[str, ...], count: Any) -> None:
    with pytest.raises(InvalidInput):
        publish(rows=[(codes, count)], family=BY_SEX, snapshot="x")


def test_the_same_rows_in_another_order_give_the_same_release_and_it_survives_its_storage() -> None:
    people = {("Sukkur", "F"): 3, ("Sukkur", "M"): 30, ("Ghotki", "F"): 4, ("Ghotki", "M"): 50, ("Quetta", "M"): 2}
    one = release(BY_SEX, people)
    two = release(BY_SEX, dict(reversed(people.items())))
    stored = json.loads(json.dumps(one.as_json()))
    assert two.as_json() == stored
    assert Release.from_json(stored, family=BY_SEX, measure=ATTENDANCES).table(("district", "sex")) == one.table(
        ("district", "sex")
    )


def test_persons_are_not_added_over_districts() -> None:
    table = release(BY_SEX, {("Sukkur", "F"): 30, ("Sukkur", "M"): 20, ("Ghotki", "F"): 10}, measure=REACH)
    assert table.figure(district="Sukkur").value == 50
    assert table.figure(province="Sindh") == NOT_APPLICABLE
    assert table.figure() == NOT_APPLICABLE
    assert table.figure(district="Quetta") == NOT_COLLECTED


def test_two_measures_are_never_added() -> None:
    with pytest.raises(InvalidInput):
        add([Figure(value=20, measure="attendances"), Figure(value=10, measure="reach")])
    assert add([Figure(value=20, measure="reach"), Figure(value=10, measure="reach")]).value == 30
    assert add([Figure(value=20), single_count(3)]).short == "suppressed"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (5, 9, "suppressed"),
        (5, 10, "50%"),
        (6, 10, "suppressed"),
        (0, 10, "0%"),
        (3, 60, "suppressed"),
        (17, 49, "35%"),
        (17, 50, "34.0%"),
        (0, 0, "not applicable"),
    ],
)
def test_a_percentage_says_nothing_that_its_counts_may_not_say(part: int, whole: int, shown: str) -> None:
    assert percentage(part, whole).short == shown


def test_a_percentage_of_hidden_figures_is_hidden() -> None:
    assert percentage_of(single_count(3), Figure(value=60)).short == "suppressed"
    assert percentage_of(Figure(value=30), Figure(value=60)).value == 50.0


def test_the_form_of_the_api_gives_the_reason() -> None:
    assert single_count(3).as_json() == {
        "value": None,
        "reason": "suppressed",
        "detail": "below_5",
        "shown": "<5",
        "explanation": "Fewer than five people: too few to print without pointing at persons.",
    }
    assert Figure(value=1200).as_json() == {"value": 1200, "reason": None}


def test_participation_is_published_in_at_most_three_dimensions_and_sex_below_the_province_is_merged() -> None:
    family = participation_family(
        geography=GEOGRAPHY,
        ages=("A18_24",),
        groups=("YOUTH", "TRANS"),
        sensitive_groups=("TRANS",),
        quarters={"2025-01": "2025Q1"},
    )
    assert ("district", "sex_merged") in family.members
    assert ("district", "sex") not in family.members
    assert max(len(view) for view in family.members) == 3


def test_a_mark_without_a_second_world_is_noticed_before_anything_goes_out() -> None:
    protection = Protection(BY_SEX, {("Sukkur", "F"): 3, ("Sukkur", "M"): 30, ("Ghotki", "F"): 40, ("Ghotki", "M"): 9})
    protection.run()
    assert protection.unproven() == []
    hidden = protection.hidden()
    protection.marks[next(cell for cell in hidden if protection.marks[cell] is Mark.COMPLEMENTARY)] = Mark.SHOWN
    assert protection.unproven() != []


MONTHS = (Dimension.flat("month", ("2025-01", "2025-02")), Dimension.flat("month", ("2025-03",)))
PERIODS = tuple(Family((SEX, month), (("sex",), ("month",))) for month in MONTHS)


def test_a_figure_to_date_is_the_sum_of_what_was_printed_of_each_closed_period() -> None:
    first = release(PERIODS[0], {("F", "2025-01"): 20, ("M", "2025-02"): 30, ("U", "2025-01"): 6})
    second = release(PERIODS[1], {("F", "2025-03"): 11, ("U", "2025-03"): 2, ("M", "2025-03"): 50})
    assert total_of([first, second]).value == 119
    assert total_of([first, second], sex="U").short == "suppressed"
    with pytest.raises(InvalidInput, match="same month"):
        total_of([first, first])


def test_a_correction_too_small_to_print_waits() -> None:
    before = release(BY_SEX, {("Sukkur", "F"): 20, ("Ghotki", "F"): 30})
    assert not may_replace(before, release(BY_SEX, {("Sukkur", "F"): 22, ("Ghotki", "F"): 30}))
    assert not may_replace(before, release(BY_SEX, {("Sukkur", "F"): 30, ("Ghotki", "F"): 26}))
    assert not may_replace(before, release(BY_SEX, {("Sukkur", "F"): 26, ("Ghotki", "F"): 30, ("Ghotki", "M"): 3}))
    assert may_replace(before, release(BY_SEX, {("Sukkur", "F"): 26, ("Ghotki", "F"): 37}))


def test_a_programme_keeps_its_totals_and_most_of_its_tables() -> None:
    """120 activities in six districts: what is hidden must not cost the figures that everybody asks for."""
    chance = random.Random(2026)
    people: dict[tuple[str, ...], int] = defaultdict(int)
    for _activity in range(120):
        district, month = chance.choice(DISTRICTS), chance.choice(("2025-01", "2025-02", "2025-04"))
        for _person in range(chance.choice((12, 30, 60))):
            sex = chance.choices("FMXU", (52, 45, 1, 2))[0]
            age = chance.choices(("A15_17", "A18_24", "A30_59"), (2, 5, 3))[0]
            people[district, sex, age, chance.choice(("YOUTH", "ELDERS", "TRANS")), month] += 1
    family = participation_family(
        geography=GEOGRAPHY,
        ages=("A15_17", "A18_24", "A30_59"),
        groups=("YOUTH", "ELDERS", "TRANS"),
        sensitive_groups=("TRANS",),
        quarters={"2025-01": "Q1", "2025-02": "Q1", "2025-03": "Q1", "2025-04": "Q2"},
    )
    table = release(family, people)
    for level in ("province", "district", "sex", "age", "group", "quarter"):
        assert all(row.figure.is_shown for row in table.table((level,))), level
    hidden = [figure.is_suppressed for cells in table.cells.values() for figure in cells.values()]
    assert sum(hidden) < len(hidden) / 8
    # Of the three groups of a district, one is withheld; one more is hidden so that nobody can subtract.
    assert printed(table, "group", district="Quetta").count("suppressed") == 1
    assert printed(table, "group", district="Quetta").count("withheld") == 1
