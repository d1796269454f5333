"""Baselines and targets of several projects put together, in SQL, by the same rules as their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from core.suppression import NOT_APPLICABLE, NOT_COLLECTED, Figure
from core.suppression.figures import COMPLEMENTARY, SMALLEST_BASE, THRESHOLD
from evidence.models import Aggregation, ProjectIndicator
from evidence.results.rollup import (
    BUCKET,
    FEWEST_PROJECTS,
    MEAN_UNITS,
    counts_in_activities,
    number,
    sees_small_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from core.access import Actor
    from evidence.models import Indicator

#: Targets of the whole project. The one without a period is that of the end; without it, those of the periods.
TARGETS = """
    WITH aim AS (
        SELECT root.id AS indicator_id, root.aggregation, unit.code AS unit, pi.project_id, t.value, t.period_id,
               p.ends_on, {bucket} AS bucket
        FROM evidence_target t
        JOIN ({reported}) pi ON pi.id = t.project_indicator_id
        JOIN evidence_indicator i ON i.id = pi.indicator_id
        JOIN evidence_indicator root ON root.id = COALESCE(i.parent_id, i.id)
        JOIN core_term unit ON unit.id = root.unit_id
        LEFT JOIN evidence_period p ON p.id = t.period_id
        WHERE t.district_id IS NULL AND root.id = ANY(%s)
    )
"""
OF_PROJECTS = """
    CASE WHEN aggregation IN ('UNIQUE', 'NONE') THEN NULL
         WHEN unit = ANY(%s) OR aggregation = 'MEAN' THEN AVG(value)
         WHEN aggregation = 'MAX' THEN MAX(value)
         ELSE SUM(value) END
"""


def final_targets(
    actor: Actor, indicators: Iterable[Indicator], *, project_id: int | None = None
) -> dict[int, Decimal]:
    """For each standard indicator the target at the end, of all projects together or of one."""
    sql = """
        SELECT indicator_id, {rule} FROM (
            SELECT indicator_id, aggregation, unit, project_id, COALESCE(
                MAX(value) FILTER (WHERE period_id IS NULL),
                CASE aggregation
                    WHEN 'SUM' THEN SUM(value)
                    WHEN 'MAX' THEN MAX(value)
                    ELSE (ARRAY_AGG(value ORDER BY ends_on DESC NULLS LAST))[1]
                END) AS value
            FROM aim GROUP BY indicator_id, aggregation, unit, project_id
        ) project GROUP BY indicator_id, aggregation, unit
    """.format(rule=OF_PROJECTS if project_id is None else "MAX(value)")  # noqa: S608  fragments of this module
    means = [sorted(MEAN_UNITS)] if project_id is None else []
    return dict(_run(actor, indicators, sql, means, project_id))


def bucket_targets(
    actor: Actor, indicators: Iterable[Indicator], *, project_id: int | None = None
) -> dict[int, dict[date | None, Decimal]]:
    """The targets of the calendar periods. An endline has the target without a day."""
    sql = f"""
        SELECT indicator_id, bucket, {OF_PROJECTS} FROM aim WHERE period_id IS NOT NULL
        GROUP BY indicator_id, aggregation, unit, bucket ORDER BY indicator_id, bucket NULLS LAST
    """  # noqa: S608  fragments of this module
    found: dict[int, dict[date | None, Decimal]] = {}
    for indicator_id, bucket, value in _run(actor, indicators, sql, [sorted(MEAN_UNITS)], project_id):
        if value is not None:
            found.setdefault(indicator_id, {})[bucket] = value
    return found


def _run(actor: Actor, indicators: Iterable[Indicator], sql: str, more: list[Any], project_id: int | None) -> list[Any]:
    reported, parameters = _reported(actor, project_id)
    with_aims = TARGETS.format(reported=reported, bucket=BUCKET.format(frequency="root.frequency", day="p.starts_on"))
    with connection.cursor() as cursor:
        cursor.execute(with_aims + sql, [*parameters, [row.pk for row in indicators], *more])
        return cursor.fetchall()


def baselines(actor: Actor, indicators: Iterable[Indicator]) -> dict[int, Figure]:
    """For each standard indicator where the projects started; with the small-count rules for those outside."""
    reported, parameters = _reported(actor, None)
    sql = f"""
        SELECT indicator_id,
               CASE WHEN unit = ANY(%s) OR aggregation = 'MEAN' THEN
                        SUM(COALESCE(100.0 * numerator, value * COALESCE(denominator, 1)))
                        / NULLIF(SUM(COALESCE(denominator, 1)), 0)
                    WHEN aggregation = 'MAX' THEN MAX(value)
                    ELSE SUM(value) END,
               SUM(denominator)::bigint, COUNT(*) FILTER (WHERE value > 0)
        FROM (
            SELECT root.id AS indicator_id, root.aggregation, unit.code AS unit, b.value, b.numerator, b.denominator
            FROM evidence_baseline b
            JOIN ({reported}) pi ON pi.id = b.project_indicator_id
            JOIN evidence_indicator i ON i.id = pi.indicator_id
            JOIN evidence_indicator root ON root.id = COALESCE(i.parent_id, i.id)
            JOIN core_term unit ON unit.id = root.unit_id
            WHERE b.value IS NOT NULL AND root.id = ANY(%s) AND (%s OR CASE unit.code
                WHEN 'PERSON' THEN b.value = 0 OR b.value >= %s
                WHEN 'PERCENT' THEN b.denominator IS NULL OR (b.denominator >= %s
                    AND (b.numerator = 0 OR b.numerator >= %s)
                    AND (b.denominator = b.numerator OR b.denominator - b.numerator >= %s))
                WHEN 'SCORE' THEN COALESCE(b.denominator >= %s, TRUE)
                ELSE TRUE END)
        ) baseline GROUP BY indicator_id, aggregation, unit
    """  # noqa: S608  fragments of this module and Django's own SQL; values are parameters
    by_pk = {row.pk: row for row in indicators}
    small = [THRESHOLD, SMALLEST_BASE, THRESHOLD, THRESHOLD, SMALLEST_BASE]
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(MEAN_UNITS), *parameters, list(by_pk), sees_small_counts(actor), *small])
        for indicator_id, value, base, above_zero in cursor.fetchall():
            indicator = by_pk[indicator_id]
            figure = number(indicator, value, base) if value is not None else NOT_COLLECTED
            if indicator.aggregation in {Aggregation.UNIQUE, Aggregation.NONE}:
                figure = NOT_APPLICABLE
            elif (
                not sees_small_counts(actor)
                and counts_in_activities(indicator)
                and value
                and above_zero < FEWEST_PROJECTS
            ):
                figure = COMPLEMENTARY
            found[indicator_id] = figure
    return found


def _reported(actor: Actor, project_id: int | None) -> tuple[str, Any]:
    rows = ProjectIndicator.objects.visible_to(actor)
    if project_id is not None:
        rows = rows.filter(project_id=project_id)
    return rows.order_by().values("id", "project_id", "indicator_id").query.sql_with_params()
