"""No hidden count can be worked out from all that is printed, in any of a thousand small programmes."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.suppression import Dimension, Family, participation_family, publish
from core.suppression.protection import Mark, Protection
from core.tests.attacker import ALL_SENSITIVE, Attacker

THOUSAND = settings(
    max_examples=1000,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PLACES = ("A1", "A2", "A3", "B1", "B2")
PLACE = Dimension(
    "place", ("place", "province"), PLACES, {"province": {code: code[0] for code in PLACES}}, has_gaps=True
)
SEX = Dimension("sex", ("sex", "sex_merged"), ("F", "M", "X"), {"sex_merged": {"F": "F", "M": "M", "X": "M"}})
AGE = Dimension.flat("age", ("child", "youth", "adult"))
QUARTERS = {"m1": "q1", "m2": "q1", "m3": "q2"}
MONTH = Dimension(
    "month", ("month", "quarter"), ("m1", "m2", "m3"), {"quarter": {"m1": "q1", "m2": "q1", "m3": "q2"}}, has_gaps=True
)
GROUP = Dimension.flat("group", ("youth", "elders", "police", "trans"))

FAMILIES = (
    Family((PLACE, AGE), (("place", "age"),)),
    Family((PLACE, SEX, AGE), (("place", "sex_merged"), ("place", "age"), ("province", "sex"))),
    Family((PLACE, SEX, AGE), (("place", "sex"), ("place", "age"), ("province", "sex_merged", "age"))),
    Family((PLACE, SEX, AGE), (("place", "sex_merged", "age"),)),
    Family(
        (PLACE, AGE, GROUP),
        (("place", "group"), ("place", "age"), ("province", "age", "group")),
        sensitive_level="group",
        sensitive=frozenset({"police", "trans"}),
        too_fine_for_sensitive=frozenset({"place"}),
        is_possible=lambda person: person[1:] != ("child", "police"),
    ),
    Family((PLACE, AGE, MONTH), (("place", "quarter"), ("province", "month"), ("place", "age"), ("age", "quarter"))),
)
COUNTS = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 30))


@st.composite
def programmes(draw: Any, families: tuple[Family, ...] = FAMILIES) -> tuple[Family, dict[tuple[str, ...], int]]:
    """A family, and people in as many of its places as it happens, many of them alone."""
    family = draw(st.sampled_from(families))
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True))
    rest = list(product(*(dimension.codes for dimension in family.dimensions[1:])))
    people = {}
    for place in places:
        kinds = draw(st.lists(st.sampled_from(rest), min_size=1, max_size=len(rest), unique=True))
        for kind in kinds:
            if family.is_possible((place, *kind)):
                people[place, *kind] = draw(COUNTS)
    return family, {person: count for person, count in people.items() if count}


def worked_out(family: Family, people: dict[tuple[str, ...], int]) -> list[str]:
    """What an attacker learns that was meant to be hidden. What is hidden only with its whole row may be known
    where it is a zero or a large count; a zero of a withheld group where the zero of its province is printed."""
    release = publish(rows=people.items(), family=family, snapshot="test")
    protection = Protection(family, people).run()
    learned = []
    for (view, key), count in Attacker(family, release, people).solved().items():
        if ALL_SENSITIVE in key:
            learned += [f"all sensitive of {key[0]} are {count}"] * bool(count)
            continue
        index = family.members.index(view)
        cell = protection.cells[index].get(key)
        mark = Mark.BLANKED if cell is None else protection.marks[cell]
        if count and not (mark is Mark.BLANKED and count >= protection.thresholds[cell]):
            learned.append(f"{' × '.join(view)} {key} is {count} ({mark.name})")
        elif not count and mark not in {Mark.BLANKED, Mark.WITHHELD}:
            learned.append(f"{' × '.join(view)} {key} is zero ({mark.name})")
    return learned


@pytest.mark.slow
@THOUSAND
@given(programmes())
def test_no_hidden_count_can_be_worked_out(programme: Any) -> None:
    assert worked_out(*programme) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 9])
def test_no_hidden_count_of_a_small_programme_can_be_worked_out_from_all_that_is_published(seed: int) -> None:
    """The real family: five districts in two provinces and a territory of one, whose sensitive groups are not withheld."""
    family = participation_family(
        geography={
            "a1": ("da", "A"),
            "a2": ("da", "A"),
            "a3": ("db", "A"),
            "b1": ("dc", "B"),
            "b2": ("dc", "B"),
            "c1": ("dd", "C"),
        },
        ages=("young", "middle", "old"),
        groups=("g1", "g2", "g3", "s1", "s2"),
        sensitive_groups=("s1", "s2"),
        quarters=QUARTERS,
    )
    chance = random.Random(seed)
    people: dict[tuple[str, ...], int] = defaultdict(int)
    for _activity in range(chance.choice((6, 12, 25))):
        place, month = chance.choice(("a1", "a2", "a3", "b1", "b2", "c1")), chance.choice(tuple(QUARTERS))
        groups = chance.sample(("g1", "g2", "g3", "s1", "s2"), chance.choice((1, 2)))
        for _person in range(chance.choice((3, 8, 20, 40))):
            sex, age = chance.choices("FMXU", (52, 40, 1, 3))[0], chance.choice(("young", "young", "middle", "old"))
            people[place, sex, age, chance.choice(groups), month] += 1
    learned = worked_out(family, people)
    assert [each for each in learned if not each.startswith(("all sensitive of c1 ", "all sensitive of dd "))] == []


@pytest.mark.slow
def test_an_attacker_finds_what_is_hidden_where_nothing_else_is_hidden_for_its_sake(monkeypatch: Any) -> None:
    """The test above would see it if complementary suppression broke."""

    def hide_only_what_is_small(protection: Protection) -> Protection:
        for cell, count in enumerate(protection.counts):
            if 0 < count < protection.thresholds[cell]:
                protection.marks[cell] = Mark.SMALL
        return protection

    monkeypatch.setattr(Protection, "run", hide_only_what_is_small)
    monkeypatch.setattr(Protection, "unproven", lambda protection: [])
    found = []

    @settings(THOUSAND, max_examples=60, phases=[Phase.generate])
    @given(programmes(FAMILIES[:4]))
    def attack(programme: Any) -> None:
        found.extend(worked_out(*programme))

    attack()
    assert len(found) > 60
