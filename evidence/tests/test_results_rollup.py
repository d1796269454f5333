"""The roll-up in SQL says what plain Python says, hides what is too small, and never makes a gap a zero."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from core.access import Actor
from evidence.results import rollup

pytestmark = pytest.mark.django_db
Q1, Q2 = date(2025, 1, 1), date(2025, 4, 1)


@pytest.fixture
def projects(make_project, organization, other_organization):
    rows = [make_project(organization, f"p-{n}") for n in range(3)]
    return [*rows, make_project(other_organization, "p-3")]


def seen(actor, indicator):
    buckets = rollup.by_bucket(actor, [indicator])
    return buckets.get(indicator.pk, {}), rollup.to_date(actor, [indicator], buckets).get(indicator.pk)


@pytest.mark.parametrize("seed", range(8))
def test_sql_and_python_agree(seed, projects, framework, make_result, reviewer, actor_of):
    """Sum, latest, highest and weighted mean over random results, as somebody sees them who may see all."""
    dice = random.Random(seed)
    rows: dict[str, list[tuple[int, date, dict]]] = defaultdict(list)
    for project in projects:
        for code in ("OP09", "OP06", "OP10", "OC01"):
            for first in (Q1, Q2, date(2025, 7, 1)):
                if dice.random() < 0.3:
                    continue
                figures = {"value": dice.randint(0, 40)}
                if code == "OC01":
                    whole = dice.randint(1, 60)
                    figures = {"numerator": dice.randint(0, whole), "denominator": whole}
                make_result(project, code, first, **figures)
                rows[code].append((project.pk, first, figures))
    actor = actor_of(reviewer)
    for code, found in rows.items():
        buckets, total = seen(actor, framework[code])
        for bucket in {first for _pk, first, _figures in found}:
            expected = plain(framework[code].aggregation, [row for row in found if row[1] == bucket])
            assert buckets[bucket].figure.value == expected
        assert set(buckets) == {first for _pk, first, _figures in found}
        assert total.figure.value == plain(framework[code].aggregation, found)
        assert total.projects == len({pk for pk, _first, _figures in found})


def plain(rule, rows):
    if rule == "MEAN":
        part = sum(row[2]["numerator"] for row in rows)
        whole = sum(row[2]["denominator"] for row in rows)
        tens = 1 if whole < 50 else 10
        exact = Fraction(math.floor(Fraction(100 * part, whole) * tens + Fraction(1, 2)), tens)
        return int(exact) if exact == int(exact) else float(exact)
    values = [row[2]["value"] for row in rows]
    if rule == "SUM":
        return sum(values)
    if rule == "MAX":
        return max(values)
    last = {pk: figures["value"] for pk, _first, figures in sorted(rows, key=lambda row: row[1])}
    return sum(last.values())


def test_distinct_persons_are_never_added_across_projects(projects, framework, make_result, reviewer, actor_of):
    for project in projects:
        make_result(project, "OP07", Q1, value=20)
    buckets, total = seen(actor_of(reviewer), framework["OP07"])
    assert buckets[Q1].figure.short == "not applicable"
    assert (total.figure.short, total.projects) == ("not applicable", 4)


def test_a_period_without_a_result_is_a_gap(projects, framework, make_result, reports_on):
    make_result(projects[0], "OP09", Q1, value=0)
    reports_on(projects[1], "OP09")
    buckets, _total = seen(Actor.visitor(), framework["OP09"])
    assert list(buckets) == [Q1]
    assert buckets[Q1].figure.value == 0
    should = rollup.expected(Actor.visitor(), [framework["OP09"]], today=date(2025, 7, 1))
    assert should[framework["OP09"].pk] == {Q1: 2, Q2: 2}


def test_drafts_and_what_is_not_published_do_not_count(projects, framework, make_result, reviewer, actor_of):
    make_result(projects[0], "OP09", Q1, value=7)
    make_result(projects[1], "OP09", Q1, value=100, state="VERIFIED")
    make_result(projects[2], "OP09", Q1, value=1000, state="DRAFT")
    for actor in (Actor.visitor(), actor_of(reviewer)):
        assert seen(actor, framework["OP09"])[1].figure.value == 7


def test_small_counts_of_people_are_in_no_total(projects, framework, make_result, reviewer, actor_of):
    """Otherwise 20 and 43 in all would tell the three that are not printed."""
    make_result(projects[0], "OP08", Q1, value=3)
    make_result(projects[1], "OP08", Q1, value=20)
    make_result(projects[2], "OP08", Q2, value=4)
    outside, total = seen(Actor.visitor(), framework["OP08"])
    assert [(row.figure.short, row.hidden) for row in outside.values()] == [("20", 1), ("<5", 1)]
    assert (total.figure.short, total.hidden) == ("20", 2)
    inside, total = seen(actor_of(reviewer), framework["OP08"])
    assert [row.figure.value for row in inside.values()] == [23, 4]
    assert total.figure.value == 27


def test_a_share_of_few_people_is_in_no_mean(projects, framework, make_result):
    make_result(projects[0], "OC01", Q1, numerator=7, denominator=8)
    make_result(projects[1], "OC01", Q1, numerator=58, denominator=60)
    make_result(projects[2], "OC01", Q1, numerator=30, denominator=40)
    buckets, _total = seen(Actor.visitor(), framework["OC01"])
    assert (buckets[Q1].figure.short, buckets[Q1].hidden) == ("75%", 2)


def test_what_activities_count_too_is_printed_for_the_programme_only(projects, framework, make_result):
    for project in projects[:2]:
        make_result(project, "OP01", date(2025, 1, 5), value=50)
    buckets, total = seen(Actor.visitor(), framework["OP01"])
    assert buckets[Q1].figure.short == "suppressed"
    assert total.figure.short == "suppressed"
    make_result(projects[2], "OP01", date(2025, 1, 5), value=3)
    buckets, total = seen(Actor.visitor(), framework["OP01"])
    assert (buckets[Q1].figure.value, total.figure.value) == (103, 103)
    of_projects = rollup.by_project(Actor.visitor(), framework["OP01"])
    assert {row.figure.short for row in of_projects.values()} == {"withheld"}
    own = rollup.by_project(Actor.visitor(), framework["OP01"], own=frozenset({projects[2].pk}))
    assert own[projects[2].pk].figure.value == 3


def test_everybody_outside_reads_the_same_figure_of_what_activities_count_too(
    projects, framework, make_result, funder, actor_of
):
    for project in projects:
        make_result(project, "OP01", date(2025, 1, 5), value=50)
    projects[0].sensitivity = "PARTNER"
    projects[0].save()
    assert seen(actor_of(funder), framework["OP01"])[1].figure.value == 150
    assert seen(Actor.visitor(), framework["OP01"])[1].figure.value == 150


def test_districts_add_up_to_a_sum_where_the_whole_is_not_given(projects, framework, make_result):
    make_result(projects[0], "OP05", Q1, value=5, district="KP-KHYBER")
    make_result(projects[0], "OP05", Q1, value=6, district="KP-PESHAWAR")
    make_result(projects[1], "OP05", Q1, value=5, district="KP-KHYBER")
    make_result(projects[1], "OP05", Q1, value=9)
    assert seen(Actor.visitor(), framework["OP05"])[1].figure.value == 20


def test_a_project_s_own_indicator_rolls_up_into_its_parent(projects, framework, make_result):
    adapted = framework["OP09"]
    make_result(projects[0], "OP09", Q1, value=5)
    own = type(adapted).objects.create(
        code="OP09-films",
        node=adapted.node,
        project=projects[1],
        parent=adapted,
        name="Films",
        unit=adapted.unit,
        aggregation="SUM",
        frequency="QUARTERLY",
    )
    framework["OP09-films"] = own
    make_result(projects[1], "OP09-films", Q1, value=4)
    assert seen(Actor.visitor(), adapted)[1].figure.value == 9


def test_the_roll_up_of_all_indicators_takes_a_fixed_number_of_queries(
    projects, framework, make_result, django_assert_num_queries
):
    make_result(projects[0], "OP09", Q1, value=5)
    indicators = list(framework.values())
    for project in projects[1:3]:
        with django_assert_num_queries(5):
            buckets = rollup.by_bucket(Actor.visitor(), indicators)
            rollup.to_date(Actor.visitor(), indicators, buckets)
            rollup.expected(Actor.visitor(), indicators, today=date(2026, 1, 1))
        make_result(project, "OP06", Q2, value=5)
