"""The roll-up from results to project to programme, in SQL: a few queries, however many projects there are.

A period without a result is a gap and has no row; nothing is ever filled with 0. What readers who may not see small
counts get is computed from printable results alone (docs/results.md), here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from core.access import Actor, Role
from core.suppression import NOT_APPLICABLE, NOT_COLLECTED, WITHHELD, Figure
from core.suppression.figures import (
    BELOW_5,
    COMPLEMENTARY,
    SMALL_BASE,
    SMALLEST_BASE,
    THRESHOLD,
    WHOLE_PERCENT_BELOW,
)
from evidence.models import Aggregation, Indicator, Period, Result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

#: Standard indicators that are also counted from the activities, whose tables are published by `core.suppression`.
#: A project's figure could be subtracted from those tables, so it is not printed (docs/results.md).
COUNTED_IN_ACTIVITIES = frozenset({"OP01", "OP02", "OP10"})
#: So many projects must stand behind a programme figure of those, or it would be the figure of one of them.
FEWEST_PROJECTS = 3
#: Units whose values of several projects are put together as a weighted mean, whatever the rule over time is.
MEAN_UNITS = frozenset({"PERCENT", "SCORE", "RATING"})

BUCKET = """
    CASE {frequency}
        WHEN 'MONTHLY' THEN date_trunc('month', {day}::timestamp)::date
        WHEN 'QUARTERLY' THEN date_trunc('quarter', {day}::timestamp)::date
        WHEN 'SIX_MONTHLY' THEN make_date(extract(year FROM {day})::int,
                                          CASE WHEN extract(month FROM {day}) < 7 THEN 1 ELSE 7 END, 1)
        WHEN 'YEARLY' THEN date_trunc('year', {day}::timestamp)::date
    END
"""

#: `live` are the results to be counted; `leaf` is one row for each that counts: the figure for the whole project, or
#: for a sum its districts where there is none. `mode` is the rule across projects. `turn` is 1 for the last printable one.
LEAVES = """
    live AS MATERIALIZED ({results}),
    judged AS MATERIALIZED (
        SELECT root.id AS indicator_id, root.aggregation, live.project_id, p.ends_on, p.id AS period_id,
               CASE WHEN root.aggregation = 'NONE' THEN 'NONE' WHEN unit.code = ANY(%s) THEN 'MEAN'
                    ELSE root.aggregation END AS mode,
               {bucket} AS bucket,
               COALESCE(v.value, 100.0 * v.numerator / v.denominator) AS value, v.numerator, v.denominator,
               %s OR CASE
                   WHEN unit.code = 'PERSON' AND root.standard_code = ANY(%s) THEN TRUE
                   WHEN unit.code = 'PERSON' THEN v.value = 0 OR v.value >= %s
                   WHEN unit.code = 'PERCENT' THEN v.denominator >= %s
                       AND (v.numerator = 0 OR v.numerator >= %s)
                       AND (v.denominator = v.numerator OR v.denominator - v.numerator >= %s)
                   WHEN unit.code = 'SCORE' THEN COALESCE(v.denominator >= %s, TRUE)
                   ELSE TRUE
               END AS is_printable
        FROM live
        JOIN evidence_resultvalue v ON v.revision_id = live.published_revision_id
        JOIN evidence_projectindicator pi ON pi.id = live.project_indicator_id
        JOIN evidence_indicator i ON i.id = pi.indicator_id
        JOIN evidence_indicator root ON root.id = COALESCE(i.parent_id, i.id)
        JOIN core_term unit ON unit.id = root.unit_id
        JOIN evidence_period p ON p.id = live.period_id
        WHERE root.id = ANY(%s) AND COALESCE(v.value, v.denominator) IS NOT NULL
          AND (live.district_id IS NULL OR (root.aggregation = 'SUM' AND NOT EXISTS (
              SELECT 1 FROM evidence_result whole
              WHERE whole.project_indicator_id = live.project_indicator_id AND whole.period_id = live.period_id
                AND whole.district_id IS NULL AND whole.published_revision_id IS NOT NULL AND NOT whole.is_held)))
    ),
    leaf AS (
        SELECT judged.*, ROW_NUMBER() OVER (
            PARTITION BY indicator_id, project_id {within} ORDER BY is_printable DESC, ends_on DESC, period_id DESC
        ) AS turn
        FROM judged
    )
"""

#: What one project says. Distinct persons are never added: of several periods the highest is certain. The mean is kept
#: as two parts, so that it can be weighted by how many were asked.
PROJECT = """
    project AS (
        SELECT indicator_id, mode, project_id {within},
            CASE aggregation
                WHEN 'SUM' THEN SUM(value) FILTER (WHERE is_printable)
                WHEN 'LATEST' THEN MAX(value) FILTER (WHERE is_printable AND turn = 1)
                WHEN 'NONE' THEN MAX(value) FILTER (WHERE is_printable AND turn = 1)
                ELSE MAX(value) FILTER (WHERE is_printable)
            END AS value,
            SUM(CASE WHEN numerator IS NOT NULL THEN 100.0 * numerator ELSE value * COALESCE(denominator, 1) END)
                FILTER (WHERE is_printable AND (aggregation <> 'LATEST' OR turn = 1)) AS part,
            SUM(COALESCE(denominator, 1))
                FILTER (WHERE is_printable AND (aggregation <> 'LATEST' OR turn = 1)) AS whole,
            COUNT(*) FILTER (WHERE NOT is_printable) AS hidden
        FROM leaf GROUP BY indicator_id, aggregation, mode, project_id {within}
    )
"""

#: What several projects come to. Distinct persons are not added across projects, and `NONE` is not rolled up at all.
PROGRAMME = """
    CASE mode
        WHEN 'SUM' THEN SUM(value)
        WHEN 'LATEST' THEN SUM(value)
        WHEN 'MAX' THEN MAX(value)
        WHEN 'MEAN' THEN SUM(part) / NULLIF(SUM(whole), 0)
    END
"""
OF_ONE = "CASE mode WHEN 'MEAN' THEN SUM(part) / NULLIF(SUM(whole), 0) ELSE MAX(value) END"


@dataclass(frozen=True, slots=True)
class Rolled:
    """What results come to. `figure` may be printed as it is; `hidden` counts results too small to be used in it."""

    figure: Figure
    base: int | None
    projects: int
    hidden: int

    @property
    def value(self) -> float | None:
        return self.figure.value


def sees_small_counts(actor: Actor) -> bool:
    """Reviewers and the data-protection officer read results as they were entered; a CSO its own."""
    return actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)


def counts_in_activities(indicator: Indicator) -> bool:
    """Whether the same people are in the tables of participation."""
    return (indicator.parent or indicator).standard_code in COUNTED_IN_ACTIVITIES


def by_bucket(actor: Actor, indicators: Iterable[Indicator]) -> dict[int, dict[date | None, Rolled]]:
    """For each standard indicator the programme's figure of each calendar period, the earliest first; None: at the end."""
    found: dict[int, dict[date | None, Rolled]] = {}
    for indicator, row in _rows(actor, indicators, key="bucket", value=PROGRAMME):
        found.setdefault(indicator.pk, {})[row[1]] = _programme_figure(actor, indicator, row[2:])
    return found


def to_date(
    actor: Actor, indicators: Iterable[Indicator], buckets: dict[int, dict[date | None, Rolled]]
) -> dict[int, Rolled]:
    """For each standard indicator, all published results together. `buckets` is what `by_bucket` gave this reader.

    A figure that is only printed for the programme is put together from its printed periods.
    """
    found = {}
    for indicator, row in _rows(actor, indicators, key="", value=PROGRAMME):
        rolled = _programme_figure(actor, indicator, row[1:])
        if not sees_small_counts(actor) and counts_in_activities(indicator):
            rolled = _of_printed(indicator, rolled, buckets.get(indicator.pk, {}))
        found[indicator.pk] = rolled
    return found


def by_project(actor: Actor, indicator: Indicator, *, own: frozenset[int] = frozenset()) -> dict[int, Rolled]:
    """What each project says on one standard indicator, by project; `own` are projects whose figures the reader sees."""
    found = {}
    for is_open in (False, True) if own else (False,):
        for _indicator, row in _rows(actor, [indicator], key="project_id", value=OF_ONE, is_open=is_open):
            if (row[1] in own) == is_open:
                found[row[1]] = _project_figure(indicator, row[2:], is_open or sees_small_counts(actor))
    return found


def expected(actor: Actor, indicators: Iterable[Indicator], *, today: date) -> dict[int, dict[date | None, int]]:
    """For each standard indicator and calendar period that has ended, how many projects should report."""
    rows, parameters = (
        Period.objects.visible_to(actor).filter(ends_on__lt=today).order_by().values("id").query.sql_with_params()
    )
    sql = f"""
        SELECT root.id, {BUCKET.format(frequency="root.frequency", day="p.starts_on")} AS bucket,
               COUNT(DISTINCT p.project_id)
        FROM evidence_period p
        JOIN evidence_projectindicator pi ON pi.project_id = p.project_id
        JOIN evidence_indicator i ON i.id = pi.indicator_id AND i.frequency = p.frequency
        JOIN evidence_indicator root ON root.id = COALESCE(i.parent_id, i.id)
        WHERE p.id IN ({rows}) AND root.id = ANY(%s)
        GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST
    """  # noqa: S608  fragments of this module and Django's own SQL; values are parameters
    found: dict[int, dict[date | None, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, [row.pk for row in indicators]])
        for indicator_id, bucket, count in cursor.fetchall():
            found.setdefault(indicator_id, {})[bucket] = count
    return found


def live_results(actor: Actor) -> QuerySet:
    """The results that are published and that this reader may see."""
    return Result.objects.visible_to(actor).live()


def _rows(
    actor: Actor, indicators: Iterable[Indicator], *, key: str, value: str, is_open: bool = False
) -> list[tuple[Indicator, Any]]:
    """One row for each indicator and `key`. What is also counted in activities is the same for all outside: the public's."""
    by_pk = {row.pk: row for row in indicators}
    if is_open or sees_small_counts(actor):
        return _run(actor, list(by_pk.values()), key, value, sees_all=True)
    public = [row for row in by_pk.values() if counts_in_activities(row) and key != "project_id"]
    others = [row for row in by_pk.values() if row not in public]
    return _run(Actor.visitor(), public, key, value) + _run(actor, others, key, value)


def _run(
    actor: Actor, indicators: list[Indicator], key: str, value: str, *, sees_all: bool = False
) -> list[tuple[Indicator, Any]]:
    if not indicators:
        return []
    results, parameters = (
        live_results(actor)
        .order_by()
        .values("id", "published_revision_id", "project_indicator_id", "period_id", "district_id", "project_id")
        .query.sql_with_params()
    )
    within = ", bucket" if key == "bucket" else ""
    leaves = LEAVES.format(
        results=results, bucket=BUCKET.format(frequency="root.frequency", day="p.starts_on"), within=within
    )
    keys = f", {key}" if key else ""
    sql = f"""
        WITH {leaves}, {PROJECT.format(within=within)}
        SELECT indicator_id{keys}, {value}, SUM(whole)::bigint, COUNT(*), SUM(hidden)::bigint,
               COUNT(*) FILTER (WHERE value > 0), COUNT(value), mode
        FROM project GROUP BY indicator_id, mode{keys} ORDER BY indicator_id{f"{keys} NULLS LAST" if key else ""}
    """  # noqa: S608  fragments of this module and Django's own SQL; values are parameters
    by_pk = {row.pk: row for row in indicators}
    small = [THRESHOLD, SMALLEST_BASE, THRESHOLD, THRESHOLD, SMALLEST_BASE]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [*parameters, sorted(MEAN_UNITS), sees_all, sorted(COUNTED_IN_ACTIVITIES), *small, list(by_pk)],
        )
        return [(by_pk[row[0]], row) for row in cursor.fetchall()]


def _programme_figure(actor: Actor, indicator: Indicator, row: Any) -> Rolled:
    value, base, projects, hidden, above_zero, said, _mode = row
    figure = number(indicator, value, base)
    if indicator.aggregation in {Aggregation.UNIQUE, Aggregation.NONE}:
        figure = NOT_APPLICABLE
    elif value is None:
        figure = _why_hidden(indicator) if hidden else NOT_COLLECTED
    elif not sees_small_counts(actor) and counts_in_activities(indicator):
        if 0 < value < THRESHOLD:
            figure = BELOW_5
        elif value and above_zero < FEWEST_PROJECTS:
            figure = COMPLEMENTARY
    return Rolled(figure, base if said else None, projects, hidden)


def _project_figure(indicator: Indicator, row: Any, sees_all: bool) -> Rolled:
    value, base, projects, hidden, _above_zero, said, _mode = row
    if not sees_all and counts_in_activities(indicator):
        return Rolled(WITHHELD, None, projects, 0)
    if value is None:
        return Rolled(_why_hidden(indicator) if hidden else NOT_COLLECTED, None, projects, hidden)
    return Rolled(number(indicator, value, base), base if said else None, projects, hidden)


def _of_printed(indicator: Indicator, rolled: Rolled, buckets: dict[date | None, Rolled]) -> Rolled:
    if rolled.figure is NOT_APPLICABLE:
        return rolled
    printed = [row.figure.value for row in buckets.values() if row.figure.value is not None]
    hidden = len(buckets) - len(printed)
    if not printed:
        return Rolled(rolled.figure if not rolled.figure.is_shown else COMPLEMENTARY, None, rolled.projects, hidden)
    together = max(printed) if indicator.aggregation == Aggregation.MAX else sum(printed)
    return Rolled(Figure(value=together), None, rolled.projects, hidden)


def _why_hidden(indicator: Indicator) -> Figure:
    return SMALL_BASE if indicator.unit.code in MEAN_UNITS else BELOW_5


def number(indicator: Indicator, value: Decimal | float | None, base: int | None) -> Figure:
    """A value as it is printed: percentages of fewer than fifty without decimals, everything else with one at most."""
    if value is None:
        return NOT_COLLECTED
    is_whole = indicator.is_percentage and base is not None and base < WHOLE_PERCENT_BELOW
    # Half up and in decimals, as PostgreSQL rounds: the API rounds there.
    rounded = Decimal(str(value)).quantize(Decimal(1) if is_whole else Decimal("0.1"), ROUND_HALF_UP)
    printed = int(rounded) if rounded == int(rounded) else float(rounded)
    return Figure(value=printed, is_percent=indicator.is_percentage)


def leaf_figure(
    indicator: Indicator,
    *,
    value: Decimal | None,
    numerator: int | None,
    denominator: int | None,
    sees_all: bool,
) -> Figure:
    """One result, baseline or target as one reader may see it; the same rule as in the SQL above."""
    percent = Decimal(100 * numerator) / denominator if numerator is not None and denominator else None
    said = value if value is not None else percent
    if said is None:
        return NOT_COLLECTED
    unit = indicator.unit.code
    if not sees_all:
        if unit == "PERSON" and counts_in_activities(indicator):
            return WITHHELD
        if unit == "PERSON" and 0 < said < THRESHOLD:
            return BELOW_5
        if unit in {"PERCENT", "SCORE"} and not _is_printable_share(unit, numerator, denominator):
            return SMALL_BASE if (denominator or 0) < SMALLEST_BASE else COMPLEMENTARY
    return number(indicator, said, denominator)


def _is_printable_share(unit: str, numerator: int | None, denominator: int | None) -> bool:
    if unit == "SCORE" or numerator is None:
        return denominator is None or denominator >= SMALLEST_BASE
    assert denominator is not None
    rest = denominator - numerator
    return (
        denominator >= SMALLEST_BASE and (numerator == 0 or numerator >= THRESHOLD) and (rest == 0 or rest >= THRESHOLD)
    )
